"""A table's columns, as its row model describes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from corpus.registry import LABELS, Row

Kind = Literal["string", "integer", "number", "boolean", "date", "list"]

_KINDS: dict[Any, Kind] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
    tuple[str, ...]: "list",
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: as in JSON and in every file.
        attribute: of the row, where its value is found.
        title: what it is called, in Chinese.
        description: what it holds, in Chinese.
        kind: type of its values; a list is of texts.
        codes: its values, where they are of a fixed list, and what each is called; else empty.
        required: whether every row has a value.
    """

    name: str
    attribute: str
    title: str
    description: str
    kind: Kind
    codes: Mapping[str, str]
    required: bool


@cache
def columns(table: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, in the order of its row model.

    Raises:
        TypeError: a field is of a type that no file format is told how to write.
    """
    return tuple(_column(table, name, field) for name, field in table.model_fields.items())


def values_of(table: type[Row]) -> Callable[[Row], tuple[Any, ...]]:
    """What takes the values out of a row of ``table``, in the order of its columns."""
    return attrgetter(*(column.attribute for column in columns(table)))


def _column(table: type[Row], attribute: str, field: FieldInfo) -> Column:
    bare, nullable = _bare(field.annotation)
    codes = get_args(bare) if get_origin(bare) is Literal else ()
    kind = "string" if codes else _KINDS.get(bare)
    # An empty cell is an empty list, so a list that may be null could not be told from it.
    if kind is None or (kind == "list" and nullable):
        raise TypeError(f"{table.__name__}.{attribute}: no column holds {field.annotation}")
    extra = field.json_schema_extra
    labels = LABELS[str(extra["codes"])] if isinstance(extra, dict) and "codes" in extra else {}
    return Column(
        name=field.alias or attribute,
        attribute=attribute,
        title=field.title or attribute,
        description=field.description or "",
        kind=kind,
        codes={code: labels.get(code, code) for code in codes},
        required=not nullable,
    )


def _bare(annotation: Any) -> tuple[Any, bool]:
    """A type without None, and whether None was in it."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    options = [one for one in get_args(annotation) if one is not NoneType]
    nullable = len(options) < len(get_args(annotation))
    return (options[0] if len(options) == 1 else annotation), nullable
