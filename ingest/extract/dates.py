"""Dates and periods of official texts, to ISO 8601 with the precision that is stated.

A date is read component by component: year, then month, quarter or half, then day or part of the
month; a second one after a dash is the end of a period and takes over what it leaves out. Years
are never guessed: 8月15日 alone is ``--08-15``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.registry import Precision
from ingest.extract.numbers import DIGITS, chinese_value, fold

_FOUR = f"(?:19|20)[0-9]{{2}}|[一二][{DIGITS}]{{3}}"
_TWO = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_DASH = " ?(?:-{1,2}|~|至|到) ?"
_TO = re.compile(f" ?(?:起|开始)?{_DASH}(?P<next>次年|翌年|第二年)?")
_MONTH_NAMED = re.compile(f"(?:{_TWO}) ?月")
_CLOSE = "[底末](?![端线层])"
_NOT_OPENING = "步级中次始审验评赛训期心衷"

_YEAR = re.compile(
    rf"(?P<year>{_FOUR})"
    rf"(?: ?年度?(?!版|修订|修正|第 ?[0-9]+ ?[号期])|(?={_DASH}(?:{_FOUR}) ?年))"
)
_MONTH = re.compile(rf"(?P<month>{_TWO})(?: ?月份?|(?={_DASH}(?:{_TWO}) ?月))")
_DAY = re.compile(
    rf" ?(?P<day>{_TWO})(?: ?[日号](?![常报程益均楼线院])"
    rf"|(?={_DASH}(?:[0-9]{{1,2}} ?月 ?)?(?:{_TWO}) ?日))"
)
_TENTH = re.compile(rf" ?(?P<part>[上中下]旬|{_CLOSE}|初(?![{_NOT_OPENING}]))")
_PART = re.compile(
    r" ?(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4]) ?季度"
    rf"|前(?P<first>[二三两23]) ?个?季度|(?P<end>年?{_CLOSE}|年?终(?![止身端点结]))"
    rf"|(?P<all>全年|年?内(?![容部蒙外涵])|年?初(?![{_NOT_OPENING}])))(?P<close>{_CLOSE})?"
)
_DASHED = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})(?P<sign>[-./])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})"
    r"(?![0-9])"
)
_ANCHOR = re.compile(
    rf"(?<![0-9.,])(?:[0-9]{{1,4}}(?![0-9])|[{DIGITS}十]{{1,4}})(?= ?[年月季./~至到-])"
    "|[上下]半年|前[二三两23] ?个?季度|第[一二三四1-4] ?季度|年[底末终]"
)
_LEAD = re.compile(
    "(?:(?P<by>截至|截止到|截止至|截止|(?<![达做得推延直])到|(?<![甚以直乃])至)"
    "|(?P<since>(?<![来各])自从?|(?<!服)从)|(?P<yearly>每年度?的?)|(?P<same>同年)|[于在])"
    "(?:(?:应|须|均)?[于在])? ?$"
)
_FEAST = "(?:(?:元旦|春节|清明|五一|劳动节|端午|中秋|国庆)节?)"
_TRAIL = re.compile(
    rf" ?(?:[(]含[)])?(?:(?P<by>{_FEAST}?[之以]?前(?![期三提往述款0-9])|为?止)"
    "|(?P<since>(?:之日)?起(?![草诉重步])|开始|以来|至今|[之以]?后(?![续勤期台])))"
)
# After these a number before 月 is a length of time: 近3月, 连续3月.
_LENGTH = re.compile(r"[每近满超续过余隔]$")
_MONTHLY = re.compile(r"每个?月(?:的|[于在])?(?P<day>[0-9]{1,2}) ?[日号](?P<by>[之以]?前)?")
_LIST = re.compile(" ?[、和及] ?(?:次年|翌年)?")


@dataclass(frozen=True, slots=True)
class Period:
    """A date or period of a text.

    Attributes:
        start: where its words begin, 截至 or 自 included.
        end: where its words end, 前 or 起 included.
        begins: its first date in ISO 8601, ``--MM-DD`` without a year; None where it is open.
        ends: its last date likewise.
        precision: the precision stated.
        recurrence: 每年, 每月.
        broken: whether there is no such date (2月30日, 13月); it then has neither.
    """

    start: int
    end: int
    begins: str | None
    ends: str | None
    precision: Precision
    recurrence: str | None = None
    broken: bool = False

    @property
    def iso(self) -> str | None:
        """It as one ISO 8601 date, period or open period (``2023/``)."""
        if self.begins and self.ends and self.begins != self.ends:
            return f"{self.begins}/{self.ends}"
        return self.ends or (f"{self.begins}/" if self.begins else None)


@dataclass(frozen=True, slots=True)
class _Point:
    """What one date says, before it is known what surrounds it."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    last: int | None = None  # the last month, of a quarter or half
    part: str = ""  # 上旬, 底 …
    year_end: bool = False
    whole: bool = False  # a part of the year that is no month was named


