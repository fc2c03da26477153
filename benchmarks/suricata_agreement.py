"""How far our counts of DNS, HTTP, TLS and files agree with Suricata's own tests, on every capture of the corpus.

`python -m benchmarks.suricata_agreement`. Ends with 1 where a difference is not explained in
tests/ingest/pcap/suricata_differences.yaml, or one that is explained there is none any more.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from ir_platform.app.tools import locate_tshark
from tests.support.corpora import captures_of_corpus
from tests.support.suricata import asked_of, captures_in, differences, explained


def main() -> int:
    tshark = locate_tshark()
    with tempfile.TemporaryDirectory() as unpacked:
        corpus = captures_of_corpus(Path(unpacked))
        asked = list(asked_of(json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))["captures"]))
        found: dict[str, list[int]] = {}
        for path, some in captures_in(asked, corpus).items():
            found |= differences(some, path, tshark)
    kinds, differing = Counter(one.kind for one in asked), Counter(one.kind for one in asked if one.name in found)
    for kind, count in kinds.items():
        print(f"{kind}: {count - differing[kind]} of {count} filters agree")
    known = explained()
    wrong = [name for name in sorted(found.keys() | known.keys()) if found.get(name) != known.get(name)]
    for name in wrong:
        print(f"not as explained: {name}: {found.get(name)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
