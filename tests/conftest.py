"""What every test may ask pytest for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ir_platform", "ingest", "detections", "playbooks", "api")
LONG_BYTES = 8

# A slow or busy machine is no reason for a law to fail: nothing here is measured against the clock.
settings.register_profile("tanggap", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tanggap")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-update", action="store_true", default=False, help="write golden files anew instead of comparing"
    )


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their parameter: what is packed holds the time it was packed at, and every process must
    collect the same names.
    """
    return argname if isinstance(val, bytes) and len(val) > LONG_BYTES else None


def pytest_sessionstart() -> None:
    """Refuse to test a compiled module whose source says something else by now."""
    for types in (path for room in ROOMS for path in Path(ROOT / room).rglob("*.pxd")):
        source = types.with_suffix(".py")
        written = max(types.stat().st_mtime, source.stat().st_mtime)
        built = list(source.parent.glob(f"{source.stem}.*.so"))
        if not built or built[0].stat().st_mtime < written:
            pytest.exit(f"{source.relative_to(ROOT)} was changed since it was compiled: run `make setup`", 2)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before pytest-xdist reads the groups, and after the shuffle
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Keep a file's tests on one of the parallel processes, so that what they share is started once.

    Those in a browser go first, one after the other, because files share a server; then the other slow ones: what is
    left at the end is short, and no process waits long for the others.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    yield
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in ("browser", "slow")])


@pytest.fixture
def golden_update(request: pytest.FixtureRequest) -> bool:
    """True under `make golden`: a golden test writes its expected file and passes; read the diff before committing."""
    return bool(request.config.getoption("--golden-update"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how far what we read of real logs agrees with what others read of them."""
    lines = sorted(
        str(value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in getattr(report, "user_properties", ())
        if name == "agreed" and report.when == "call"
    )
    if lines:
        terminalreporter.section("agreement with expected documents")
    for line in lines:
        terminalreporter.write_line(line)
