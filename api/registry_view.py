"""A registry table as it is asked for: rows that have some words, in an order, some columns.

Words are looked for, and rows are ordered, by what people read: codes and themes by their names.
What is given out is as in the whole table. A row read in a practice or plan item can be looked for
by, ordered by and given out with that measure's region, title and theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from pydantic import Field, create_model

from api.export.columns import Column, columns, values_of
from api.registry import TABLES, RegistryService
from api.schemas import RegistryQuery
from corpus.errors import InputError
from corpus.registry import ChildRow, MeasureRow, Row
from corpus.store.base import SearchFilter
from corpus.themes import taxonomy

DESCENDING = "-"  # before the name of the column ordered by
OF_MEASURE = "measure_"  # before the name of a column of the measure that a row was read in
UNREAD = {"id", "measure_id", "document_id", "sha256"}  # not words that people look for
THEMES = {"theme", "secondary_themes", "parent", f"{OF_MEASURE}theme"}


class _OfMeasure(Row):
    """What a row of a child table is shown with of its measure."""

    measure_region: str | None = Field(
        None, title="举措地区", description="所在做法或条目的地区全称；未定则空"
    )
    measure_title: str = Field("", title="举措标题", description="所在做法或条目的首句或标题")
    measure_theme: str | None = Field(
        None, title="举措主题", description="所在做法或条目的主要主题的编号，见主题表"
    )


@dataclass(frozen=True)
class View:
    """What of a table is asked for.

    Attributes:
        find: words that a row must all have, in any of its columns.
        sort: the column ordered by, after a minus from the greatest; empty: the documents' order.
        columns: those given out, after the id, in this order; empty: the table's own.
    """

    find: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()


ALL = View()


def view_of(query: RegistryQuery) -> View:
    """What of a table a request asks for."""
    return View(query.find, query.sort, tuple(query.columns))


def viewed(
    registry: RegistryService,
    table: str,
    where: SearchFilter | None,
    view: View,
    *,
    grounded: bool = False,
) -> tuple[type[Row], Iterator[Row]]:
    """The class of the rows given out, and the rows.

    Args:
        registry: the registry.
        table: one of its tables.
        where: the filter.
        view: what of the table.
        grounded: whether to look at each row's quote.

    Raises:
        NotFound: there is no such table.
        InputError: it has no such column.
        BrokenGrounding: on the way, where a quote is not the text at its span.
    """
    decided = registry.decisions()
    rows = registry.rows(table, where, decided, grounded=grounded)
    kind = TABLES[table]
    if view == ALL:
        return kind, rows
    whole = _whole(kind)
    known = {column.name: column for column in columns(whole)}
    _check(known, [view.sort.removeprefix(DESCENDING)] if view.sort else [], "sort")
    _check(known, view.columns, "columns")
    if issubclass(kind, ChildRow):
        rows = _with_measures(rows, whole, registry.rows(MeasureRow.TABLE, where, decided))
    if wanted := view.find.casefold().split():
        read = _reader(whole)
        rows = (row for row in rows if _has(read(row), wanted))
    if view.sort:
        rows = _sorted(rows, known[view.sort.removeprefix(DESCENDING)], view.sort)
    if not view.columns and whole is kind:
        return kind, rows
    names = view.columns or [column.name for column in columns(kind)]
    picked = _picked(kind, whole, tuple(dict.fromkeys(("id", *names))))
    return picked, (_copy(row, picked) for row in rows)


def page(rows: Iterator[Row], limit: int, offset: int) -> tuple[int, list[Row]]:
    """How many rows there are, and those of one page."""
    skipped = sum(1 for _ in islice(rows, offset))
    found = list(islice(rows, limit))
    return skipped + len(found) + sum(1 for _ in rows), found


def _check(known: Mapping[str, Column], names: Iterable[str], field: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(
                f"这张表没有名为“{name}”的列", hint=f"可用的列：{'、'.join(known)}", field=field
            )


@cache
def _whole(kind: type[Row]) -> type[Row]:
    """The class of a table's rows with what they are shown with."""
    if not issubclass(kind, ChildRow):
        return kind
    added = _fields(_OfMeasure, [name for name in _OfMeasure.model_fields if name != "id"])
    return _named(create_model(f"Whole{kind.__name__}", __base__=kind, **added), kind)


@cache
def _picked(kind: type[Row], whole: type[Row], names: tuple[str, ...]) -> type[Row]:
    """The class of a table's rows with some of their columns, in an order."""
    attributes = {column.name: column.attribute for column in columns(whole)}
    fields = _fields(whole, [attributes[name] for name in names])
    return _named(create_model(f"Picked{kind.__name__}", __base__=Row, **fields), kind)


def _fields(kind: type[Row], attributes: Iterable[str]) -> dict[str, Any]:
    found = {name: copy(kind.model_fields[name]) for name in attributes}
    return {name: (field.annotation, field) for name, field in found.items()}


def _named(made: type[Row], kind: type[Row]) -> type[Row]:
    made.TABLE, made.TITLE = kind.TABLE, kind.TITLE
    return made


def _copy(row: Row, kind: type[Row], **more: Any) -> Row:
    """A row as one of another class; its values were checked when it was made."""
    own = {name: getattr(row, name) for name in kind.model_fields if name not in more}
    return kind.model_construct(**own, **more)


def _with_measures(rows: Iterable[Row], whole: type[Row], measures: Iterable[Row]) -> Iterator[Row]:
    names = [name for name in _OfMeasure.model_fields if name != "id"]
    of = {
        one.id: {name: getattr(one, name.removeprefix(OF_MEASURE)) for name in names}
        for one in measures
    }
    for row in rows:
        assert isinstance(row, ChildRow)
        yield _copy(row, whole, **of[row.measure_id])


def _reader(kind: type[Row]) -> Callable[[Row], str]:
    """What gives all that people read in a row, in one text."""
    described, values = columns(kind), values_of(kind)

    def read(row: Row) -> str:
        pairs = zip(described, values(row), strict=True)
        return "\n".join(_words(one, value) for one, value in pairs if one.name not in UNREAD)

    return read


def _has(text: str, wanted: Iterable[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)


def _words(column: Column, value: Any) -> str:
    if value is None:
        return ""
    names = _themes() if column.name in THEMES else column.codes
    if isinstance(value, tuple):
        return "、".join(names.get(each, each) for each in value)
    return names.get(str(value), str(value))


@cache
def _themes() -> Mapping[str, str]:
    return {theme.id: theme.label for theme in taxonomy().theme}


def _sorted(rows: Iterable[Row], column: Column, sort: str) -> Iterator[Row]:
    """By numbers, else by words; equal ones as they stood, and what says nothing comes last."""
    numeric = column.kind in ("number", "integer")
    keyed: list[tuple[Any, Row]] = []
    empty: list[Row] = []
    for row in rows:
        value = getattr(row, column.attribute)
        key = value if numeric else _words(column, value)
        if key in (None, ""):
            empty.append(row)
        else:
            keyed.append((key, row))
    keyed.sort(key=lambda pair: pair[0], reverse=sort.startswith(DESCENDING))
    yield from (row for _, row in keyed)
    yield from empty
