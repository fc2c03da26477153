"""What tests of the roof share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ir_platform.app.house import House, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "var") as made:
        yield made
