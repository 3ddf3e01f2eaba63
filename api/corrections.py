"""Which columns of the registry a person may decide on, and which values these take."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from api.export.codebook import codes, kind, meaning
from api.export.columns import Column, columns
from corpus import regions
from corpus.errors import InputError, NotFound
from corpus.registry import ChildRow, MeasureRow, Row
from corpus.themes import taxonomy

Reviewed = TypeVar("Reviewed", bound=Row)

# Columns that say where a row comes from; no decision changes them.
FIXED = frozenset(ChildRow.model_fields)
MEASURE_FIELDS = frozenset({"theme", "secondary_themes", "mechanisms", "target_groups"})
MAX_TEXT = 2000  # characters of a text, and of each item of a list
MAX_ITEMS = 100

_DIGITS = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
PAIR = {"region", "adcode"}


def decidable(table: type[Row]) -> tuple[Column, ...]:
    """The columns of a table that decisions may change; tables not read from texts have none."""
    if issubclass(table, MeasureRow):
        return tuple(one for one in columns(table) if one.attribute in MEASURE_FIELDS)
    if not issubclass(table, ChildRow):
        return ()
    # By attribute: some tables have a start of their own beside that of the quote.
    return tuple(one for one in columns(table) if one.attribute not in FIXED)


def column_of(table: type[Row], name: str) -> Column:
    """The column of that name, which a decision may change.

    Raises:
        InputError: the table has no such column, or it cannot be changed.
    """
    allowed = decidable(table)
    for column in allowed:
        if column.name == name:
            return column
    hint = f"可核对的列：{'、'.join(column.name for column in allowed)}"
    if any(name in (column.name, column.attribute) for column in columns(table)):
        raise InputError(f"列“{name}”取自原文，不能更正", hint=hint, field="field")
    raise InputError(f"表 {table.TABLE} 没有列“{name}”", hint=hint, field="field")


def corrected(row: Reviewed, column: Column, value: Any) -> Any:
    """A corrected value as its column holds it: texts without outer spaces, an empty one as null.

    Raises:
        InputError: it does not fit.
    """
    try:
        value = _plain(value)
        fields = {**row.model_dump(), column.attribute: value}
        held = getattr(type(row).model_validate(fields, by_name=True), column.attribute)
        return held if held is None else CHECKS.get(column.name, _as_is)(held)
    except (ValidationError, ValueError, NotFound) as error:
        listed = f"：{codes(column)}" if column.codes else ""
        raise InputError(
            f"“{_quoted(value)}”不能作为列“{column.name}”的值",
            hint=f"{meaning(column)}（{kind(column)}{listed}）",
            field="value",
        ) from error


def emptied(column: Column) -> Any:
    """What a column holds once its value is rejected.

    Raises:
        InputError: every row has a value in it.
    """
    if column.kind == "list":
        return ()
    if column.required:
        raise InputError(
            f"列“{column.name}”不能没有值", hint="请更正它，或驳回整行", field="decision"
        )
    return None


def changed(row: Reviewed, changes: Mapping[str, Any]) -> Reviewed:
    """The row with other values, and with what follows from them.

    A figure's region and its code go together, the later changed leads. A main theme is none of the
    secondary ones. What has a value now is no longer “not stated”, what has none any more is.

    Args:
        row: a row as read.
        changes: by the model's names, in the order in which they were decided.
    """
    update = {**changes, **_paired(row, changes)}
    if isinstance(row, ChildRow):
        unstated = {*row.not_stated} - {*update} | {k for k, v in update.items() if v is None}
        update["not_stated"] = tuple(name for name in type(row).model_fields if name in unstated)
    if isinstance(row, MeasureRow):
        theme = update.get("theme", row.theme)
        others = update.get("secondary_themes", row.secondary_themes)
        update["secondary_themes"] = tuple(other for other in others if other != theme)
    return row.model_copy(update=update)


def _paired(row: Row, changes: Mapping[str, Any]) -> dict[str, Any]:
    changed = [name for name in changes if name in PAIR]
    if not changed or not type(row).model_fields.keys() >= PAIR:
        return {}
    value = changes[changed[-1]]
    region = regions.resolve(value) if value else None
    return {
        "region": region.name if region else None,
        "adcode": region.adcode if region else None,
    }


def _as_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    """A value of JSON, trimmed.

    Raises:
        ValueError: it is too long, or no value of a column.
    """
    if isinstance(value, str):
        value.encode()  # half of a surrogate pair is no text
        if len(value) > MAX_TEXT:
            raise ValueError
        return value.strip() or None
    if isinstance(value, list | tuple):
        if len(value) > MAX_ITEMS:
            raise ValueError
        return [item for one in value if (item := _plain(one)) is not None]
    if isinstance(value, bool | dict) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError
    return value


def _quoted(value: Any) -> str:
    """The beginning of any value, for a message."""
    return str(value)[:60].encode(errors="replace").decode()


def _theme(value: str) -> str:
    if value not in {theme.id for theme in taxonomy().children}:
        raise ValueError
    return value


def _themes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_theme, values)))


def _region(value: str) -> str:
    found = regions.resolve(value)
    if found is None:
        raise ValueError
    return found.name


def _adcode(value: str) -> str:
    return regions.get(value).adcode


def _date(value: str) -> str:
    """A date in ISO 8601, to whatever precision, with or without its year (``--08-15``)."""
    whole = f"2000-01{value[2:]}" if value.startswith("---") else value
    whole = f"2000{whole[1:]}" if whole.startswith("--") else whole
    if not _DIGITS.fullmatch(whole):
        raise ValueError
    date.fromisoformat(whole + "0000-01-01"[len(whole) :])
    return value


def _period(value: str) -> str:
    for part in value.removesuffix("/").split("/", 1):
        _date(part)
    return value


# What a type does not say of a column's values. Each gives the value as it is kept.
CHECKS: dict[str, Callable[[Any], Any]] = {
    "theme": _theme,
    "secondary_themes": _themes,
    "region": _region,
    "adcode": _adcode,
    "start": _date,
    "end": _date,
    "as_of": _period,
}