def dates(text: str) -> list[Period]:
    """Every calendar date and period of a text, in order.

    Left out are dates that hang on another one (当月, 次月10日) and lengths of time (3年).

    Args:
        text: any text.
    """
    folded = fold(text)
    found: list[Period] = []
    before: _Point | None = None
    at = 0
    while place := _next(folded, at):
        first, second, at = place
        listed = before is not None and _LIST.fullmatch(folded, before.end, first.start) is not None
        if before and first.year is None and (listed or _same_year(folded, first)):
            first = replace(first, year=before.year)
        period = _period(folded, first, second)
        if listed and found:
            found[-1], period = _alike(found[-1], period)
        found.append(period)
        before = replace(second or first, end=period.end)
    return sorted([*found, *_monthly(folded, found)], key=lambda period: period.start)


def _same_year(text: str, point: _Point) -> bool:
    lead = _LEAD.search(text[max(point.start - 6, 0) : point.start])
    return lead is not None and lead["same"] is not None


def _alike(before: Period, period: Period) -> tuple[Period, Period]:
    """What dates of a list share: 每年 before the first, 前 after the last."""
    if before.recurrence and not period.recurrence:
        period = replace(period, recurrence=before.recurrence)
    if before.begins == before.ends and period.begins is None and period.ends:
        before = replace(before, begins=None)
    return before, period


def _monthly(text: str, found: list[Period]) -> Iterator[Period]:
    """每月10日前."""
    for match in _MONTHLY.finditer(text):
        if any(period.start < match.end() and match.start() < period.end for period in found):
            continue
        day = int(match["day"])
        stated = f"---{day:02d}" if 1 <= day <= 31 else None
        begins = None if match["by"] else stated
        yield Period(*match.span(), begins, stated, "yearless", "每月", stated is None)


# Reading points -----------------------------------------------------------------------------------


def _next(text: str, at: int) -> tuple[_Point, _Point | None, int] | None:
    """The next point from ``at`` on, the one that ends its period, and where to go on."""
    for anchor in _ANCHOR.finditer(text, at):
        first = _point(text, anchor.start())
        if first is None:
            continue
        to = _TO.match(text, first.end)
        second = _second(text, to.end(), first) if to else None
        if second and to and to["next"] and first.year and second.year == first.year:
            second = replace(second, year=first.year + 1)
        return first, second, (second or first).end
    return None


def _point(text: str, at: int) -> _Point | None:
    """The date that begins at a place: with its year, or a month, quarter or end of a year."""
    if dashed := _DASHED.match(text, at):
        year, month, day = int(dashed["year"]), int(dashed["month"]), int(dashed["day"])
        return _Point(at, dashed.end(), year, month, day)
    if year_words := _YEAR.match(text, at):
        whole = _Point(at, year_words.end(), _count(year_words["year"]))
        return _rest(text, whole)
    point = _rest(text, _Point(at, at))
    if point.end == at or _LENGTH.search(text[max(at - 1, 0) : at]):
        return None
    return None if _says_little(text, point) else point


def _says_little(text: str, point: _Point) -> bool:
    """Whether words without a year need more to be a date: 三月, 一季度, 年底."""
    words = text[point.start : point.end]
    if point.month and not point.whole:
        digits = words[0] in "0123456789"
        return not (digits or point.day or point.part or words.endswith("份"))
    before = text[max(point.start - 5, 0) : point.start]
    return not (_LEAD.search(before) or _TRAIL.match(text, point.end))


def _rest(text: str, point: _Point) -> _Point:
    """The point with what follows at its end: a month and its day, or a part of the year."""
    space = point.end + (point.year is not None and text[point.end : point.end + 1] == " ")
    if match := _MONTH.match(text, space):
        return _in_month(text, replace(point, end=match.end(), month=_count(match["month"])))
    match = _PART.match(text, point.end)
    if match is None or (match["all"] and point.year is None):
        return point
    if match["all"]:
        return replace(point, end=match.end())
    if match["end"]:
        return replace(point, end=match.end(), year_end=True)
    first, last = _months(match)
    part = "底" if match["close"] else ""
    return replace(point, end=match.end(), month=first, last=last, part=part, whole=True)


