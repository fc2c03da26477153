"""How programs load their modules: without a search for garbage among what is there to stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Keep the collector still while modules load: there is no garbage yet, and the search took a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
