"""What lives as long as the process is set aside from Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


def set_aside_what_is_loaded() -> None:
    """Leave out everything there is now; call it after rules were loaded, again for others.

    The collector walks over every object now and then, and compiled rules are hundreds of thousands of them: without
    this, matching that makes objects to keep takes up to twice as long, and the API answers nobody for 0.3 s now and
    then. What was set aside before and is no longer in use is let go.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


BATCH_OBJECTS: Final = 50_000


def collect_rarely() -> None:
    """Walk over what is new only once there is as much of it as no batch of events leaves: for what carries batches.

    A batch makes tens of thousands of objects that go with it, none of them in circles; Python's own 700 had the
    collector walk over the half of each that was there, 16 times a batch.
    """
    gc.set_threshold(BATCH_OBJECTS, 10, 10)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the collector rest while much is made that stays, such as modules and rules: a quarter of the time to load
    rules went into its walks, a fifth of that to load a program.

    What goes in circles meanwhile is let go afterwards: some 20 MB for SigmaHQ's rules.
    """
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()