def _months(match: re.Match[str]) -> tuple[int, int]:
    """First and last month of a half, a quarter or the first quarters."""
    if match["half"]:
        return (1, 6) if match["half"] == "上" else (7, 12)
    if match["first"]:
        return 1, 3 * (_count(match["first"].replace("两", "二")) or 0)
    quarter = _count(match["quarter"]) or 0
    return 3 * quarter - 2, 3 * quarter


def _in_month(text: str, point: _Point) -> _Point:
    if match := _DAY.match(text, point.end):
        return replace(point, end=match.end(), day=_count(match["day"]))
    if match := _TENTH.match(text, point.end):
        return replace(point, end=match.end(), part=match["part"])
    return point


def _second(text: str, at: int, first: _Point) -> _Point | None:
    """The end of a period, with what it leaves out taken from the beginning."""
    if first.day and first.month and not _MONTH_NAMED.match(text, at):
        day = _DAY.match(text, at)
        if day:
            return replace(first, start=at, end=day.end(), day=_count(day["day"]))
    second = _point(text, at)
    if second is None or (second.year is None and second.month is None and not second.year_end):
        return None
    if first.year is None and second.year is not None:
        return None
    return replace(second, year=second.year or first.year)


def _count(words: str) -> int | None:
    """The number of a year, month or day, in digits or Chinese numerals."""
    if words.isdigit() and words.isascii():
        return int(words)
    if len(words) == 4:
        return int("".join(str(DIGITS.index(char)) for char in words))
    value = chinese_value(words)
    return int(value) if value is not None else 0


# From points to periods ---------------------------------------------------------------------------


def _period(text: str, first: _Point, second: _Point | None) -> Period:
    last = second or first
    lead = _LEAD.search(text[max(first.start - 6, 0) : first.start])
    trail = _TRAIL.match(text, last.end)
    start = first.start - (len(lead.group()) if lead else 0)
    end = trail.end() if trail else last.end
    yearly = bool(lead and lead["yearly"] and first.year is None)
    whole = Period(start, end, None, None, _precision(last), "每年" if yearly else None)
    begins, ends = _iso(first)[0], _iso(last)[1]
    if begins is None or ends is None or _reversed(begins, ends):
        return replace(whole, broken=True)
    if second:
        return replace(whole, begins=begins, ends=ends)
    by = bool((lead and lead["by"]) or (trail and trail["by"]))
    since = bool((trail and trail["since"]) or (lead and lead["since"] and not by))
    if since:
        return replace(whole, begins=begins)
    if by or last.year_end or last.part in ("底", "末"):
        return replace(whole, ends=ends)
    return replace(whole, begins=begins, ends=ends)


def _reversed(begins: str, ends: str) -> bool:
    size = min(len(begins), len(ends))
    return begins[:2] != "--" and ends[:size] < begins[:size]


def _precision(point: _Point) -> Precision:
    if point.year is None:
        return "yearless"
    if point.year_end:
        return "year-end"
    if point.day:
        return "day"
    if point.whole and point.last and point.last - (point.month or 0) == 2:
        return "quarter"
    return "month" if point.month is not None else "year"


def _iso(point: _Point) -> tuple[str | None, str | None]:
    """First and last date of a point; None where there is no such date."""
    year = "-" if point.year is None else str(point.year)
    if point.year_end:
        return f"{year}-12-31", f"{year}-12-31"
    if point.month is None:
        return year, year
    last = point.last or point.month
    if not 1 <= point.month <= last <= 12:
        return None, None
    if point.day is not None:
        known = 1 <= point.day <= monthrange(point.year or 2000, point.month)[1]
        day = f"{year}-{point.month:02d}-{point.day:02d}" if known else None
        return day, day
    if point.part.endswith("旬"):
        return _tenth(year, point)
    return f"{year}-{point.month:02d}", f"{year}-{last:02d}"


def _tenth(year: str, point: _Point) -> tuple[str, str]:
    """上旬 is the 1st to the 10th, 中旬 the 11th to the 20th, 下旬 the rest."""
    month = point.month or 1
    final = monthrange(point.year or 2000, month)[1]
    first, last = {"上": (1, 10), "中": (11, 20), "下": (21, final)}[point.part[0]]
    return f"{year}-{month:02d}-{first:02d}", f"{year}-{month:02d}-{last:02d}"
