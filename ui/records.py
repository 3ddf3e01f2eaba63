"""Rows of the registry in words: what a figure, a deadline or an actor says, and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from ui.answers import Practice, Record, Span
from ui.render import chip, escaped, passage_html

Codes = Mapping[str, Mapping[str, str]]  # column → its values and what each is called
FIGURES = 6  # of a practice in a line at most
AROUND = 24  # characters of a text shown on either side of a quote
COMPARED = {"≥": "≥ ", ">": "> ", "≤": "≤ ", "<": "< "}
HUNDRED_MILLION, TEN_THOUSAND = 100_000_000, 10_000
NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True)
class Words:
    """A row in words: what it says first, and what belongs to it."""

    main: str
    notes: tuple[str, ...] = ()


def number(value: float) -> str:
    """A number as people write it, exact: 67500.0 → 6.75万."""
    size = abs(value)
    for unit, word in ((HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")):
        if size >= unit and float(value).is_integer():
            whole, rest = divmod(int(value), unit)
            decimals = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
            return f"{whole:,}{'.' if decimals else ''}{decimals}{word}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6f}".rstrip("0")


def quantity(row: Record) -> str:
    """An indicator's figure: ≥ 50场, 80–90%, 由 < 50% 到 ≥ 80%."""
    unit = row.get("unit") or ""
    low, high, value = row.get("low"), row.get("high"), row.get("value")
    figure = ""
    if low is not None and high is not None:
        figure = f"{number(low)}–{number(high)}"
    elif low is not None or high is not None:
        figure = _compared(low, "≥") if high is None else _compared(high, "≤")
    elif value is not None:
        figure = _compared(value, row.get("comparator"))
    before, after = row.get("before"), row.get("after")
    if before is not None or after is not None:
        then = _compared(after, row.get("after_comparator")) if after is not None else figure
        had = _compared(before, row.get("before_comparator"))
        figure = f"由 {had}{unit if before is not None else ''} 到 {then}"
    return f"{figure}{unit}" if figure else "未读出数值"


def _compared(value: float | None, comparator: str | None) -> str:
    return "（未写明）" if value is None else COMPARED.get(comparator or "", "") + number(value)


def period(row: Record) -> str:
    """A deadline's dates, as precise as they are stated."""
    dates = _dates(row.get("start"), row.get("end"))
    return "，".join(part for part in (row.get("recurrence"), dates) if part) or "未读出日期"


def _dates(first: str | None, last: str | None) -> str:
    start, end = _date(first), _date(last)
    if start and end:
        return start if start == end else f"{start} 至 {end}"
    date, word = (end, "前") if end else (start, "起")
    return f"{date}{'' if date.endswith('年') else ' '}{word}" if date else ""


def as_of(said: str | None) -> str:
    """A date or a period in ISO 8601; one without its end goes on."""
    start, slash, end = (said or "").partition("/")
    return _dates(start, end) if slash else _date(start)


def _date(said: str | None) -> str:
    text = said or ""
    if text.startswith("--"):  # ISO 8601 without a year
        month, _, day = text[2:].partition("-")
        return f"{month.lstrip('0')}月" + (f"{day.lstrip('0')}日" if day else "") + "（未写年份）"
    return f"{text}年" if len(text) == 4 else text


def words_of(table: str, row: Record, codes: Codes) -> Words:
    """A row of a child table in words."""

    def called(column: str) -> str:
        value = row.get(column)
        return codes.get(column, {}).get(str(value), str(value)) if value is not None else ""

    def notes(*found: Any) -> tuple[str, ...]:
        return tuple(str(note) for note in found if note)

    if table == "indicators":
        main = f"{row.get('subject') or '（未写明对象）'}：{quantity(row)}"
        when = as_of(row.get("as_of"))
        return Words(main, notes(called("kind"), row.get("per"), when, row.get("region")))
    if table == "deadlines":
        rough = "原文写“年底”" if row.get("precision") == "year-end" else ""
        return Words(period(row), notes(row.get("what"), rough))
    if table == "actors":
        return Words(str(row["name"]), notes(called("role"), called("type"), row.get("level")))
    if table == "platforms":
        functions = "、".join(row.get("functions") or ())
        return Words(str(row["name"]), notes(called("kind"), functions))
    if table == "policy_documents":
        title = f"《{row['title']}》" if row.get("title") else ""
        return Words(title + (row.get("number") or ""), notes(called("relation")))
    return Words(called("type"), notes(row.get("words")))


def figures_html(rows: Sequence[Record]) -> str:
    """The figures of a practice in a line; nothing where it has none."""
    # What several divisions share is said once, with all of them.
    shared: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        figure = str(row.get("subject") or "（未写明对象）"), quantity(row), _per(row)
        shared.setdefault(figure, []).append(str(row.get("region") or ""))
    said = [
        f"<span>{escaped(subject)} <b>{escaped(figure)}</b>{per}{_of(filter(None, regions))}</span>"
        for (subject, figure, per), regions in islice(shared.items(), FIGURES)
    ]
    more = f"<span>等 {len(shared)} 个</span>" if len(shared) > FIGURES else ""
    line = f'<p class="ts-figures" lang="zh-CN">数字：{"".join(said)}{more}</p>'
    return line if said else ""


def _of(regions: Iterable[str]) -> str:
    named = "、".join(dict.fromkeys(regions))
    return f"（{escaped(named)}）" if named else ""


def _per(row: Record) -> str:
    return f"（{escaped(str(row['per']))}）" if row.get("per") else ""


def span_of(row: Record) -> Span:
    """Where in the practice's text a row's quote stands."""
    named = "quote_" if "quote_start" in row else ""  # of a deadline, start and end are dates
    return Span(start=row[f"{named}start"], end=row[f"{named}end"])


def quote_html(text: str, row: Record) -> str:
    """A row's quote, marked, with a few words around it."""
    span = span_of(row)
    left, right = max(span.start - AROUND, 0), min(span.end + AROUND, len(text))
    before, after = "…" * (left > 0), "…" * (right < len(text))
    return f'<q class="ts-source">{before}{passage_html(text, [span], left, right)}{after}</q>'


def address(page: str, **query: str) -> str:
    """The address of a page of ours, relative to any other."""
    return f"{page}?{urlencode(query)}"


def anchor(page: str, label: str, **query: str) -> str:
    """A link to a page of ours, opened beside this one. ``label`` is text."""
    href = escaped(address(page, **query))
    return f'<a class="ts-link" href="{href}" target="_blank">{escaped(label)}</a>'


def record_html(table: str, row: Record, text: str, codes: Codes) -> str:
    """A row with its quote, and the way to its evidence in the registry."""
    words = words_of(table, row, codes)
    notes = "".join(f"<span>{escaped(note)}</span>" for note in words.notes)
    waiting = chip("待核对", "unsettled") if row.get("status") == NEEDS_REVIEW else ""
    link = anchor("registry", "核对", table=table, row=str(row["id"]))
    return (
        f'<li><p class="ts-fact"><b>{escaped(words.main)}</b>{notes}{waiting}{link}</p>'
        f"{quote_html(text, row)}</li>"
    )


def records_html(
    title: str, table: str, rows: Sequence[Record], practice: Practice, codes: Codes
) -> str:
    """The rows of one table that a practice has."""
    items = "".join(record_html(table, row, practice.text, codes) for row in rows)
    return (
        f'<section class="ts-records" lang="zh-CN"><h3>{escaped(title)}'
        f"<small>{len(rows)}</small></h3><ul>{items}</ul></section>"
    )
