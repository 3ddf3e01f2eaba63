"""The date or period that a text gives for a figure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from ingest.extract.dates import Period
from ingest.extract.quantities import Quantity

_STOP = re.compile("[。！？\n]")
# A present told after a date is not dated by it.
_PRESENT = re.compile("目前|现有|现已|如今|近年来|长期|常态化|此外|另外|十[一二三四五六]五")
_GOES_ON = re.compile(" ?(?:其中|分别|占)")
_BRACKETED = re.compile("[（(]")
_FURTHEST = 400


def as_of(
    text: str, dated: Sequence[Period], quantity: Quantity, order: int = 0, total: int = 1
) -> str | None:
    """The nearest date before a figure in its sentence, or in brackets right behind it.

    Lengths of time and yearly dates date nothing. Of a change it is the date it led to.

    Args:
        text: the practice's text.
        dated: its dates, in order.
        quantity: the figure.
        order: which of its clause's figures it is, from 0.
        total: how many figures the clause has.

    Returns:
        ISO 8601: a date, a period ``2023-01/2023-06`` or an open one ``2023/``.
    """
    if quantity.unit and quantity.unit.sort == "time" and not quantity.change:
        return None
    last = quantity.end if quantity.change else quantity.core[0]
    place = bisect_right(dated, last, key=lambda period: period.start)
    inside = [day for day in dated[max(place - 2, 0) : place] if day.start >= quantity.start]
    if inside:
        return inside[-1].iso
    behind = dated[place] if place < len(dated) else None
    if behind and _BRACKETED.fullmatch(text, quantity.end, behind.start):
        return behind.iso
    if not place or dated[place - 1].end > quantity.core[0]:
        return None
    listed = _listed(text, dated, place)
    between = text[dated[place - 1].end : quantity.start][:_FURTHEST]
    day = listed[order] if len(listed) == total > 1 and "分别" in between else dated[place - 1]
    governs = day.recurrence is None and day.precision != "yearless"
    near = quantity.start - day.end <= _FURTHEST
    return day.iso if governs and near and _reaches(between) else None


def _listed(text: str, dated: Sequence[Period], place: int) -> list[Period]:
    """The dates of the list that ends before a place among them: 2021年、2022年分别."""
    first = place - 1
    while first and text[dated[first - 1].end : dated[first].start] in ("、", "和"):
        first -= 1
    return list(dated[first:place])


def _reaches(between: str) -> bool:
    """Whether a date still holds behind these words."""
    if _PRESENT.search(between):
        return False
    return all(_GOES_ON.match(rest) for rest in _STOP.split(between)[1:])
