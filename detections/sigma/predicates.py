"""The tests that a rule's condition is made of, each asked about one event; `detections.sigma.compile` joins them.

Compiled where it can be (`predicates.pxd`): rules ask a dozen of them about each event that may concern them.
"""

from collections.abc import Callable

from detections.sigma.fields import Field
from detections.sigma.numbers import as_number
from detections.sigma.view import EventView

MAX_KNOWN = 256
MAX_KNOWN_CHARACTERS = 256
"""What a test with much to do remembers of values: an office's workstations, addresses and programs come again."""
SHORT_CHARACTERS = 512
"""A text up to this long is looked through once per literal, whatever their number; a longer one is searched once."""


class Known:
    """What a test said of the texts last seen. Texts come from events, so from anybody: few are kept, short ones."""

    def __init__(self, test: Callable[[str], bool]) -> None:
        self._test = test
        self._answers: dict[str, bool] = {}

    def passes(self, text: str) -> bool:
        if len(text) > MAX_KNOWN_CHARACTERS:
            return self._test(text)
        answer = self._answers.get(text)
        if answer is None:
            if len(self._answers) >= MAX_KNOWN:
                self._answers.clear()
            answer = self._answers[text] = bool(self._test(text))
        return answer


class Predicate:
    """What an event has or has not; the ones below say how."""

    def accepts(self, view: EventView) -> bool:
        raise NotImplementedError


class AllOf(Predicate):
    def __init__(self, parts: tuple[Predicate, ...]) -> None:
        self._parts = parts

    def accepts(self, view: EventView) -> bool:
        for part in self._parts:  # noqa: SIM110  compiled, a loop is quicker than a generator, here and below
            if not part.accepts(view):
                return False
        return True


class AnyOf(Predicate):
    def __init__(self, parts: tuple[Predicate, ...]) -> None:
        self._parts = parts

    def accepts(self, view: EventView) -> bool:
        for part in self._parts:  # noqa: SIM110
            if part.accepts(view):
                return True
        return False


class NotThis(Predicate):
    def __init__(self, part: Predicate) -> None:
        self._part = part

    def accepts(self, view: EventView) -> bool:
        return not self._part.accepts(view)


class Equals(Predicate):
    """A value is one of the texts, without regard to case."""

    def __init__(self, field: Field, texts: tuple[str, ...]) -> None:
        self._field, self._texts = field, frozenset(texts)

    def accepts(self, view: EventView) -> bool:
        for text in view.lowered(self._field):  # noqa: SIM110
            if text in self._texts:
                return True
        return False


class StartsWith(Predicate):
    """A value starts with one of the texts, without regard to case."""

    def __init__(self, field: Field, texts: tuple[str, ...]) -> None:
        self._field, self._texts = field, texts

    def accepts(self, view: EventView) -> bool:
        for text in view.lowered(self._field):
            for start in self._texts:
                if text.startswith(start):
                    return True
        return False


class EndsWith(Predicate):
    """A value ends with one of the texts, without regard to case."""

    def __init__(self, field: Field, texts: tuple[str, ...]) -> None:
        self._field, self._texts = field, texts

    def accepts(self, view: EventView) -> bool:
        for text in view.lowered(self._field):
            for end in self._texts:
                if text.endswith(end):
                    return True
        return False


class Contains(Predicate):
    """One of the texts stands in a value, without regard to case."""

    def __init__(self, field: Field, texts: tuple[str, ...]) -> None:
        self._field, self._texts = field, texts

    def accepts(self, view: EventView) -> bool:
        for text in view.lowered(self._field):
            for part in self._texts:
                if part in text:
                    return True
        return False


class ContainsOneOfMany(Predicate):
    """The same for so many texts that a search for all at once is quicker, where the value is long."""

    def __init__(self, field: Field, texts: tuple[str, ...], make_search: Callable[[], Callable[[str], bool]]) -> None:
        self._field, self._texts, self._make_search = field, texts, make_search
        self._search: Callable[[str], bool] | None = None

    def accepts(self, view: EventView) -> bool:
        for text in view.lowered(self._field):
            if len(text) > SHORT_CHARACTERS:
                if self._search is None:
                    self._search = self._make_search()
                if self._search(text):
                    return True
                continue
            for part in self._texts:
                if part in text:
                    return True
        return False


class Passes(Predicate):
    """A value passes a test of its own; in lower case unless it is a test with regard to case."""

    def __init__(self, field: Field, test: Callable[[str], bool], *, cased: bool) -> None:
        self._field, self._known, self._is_cased = field, Known(test), cased

    def accepts(self, view: EventView) -> bool:
        for text in view.texts(self._field) if self._is_cased else view.lowered(self._field):
            if self._known.passes(text):
                return True
        return False


class Matches(Predicate):
    """A value passes a search, and has one of the marks too where there are any.

    Searches are databases of their own: one is made when it is first needed.
    """

    def __init__(
        self, field: Field, make_search: Callable[[], Callable[[str], bool]], *, marks: tuple[str, ...], cased: bool
    ) -> None:
        self._field, self._make_search, self._marks, self._is_cased = field, make_search, marks, cased
        self._known: Known | None = None

    def accepts(self, view: EventView) -> bool:
        for text in view.texts(self._field) if self._is_cased else view.lowered(self._field):
            is_possible = not self._marks
            for mark in self._marks:
                if mark in text:
                    is_possible = True
                    break
            if is_possible:
                if self._known is None:
                    self._known = Known(self._make_search())
                if self._known.passes(text):
                    return True
        return False


class NumberIsOneOf(Predicate):
    """A value says one of the numbers, in whatever way it is written."""

    def __init__(self, field: Field, numbers: tuple[int | float, ...]) -> None:
        self._field, self._numbers, self._written = field, frozenset(numbers), frozenset(map(str, numbers))
        self._known = Known(self._is_one)

    def accepts(self, view: EventView) -> bool:
        for text in view.texts(self._field):  # noqa: SIM110
            if text in self._written or self._known.passes(text):
                return True
        return False

    def _is_one(self, text: str) -> bool:
        return as_number(text) in self._numbers


class IsEmpty(Predicate):
    """No value: missing, null or ''."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def accepts(self, view: EventView) -> bool:
        return not view.texts(self._field)


class IsThere(Predicate):
    """The event carries the field, be it empty."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def accepts(self, view: EventView) -> bool:
        return view.has(self._field)


class IsLike(Predicate):
    """A value and one of another field stand to each other as `compare` says, without regard to case."""

    def __init__(self, field: Field, other: Field, compare: Callable[[str, str], bool]) -> None:
        self._field, self._other, self._compare = field, other, compare

    def accepts(self, view: EventView) -> bool:
        wanted = view.lowered(self._other)
        for text in view.lowered(self._field):
            for other in wanted:
                if self._compare(text, other):
                    return True
        return False


class AnywhereContains(Predicate):
    """The text, in lower case and without `detections.sigma.view.SEPARATOR`, stands in any field."""

    def __init__(self, text: str) -> None:
        self._text = text

    def accepts(self, view: EventView) -> bool:
        return self._text in view.joined_lowered()


class AnywherePasses(Predicate):
    """The text of any field passes a test; in lower case unless it is a test with regard to case."""

    def __init__(self, test: Callable[[str], bool], *, cased: bool) -> None:
        self._test, self._is_cased = test, cased

    def accepts(self, view: EventView) -> bool:
        for text in view.every_text() if self._is_cased else view.every_lowered():  # noqa: SIM110
            if self._test(text):
                return True
        return False
