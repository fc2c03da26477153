"""Batches that the scaled-out form has taken in and not judged: the embedded form cannot go on over them."""

from ir_platform.ports import State


class UnjudgedBatchesError(Exception):
    """The embedded form was asked for while batches of the scaled-out one wait."""

    def __init__(self, *, count: int) -> None:
        super().__init__(
            f"masih ada {count} kiriman yang belum selesai dicocokkan; jalankan dengan IRP_PIPELINE=scaled_out "
            "sampai habis, baru kembali ke embedded"
        )
        self.count = count


def require_none_unjudged(state: State) -> None:
    """Raises: UnjudgedBatchesError."""
    with state.read() as uow:
        count = uow.batches.newest() - uow.ranges.least_judged()
    if count > 0:
        raise UnjudgedBatchesError(count=count)
