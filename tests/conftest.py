"""What every test may ask pytest for."""

import pytest
from hypothesis import HealthCheck, settings

# A slow or busy machine is no reason for a law to fail: nothing here is measured against the clock.
settings.register_profile("tanggap", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tanggap")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-update", action="store_true", default=False, help="write golden files anew instead of comparing"
    )


@pytest.fixture
def golden_update(request: pytest.FixtureRequest) -> bool:
    """True under `make golden`: a golden test writes its expected file and passes; read the diff before committing."""
    return bool(request.config.getoption("--golden-update"))
