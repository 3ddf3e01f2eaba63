"""The facts table of a practice: what the registry has of it, a line each, with its quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from api.course.model import Fact, FactKind, Quote
from api.course.words import clean, day, figure, one_line, period
from api.registry_rows import Measure
from corpus.registry import (
    LABELS,
    ActorRow,
    ChildRow,
    DeadlineRow,
    IndicatorRow,
    InstrumentRow,
    PlatformRow,
    PolicyDocumentRow,
)

R = TypeVar("R", bound=ChildRow)
WAITING = "needs_review"
QUOTES = 6  # of one line


def rows(measure: Measure, kind: type[R]) -> list[R]:
    """The rows of one table of a measure."""
    return [row for row in measure.children[kind.TABLE] if isinstance(row, kind)]


def sound(found: Iterable[R]) -> list[R]:
    """The rows that do not wait for a person's check."""
    return [row for row in found if row.status != WAITING]


def quote(row: ChildRow) -> Quote:
    """The words that a row was read from."""
    return Quote(text=clean(row.quote), start=row.quote_start, end=row.quote_end)


def facts(measure: Measure) -> tuple[Fact, ...]:
    """Who acts, by which means, with what figures, until when, on which platforms and grounds."""
    return tuple(
        fact
        for found in (
            _actors(measure),
            _instruments(measure),
            _figures(measure),
            _deadlines(measure),
            _platforms(measure),
            _policy_documents(measure),
        )
        for fact in found
    )


def _fact(kind: FactKind, label: str, value: str, read: Sequence[ChildRow]) -> Fact:
    once = {(row.quote_start, row.quote_end): quote(row) for row in read}
    return Fact(
        kind=kind,
        label=label,
        value=one_line(value),
        quotes=tuple(once.values())[:QUOTES],
        waiting=any(row.status == WAITING for row in read),
    )


def _actors(measure: Measure) -> Iterator[Fact]:
    """One line a role, who leads first; what waits for a check stands apart."""
    found = rows(measure, ActorRow)
    for role, label in LABELS["role"].items():
        for waiting in (False, True):
            same = [row for row in found if row.role == role and (row.status == WAITING) is waiting]
            if same:
                yield _fact("actor", label, "、".join(actor_names(same)), same)


def actor_names(found: Iterable[ActorRow]) -> list[str]:
    """Organisations, each once."""
    return list(dict.fromkeys(one_line(row.normalised_name or row.name) for row in found))


def _instruments(measure: Measure) -> Iterator[Fact]:
    together: dict[tuple[str, bool], list[InstrumentRow]] = {}
    for row in rows(measure, InstrumentRow):
        together.setdefault((row.type, row.status == WAITING), []).append(row)
    for (type_, _), same in together.items():
        yield _fact("instrument", "政策工具", LABELS["instrument_type"][type_], same)


def _figures(measure: Measure) -> Iterator[Fact]:
    for row in rows(measure, IndicatorRow):
        if value := figure(row):
            label = LABELS["indicator_kind"][row.kind]
            yield _fact("indicator", f"数字（{label}）", described(row, value), [row])


def described(row: IndicatorRow, value: str) -> str:
    """A figure with what it is of, where and when it holds."""
    return f"{row.subject or '（未写明对象）'}：{noted(row, value)}"


def noted(row: IndicatorRow, value: str) -> str:
    """A figure with where and when it holds."""
    notes = [note for note in (row.per, row.region, _as_of(row.as_of)) if note]
    return f"{value}（{'，'.join(notes)}）" if notes else value


def _as_of(said: str | None) -> str:
    start, slash, end = (said or "").partition("/")
    if not slash:
        return day(start)
    return f"{day(start)}至{day(end)}" if start and end else f"{day(start) or day(end)}"


def _deadlines(measure: Measure) -> Iterator[Fact]:
    for row in rows(measure, DeadlineRow):
        if when := period(row):
            yield _fact("deadline", "时限", f"{when}：{row.what}" if row.what else when, [row])


def _platforms(measure: Measure) -> Iterator[Fact]:
    together: dict[tuple[str, str, bool], list[PlatformRow]] = {}
    for row in rows(measure, PlatformRow):
        together.setdefault((row.name, row.kind, row.status == WAITING), []).append(row)
    for (name, kind, _), same in together.items():
        functions = "；".join(dict.fromkeys(each for row in same for each in row.functions))
        value = f"{name}（{LABELS['platform_kind'][kind]}）" + (f"：{functions}" * bool(functions))
        yield _fact("platform", "平台", value, same)


def _policy_documents(measure: Measure) -> Iterator[Fact]:
    for row in rows(measure, PolicyDocumentRow):
        label = LABELS["relation"].get(row.relation or "", "引用")
        yield _fact("policy_document", f"文件（{label}）", named(row), [row])


def named(row: PolicyDocumentRow) -> str:
    """A cited document by title and number."""
    number = row.number or ""
    if not row.title:
        return number or row.quote
    return f"《{row.title}》" + (f"（{number}）" if number else "")
