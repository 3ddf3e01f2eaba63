"""The quantities of a practice as rows: what counts, of what, by what, when and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from corpus.model import Practice
from corpus.registry import IndicatorRow, ordered, read_row
from ingest.extract.bases import Bases
from ingest.extract.counting import is_counted
from ingest.extract.dates import Period
from ingest.extract.dating import as_of
from ingest.extract.deadlines import periods, that_date
from ingest.extract.distribution import Holder, Places, clause_start, holders
from ingest.extract.meaning import kind_of, subject_of
from ingest.extract.numbers import fold
from ingest.extract.quantities import Quantity, quantities
from ingest.extract.uncounted import uncounted

_GOES_ON = re.compile(
    "(?:[（(][^（()）]{1,12}[)）])?(?:、|[，,]?(?:其中|并|分别|已)?(?:同比|环比|年均|[比较与][^，。；、]{2,12}?)?"
    "(?:大幅|净)?(?:增长|提高|提升|增加|上升|上涨|扩大|下降|降低|减少|回落|增|降)?了?)"
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A quantity that counts, where the figure or base before it ends, its place in its clause."""

    quantity: Quantity
    per: str | None
    after: int
    order: int = 0
    total: int = 1


def indicators(practice: Practice) -> list[IndicatorRow]:
    """One row for each quantity that a practice states, or for each of those that share it.

    What contradicts itself or is damaged is a row to review, without a value, with its readings.

    Args:
        practice: a practice or plan item; regions are sought within its own.
    """
    text = practice.text
    dated = periods(text)
    dating = that_date(text, dated)
    places = Places(practice)
    rows: list[IndicatorRow] = []
    before: tuple[int, str | None] | None = None
    last: tuple[int, str | None] | None = None
    for counted in _counted(text, dated):
        quantity = counted.quantity
        whose = holders(text, places, quantity, counted.order, counted.total)
        start = whose[0].start if whose else quantity.start
        subject = subject_of(text, quantity, counted.after, start, dating)
        if subject is None and last and _goes_on_from(text[last[0] : start]):
            subject = last[1]
        last = (quantity.end, subject)
        if whose and whose[0].region:
            # 蓬江各应不少于2个，鹤山各应不少于1个: the second list is of what the first was.
            goes_on = before and text[before[0] : start] in ("，", ",", "、", "")
            subject = before[1] if before and goes_on else subject
            before = (quantity.end, subject)
        when = as_of(text, dating, quantity, counted.order, counted.total)
        rows.extend(_rows(practice, counted, whose, subject, when))
    return ordered(rows)


def _goes_on_from(between: str) -> bool:
    """Whether a figure without a noun is of what the one before it was: ，同比增长12%."""
    return _GOES_ON.fullmatch(between) is not None


def _counted(text: str, dated: list[Period]) -> list[_Counted]:
    """The quantities that count, each with its base."""
    folded, bases = fold(text), Bases.of(text)
    found: list[_Counted] = []
    after = 0
    for quantity in quantities(text, uncounted(text, [(day.start, day.end) for day in dated])):
        if bases.holds(quantity.core[0]):
            continue
        before = found[-1] if found else None
        per = quantity.per or bases.of_quantity(after, quantity.core[0])
        if per is None and before and _continues(text, before.quantity, quantity):
            per = before.per
        last, after = after, quantity.end
        if is_counted(folded, quantity, per):
            found.append(_Counted(quantity, per, max(last, bases.end_before(quantity.start))))
    return _numbered(text, found)


def _continues(text: str, before: Quantity, quantity: Quantity) -> bool:
    """Whether a quantity goes on with the list that the one before it is in."""
    between = text[before.end : quantity.start]
    return "、" in between and clause_start(text, quantity.start) <= before.start


def _numbered(text: str, found: list[_Counted]) -> list[_Counted]:
    """The same, each with its place in its clause."""
    begins = [clause_start(text, each.quantity.start) for each in found]
    totals = Counter(begins)
    seen: Counter[int] = Counter()
    result = []
    for each, begin in zip(found, begins, strict=True):
        result.append(replace(each, order=seen[begin], total=totals[begin]))
        seen[begin] += 1
    return result


def _rows(
    practice: Practice,
    counted: _Counted,
    whose: list[Holder],
    subject: str | None,
    when: str | None,
) -> Iterator[IndicatorRow]:
    """A row for each region or member that the figure holds for, or the one row of it."""
    quantity = counted.quantity
    fields = _figures(quantity) | {
        "unit": quantity.unit_name,
        "comparator": quantity.comparator,
        "kind": kind_of(practice.text, quantity, counted.per, practice.kind),
        "per": counted.per,
        "as_of": when,
        "status": "needs_review" if quantity.broken else "extracted",
        "candidates": quantity.readings,
    }
    for holder in whose or [Holder(quantity.start)]:
        place = holder.region
        where = {"region": place.name, "adcode": place.adcode} if place else {}
        named = {"subject": holder.name or subject}
        yield read_row(
            IndicatorRow, practice, (holder.start, quantity.end), **named, **where, **fields
        )


def _figures(quantity: Quantity) -> dict[str, Any]:
    """The figures of a row, as numbers."""
    figures = {
        "value": quantity.value,
        "low": quantity.low,
        "high": quantity.high,
        "before": quantity.before,
        "after": quantity.after,
    }
    numbers: dict[str, Any] = {
        name: float(value) for name, value in figures.items() if value is not None
    }
    return numbers | {
        "before_comparator": quantity.before_comparator,
        "after_comparator": quantity.after_comparator,
    }
