"""The dates and periods of a practice by which something is due or was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import Practice
from corpus.registry import DeadlineRow, ordered, read_row
from ingest.extract.dates import Period, dates
from ingest.extract.uncounted import uncounted

# 有效期至, 试行至: the end of what begins with 自…起施行.
_VALID_UNTIL = re.compile(r"(?:有效期|有效期限|试行期|执行期|期限)(?:截止|截至|限)?(?:到|至|为)?$")
_VERSUS = ("比", "较")
_NO_VERSUS = ("对比", "评比", "占比", "环比", "同比", "计较")
_TOGETHER = re.compile("[与和同跟]$")
_COMPARED = re.compile(" ?(?:同期|年?[底末])?(?:相比|相较|比较)")
_BUILT = re.compile("(?:建成|建造|竣工|出生|参加|入职|登记|注册|投用)[^，。；、0-9]{0,8}?的")
_OLD = re.compile("前?(?:建成|建造|竣工)[^，。；、0-9]{0,6}(?:老旧|旧小区|小区|住宅|房屋)")
_CLAUSE = re.compile(r"[^，。；;：:！？\n]+")
_EDGES = "和与及并或对等以"
_AROUND = " \u3000、的，,"
_SHORT = 2
_LONG = 40
_FURTHEST = 160


def deadlines(practice: Practice) -> list[DeadlineRow]:
    """One row for each date or period that a practice names, at its first place.

    A date that there is not (2月30日) is a row to review, without start and end.

    Args:
        practice: a practice or plan item.
    """
    rows: list[DeadlineRow] = []
    seen: set[tuple[str | None, str | None, str | None]] = set()
    dated = that_date(practice.text, periods(practice.text))
    for period in _merged(practice.text, dated):
        key = (period.begins, period.ends, period.recurrence)
        if key in seen and not period.broken:
            continue
        seen.add(key)
        rows.append(_row(practice, period))
    return ordered(rows)


def periods(text: str) -> list[Period]:
    """The dates of a text but those in titles, names and numbers of documents."""
    skip = uncounted(text)
    return [period for period in dates(text) if not skip.holds(period.end - 1)]


def that_date(text: str, found: Sequence[Period]) -> list[Period]:
    """The periods by which something is due or was done.

    Not those that a figure is compared with (较2020年增长) or a thing is described by
    (2000年以前建成的小区).
    """
    return [period for period in found if not _compares(text, period) and not _built(text, period)]


def _compares(text: str, period: Period) -> bool:
    if text[max(period.start - 1, 0) : period.start] in _VERSUS:
        before = text[max(period.start - 2, 0) : period.start]
        return before not in _NO_VERSUS
    with_it = _TOGETHER.search(text[max(period.start - 1, 0) : period.start])
    return with_it is not None and _COMPARED.match(text, period.end) is not None


def _built(text: str, period: Period) -> bool:
    ends = text[period.start : period.end].endswith(("以前", "之前"))
    return (_BUILT if ends else _OLD).match(text, period.end) is not None


def _row(practice: Practice, period: Period) -> DeadlineRow:
    quote = practice.text[period.start : period.end]
    return read_row(
        DeadlineRow,
        practice,
        (period.start, period.end),
        start=period.begins,
        end=period.ends,
        precision=period.precision,
        recurrence=period.recurrence,
        what=governed(practice.text, period),
        status="needs_review" if period.broken else "extracted",
        candidates=(quote,) if period.broken else (),
    )


def _merged(text: str, found: list[Period]) -> list[Period]:
    """自2020年1月1日起施行，有效期至2024年12月31日 as one period."""
    result: list[Period] = []
    for period in found:
        before = result[-1] if result else None
        if before and before.begins and before.ends is None and period.ends:
            between = text[before.end : period.start]
            if "。" not in between and _VALID_UNTIL.search(between):
                result[-1] = replace(before, end=period.end, ends=period.ends)
                continue
        result.append(period)
    return result


def governed(text: str, period: Period) -> str | None:
    """The clause that a date governs: what follows it, or what it stands in brackets behind."""
    before = text[max(period.start - _LONG, 0) : period.start]
    bracket = re.search(r"[（(][^（()）\n]*$", before)
    closing = re.match(r"[^（()）\n]*[）)]", text[period.end : period.end + _LONG])
    if bracket and closing:
        opens = period.start - len(bracket.group())
        return _clip(re.split(r"[，。；：\n]", text[max(opens - _LONG, 0) : opens])[-1])
    behind = re.split("[。\n]", text[period.end : period.end + _FURTHEST])[0]
    for clause in _CLAUSE.findall(behind):
        if words := _clip(clause):
            return words
    return _clip(re.split(r"[，。；：\n]", before)[-1])


def _shortened(words: str) -> str:
    """The words, cut where an item of a list or a phrase ends when they are too long."""
    if len(words) <= _LONG:
        return words
    at = words.rfind("、", _LONG // 3, _LONG + 1)
    if at < 0:
        at = max(words.rfind(edge, _LONG // 2, _LONG + 1) for edge in _EDGES)
    return words[: at if at > 0 else _LONG]


def _clip(words: str) -> str | None:
    plain = _shortened(words.strip(_AROUND)).lstrip("）)")
    if plain.count("（") > plain.count("）"):
        plain = plain.partition("（")[0]
    return plain if len(plain) >= _SHORT else None
