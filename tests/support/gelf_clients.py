"""`python gelf_clients.py LIBRARY TRANSPORT PORT AUTHORIZATION WORD COUNT`: logs through a library's own handler.

A process of its own, as a program that logs is: the libraries leave connections to the collector of garbage.
"""

import logging
import sys
from typing import Any


def handler_of(library: str, transport: str, port: int, authorization: str) -> logging.Handler:
    if library == "pygelf":
        import pygelf

        classes = {"udp": pygelf.GelfUdpHandler, "tcp": pygelf.GelfTcpHandler, "http": pygelf.GelfHttpHandler}
        handler: Any = classes[transport](host="127.0.0.1", port=port, _aplikasi="kas")
        if transport == "http":
            handler.headers["Authorization"] = authorization
        return handler  # type: ignore[no-any-return]
    import graypy

    made: Any = {"udp": graypy.GELFUDPHandler, "tcp": graypy.GELFTCPHandler}[transport]("127.0.0.1", port)
    return made  # type: ignore[no-any-return]


def main(library: str, transport: str, port: str, authorization: str, word: str, count: str) -> None:
    handler = handler_of(library, transport, int(port), authorization)
    log = logging.getLogger("kas")
    log.addHandler(handler)
    for number in range(int(count)):
        # Long enough to be sent in pieces by UDP, however well it is compressed.
        filling = "".join(chr(0x4E00 + (number * 7919 + at * 104729) % 20_000) for at in range(900))
        log.error("%s nomor %d", word, number, extra={"isian": filling})
    handler.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
