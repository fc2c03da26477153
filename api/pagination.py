"""The one shape of a list: `{"items", "cursor", "total"?}`."""

from collections.abc import Callable, Iterable
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from api.text import Line
from ir_platform.ports import Page

Item = TypeVar("Item")
Source = TypeVar("Source")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[Line | None, Query(max_length=500)]


class Items(BaseModel, Generic[Item]):
    items: list[Item]
    cursor: str | None = None
    total: int | None = None


def items_of(page: Page[Source], show: Callable[[Source], Item]) -> Items[Item]:
    return Items(items=[show(one) for one in page.items], cursor=page.cursor, total=page.total)


def all_items(sources: Iterable[Source], show: Callable[[Source], Item]) -> Items[Item]:
    shown = [show(one) for one in sources]
    return Items(items=shown, total=len(shown))
