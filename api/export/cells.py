"""Values as the cells of a CSV file, reversibly.

A spreadsheet runs a cell as a formula when its text begins with one of ``= + - @`` or their
full-width forms, or with a tab, a line break or a null, even after spaces or quotation marks
(OWASP, CSV injection). A text that begins so gets an apostrophe before it. So does one that begins
with an apostrophe, and an empty one, which else could not be told from null: to read a text, drop
one apostrophe from its head if there is one. Codes are of a fixed list and are written as they are.

The items of a list are joined with ``；``; within an item ``；`` is written ``\\;`` and a backslash
doubled, so that cutting at every ``；`` gives the items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from api.export.columns import Column

GUARD = "'"
SEPARATOR = "；"

_RUN = re.compile(
    r"'|[\t\r\n\0]|[\s\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff\"'“”‘’\uff02\uff07]*[=+\-@＝＋－\uff20]"
)
_ESCAPED = re.compile(r"\\[\\;]")
# Above this a float has no fraction, and its digits as a whole number would feign precision.
_WHOLE = 1e15


def risky(text: str) -> bool:
    """Whether a spreadsheet might take ``text`` for something else than text."""
    return _RUN.match(text) is not None


def guarded(text: str) -> str:
    """``text`` as a cell that no spreadsheet runs."""
    return text if text and not risky(text) else GUARD + text


def unguarded(cell: str) -> str:
    """The text of a cell that :func:`guarded` made."""
    return cell.removeprefix(GUARD)


def joined(items: Iterable[str]) -> str:
    """Items as one text; no items give an empty one, a single empty item too."""
    return SEPARATOR.join(item.replace("\\", "\\\\").replace(SEPARATOR, "\\;") for item in items)


def split(text: str) -> tuple[str, ...]:
    """The items of a text that :func:`joined` made of one or more."""
    return tuple(
        _ESCAPED.sub(lambda found: SEPARATOR if found[0] == "\\;" else "\\", item)
        for item in text.split(SEPARATOR)
    )


def number(value: float) -> str:
    """A number in digits: without a point where it is whole, exact in any case."""
    whole = value.is_integer() and abs(value) < _WHOLE
    return str(int(value)) if whole else repr(value)


def cell_writer(column: Column) -> Callable[[Any], str]:
    """What writes the values of ``column``, but null, as cells."""
    if column.codes:
        return str
    return _WRITERS[column.kind]


def _list(items: tuple[str, ...]) -> str:
    return guarded(joined(items)) if items else ""


_WRITERS: dict[str, Callable[[Any], str]] = {
    "string": guarded,
    "integer": str,
    "number": number,
    "boolean": lambda value: "true" if value else "false",
    "date": date.isoformat,
    "list": _list,
}
