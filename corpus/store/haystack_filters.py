"""Haystack's filter dictionaries as conditions of the engine.

A field is ``id``, ``content`` or a key of ``meta``, with or without ``meta.`` before it. What the
engine cannot tell is refused with ValueError, never approximated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from corpus.store.engine import Absent, AnyOf, Between, Condition, Dated, Has, Where
from corpus.store.points import compact

FIELDS = (
    "practice_id",
    "document_id",
    "kind",
    "task",
    "measure",
    "theme",
    "regions",
    "level",
    "instruments",
    "issued_on",
    "context",
)
NEVER = Has(())
ORDER = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def conditions(filters: dict[str, Any] | None) -> Where:
    """The conditions of a filter dictionary; of none, no condition.

    Raises:
        ValueError: the dictionary is malformed, or asks what the engine cannot tell.
    """
    return Where(must=(_condition(filters),)) if filters else Where()


def flags(meta: dict[str, Any], prefix: str = "") -> list[str]:
    """The truth values in ``meta``, as texts: Qdrant Edge 0.9 finds no boolean by its value."""
    found: list[str] = []
    for key, value in meta.items():
        if isinstance(value, bool):
            found.append(_flag(f"{prefix}{key}", value))
        elif isinstance(value, dict):
            found.extend(flags(value, f"{prefix}{key}."))
    return found


def _condition(filters: dict[str, Any]) -> Where:
    if not isinstance(filters, dict):
        raise ValueError(f"a filter is a dictionary, not {filters!r}")
    operator = _item(filters, "operator")
    if "field" in filters:
        return _comparison(str(filters["field"]), operator, _item(filters, "value"))
    parts = tuple(_condition(part) for part in _item(filters, "conditions"))
    match operator:
        case "AND":
            return Where(must=parts)
        case "OR":
            return Where(should=parts) if parts else Where(must=(NEVER,))
        case "NOT":
            return Where(must_not=(Where(must=parts),))
    raise ValueError(f"unknown logical operator {operator!r}")


def _item(filters: dict[str, Any], key: str) -> Any:
    if key not in filters:
        raise ValueError(f"a filter lacks {key!r}: {filters!r}")
    return filters[key]


def _comparison(name: str, operator: str, value: Any) -> Where:
    if operator in ORDER:
        return Where(must=(_ordered(name, ORDER[operator], value),))
    if operator in ("in", "not in"):
        if not isinstance(value, list):
            raise ValueError(f"{operator!r} takes a list, not {value!r}")
        alike = Where(should=tuple(_equal(name, one) for one in value) or (NEVER,))
    elif operator in ("==", "!="):
        alike = Where(must=(_equal(name, value),))
    else:
        raise ValueError(f"unknown operator {operator!r}")
    return Where(must_not=(alike,)) if operator in ("!=", "not in") else alike


def _equal(name: str, value: Any) -> Condition:
    key = _key(name)
    match value:
        case None:
            return Absent(key)
        case bool():
            return AnyOf("flags", (_flag(_plain(name), value),))
        case int() | float():
            return Between(key, gte=value, lte=value)
        case str():
            return _equal_text(key, value)
        case datetime() | date():
            return _equal_text(key, value.isoformat())
    raise ValueError(f"cannot compare with {value!r}")


def _equal_text(key: str, value: str) -> Condition:
    """The same text, or another way of writing the same moment."""
    day = _iso(value)
    if day is None:
        return AnyOf(key, (value,))
    if key == "issued_on":
        number = compact(day)
        return Between(key, gte=number, lte=number)
    return Where(should=(AnyOf(key, (value,)), Dated(key, gte=value, lte=value)))


def _ordered(name: str, bound: str, value: Any) -> Condition:
    key = _key(name)
    if isinstance(value, datetime | date):
        value = value.isoformat()
    match value:
        case None:
            return NEVER
        case bool():
            pass
        case int() | float():
            return Between(key, **{bound: value})
        case str() if (day := _iso(value)) is not None:
            if key == "issued_on":
                return Between(key, **{bound: compact(day)})
            return Dated(key, **{bound: value})
    raise ValueError(f"only numbers and ISO dates have an order, not {value!r}")


def _iso(value: str) -> datetime | None:
    # Python reads 20250203 and 2025-W06 too, which the engine does not.
    if len(value) < 10 or value[4] != "-" or value[7] != "-":
        return None
    parse: Callable[[str], datetime] = datetime.fromisoformat
    try:
        return parse(value)
    except ValueError:
        return None


def _plain(name: str) -> str:
    return name.removeprefix("meta.")


def _key(name: str) -> str:
    """The payload field of a document's field; keys are quoted, as they may hold anything."""
    if name == "id":
        return "passage_id"
    if name == "content":
        return "text"
    plain = _plain(name)
    if plain in FIELDS:
        return plain
    if '"' in plain or not plain:
        raise ValueError(f"cannot filter by {name!r}")
    return ".".join(("meta", *(f'"{part}"' for part in plain.split("."))))


def _flag(key: str, value: bool) -> str:
    return f"{key}={str(value).lower()}"
