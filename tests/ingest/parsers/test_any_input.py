"""The law of every parser: any text is an event, a rejection or nothing, and never an exception."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalog import LINE_FORMATS
from ingest.parsers.base import ParseContext, Reading, Refusal, event_of
from ir_platform.domain.event import Event

HERE = Path(__file__).parent
CONTEXT = ParseContext(timezone=ZoneInfo("Asia/Makassar"), year=None, reference_ns=1_795_200_000_000_000_000)


def _sample_lines(name: str) -> list[str]:
    return (HERE / name / "sample.log").read_bytes().decode("utf-8", "replace").split("\n")


def _broken_lines(name: str) -> st.SearchStrategy[str]:
    """Lines of the sample with a piece cut out, doubled or replaced: near misses find more than noise does."""
    lines = st.sampled_from(_sample_lines(name))
    pieces = st.one_of(st.text(max_size=12), st.sampled_from(["\0", '"', "\\", "[", "]", "\t", "9" * 30, "{" * 200]))
    places = st.integers(min_value=0, max_value=400)

    def broken(line: str, piece: str, begin: int, length: int) -> str:
        return line[:begin] + piece + line[begin + length :]

    return st.builds(broken, lines, pieces, places, st.integers(min_value=0, max_value=20))


@pytest.mark.parametrize("name", sorted(LINE_FORMATS))
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_any_lines_give_readings_or_refusals(name: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.one_of(st.text(), _broken_lines(name)), max_size=5))
    parser = LINE_FORMATS[name].open(CONTEXT)

    said = [parser.parse(line) for line in lines]

    for reading in said:
        assert reading is None or isinstance(reading, Reading | Refusal)
        if isinstance(reading, Reading):
            made = event_of(reading, origin="x", record=0, original=b"x")
            assert isinstance(made, Event | Refusal)


@pytest.mark.parametrize("name", sorted(LINE_FORMATS))
@given(content=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_readings_or_refusals(name: str, content: bytes) -> None:
    parser = LINE_FORMATS[name].open(CONTEXT)

    said = [parser.parse(line) for line in content.decode("utf-8", "replace").split("\n")]

    assert all(reading is None or isinstance(reading, Reading | Refusal) for reading in said)


@pytest.mark.parametrize("name", sorted(LINE_FORMATS))
def test_a_parser_told_the_state_of_another_reads_on_as_that_one_would(name: str) -> None:
    lines = _sample_lines(name)
    whole = LINE_FORMATS[name].open(CONTEXT)
    expected = [whole.parse(line) for line in lines]

    for cut in range(len(lines)):
        first = LINE_FORMATS[name].open(CONTEXT)
        said = [first.parse(line) for line in lines[:cut]]
        context = ParseContext(
            timezone=CONTEXT.timezone, year=None, reference_ns=CONTEXT.reference_ns, state=first.state
        )
        second = LINE_FORMATS[name].open(context)

        assert said + [second.parse(line) for line in lines[cut:]] == expected


def test_json_nested_a_thousand_levels_deep_is_read_or_refused() -> None:
    parser = LINE_FORMATS["jsonl"].open(CONTEXT)

    reading = parser.parse('{"a":' * 1000 + "1" + "}" * 1000)

    assert isinstance(reading, Reading | Refusal)


def test_a_user_name_cannot_forge_the_address_of_a_failed_login() -> None:
    parser = LINE_FORMATS["auth"].open(CONTEXT)
    forged = "x from 10.0.0.1 port 1 ssh2"

    reading = parser.parse(
        f"Nov 20 08:00:00 web-1 sshd[1]: Failed password for invalid user {forged} from 203.0.113.9 port 4 ssh2"
    )

    assert isinstance(reading, Reading)
    assert reading.fields["source.ip"] == "203.0.113.9"
    assert reading.fields["user.name"] == forged


@pytest.mark.parametrize(
    "message",
    [
        "Failed password for " + " from a" * 40_000,
        "Connection closed by user " + ": 1 port " * 40_000,
        "error: PAM: " + " for x from y " * 40_000,
        "Disconnecting " + "a: " * 100_000,
        "wayan : TTY=" + " ; PWD=" * 40_000,
    ],
)
def test_a_message_as_long_as_a_line_may_be_is_read_without_searching_it_over_and_over(message: str) -> None:
    parser = LINE_FORMATS["auth"].open(CONTEXT)

    sshd = parser.parse(f"Nov 20 08:00:00 web-1 sshd[1]: {message}")
    sudo = parser.parse(f"Nov 20 08:00:00 web-1 sudo: {message}")

    # Without its limit the square of the length would keep this test for hours.
    assert isinstance(sshd, Reading)
    assert isinstance(sudo, Reading)
    assert "user.name" not in sshd.fields
