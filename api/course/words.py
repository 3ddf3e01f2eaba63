"""Registry values in words, and texts made fit for any format."""

from __future__ import annotations

import re

from corpus.model import Span
from corpus.registry import DeadlineRow, IndicatorRow

# Controls, what XML cannot hold, and the marks that reverse reading order. Line ends and tabs stay.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_SENTENCE_END = re.compile("[。！？；\n]")
_CLAUSE_END = re.compile("[，、：]")
_YEAR_END = re.compile("[0-9]{4}-12-31")
LONGEST_SENTENCE = 120  # characters around a value before it is cut at clauses
SIGNS = {"≥": "不少于", ">": "超过", "≤": "不超过", "<": "不足"}
HUNDRED_MILLION, TEN_THOUSAND = 100_000_000, 10_000


def clean(text: str) -> str:
    """The text with U+FFFD for each character that no format may hold; offsets stay the same."""
    return _UNFIT.sub("\ufffd", text)


def one_line(text: str) -> str:
    """A clean text on one line."""
    return " ".join(clean(text).split())


def in_marks(text: str) -> str:
    """A text on one line in quotation marks; those within become single ones."""
    return f"“{one_line(text).replace('“', '‘').replace('”', '’')}”"


def cut_off(text: str) -> str:
    """A text that ends within a sentence, with … to say so."""
    whole = text.rstrip("，、：")
    return text if whole == text else f"{whole}…"


def figure(row: IndicatorRow) -> str:
    """The quantity of an indicator: 不少于50场, 2.5–4%, 由不足50%到不少于80%; empty if unread."""
    unit = row.unit or ""
    span = ""
    if row.low is not None and row.high is not None:
        span = f"{number(row.low)}–{number(row.high)}{unit}"
    if row.before is not None or row.after is not None:
        before = _signed(row.before, row.before_comparator, unit)
        after = _signed(row.after, row.after_comparator, unit) or span
        return f"由{before or '（未写明）'}到{after or '（未写明）'}"
    return span or _signed(row.value, row.comparator, unit)


def _signed(value: float | None, comparator: str | None, unit: str) -> str:
    return "" if value is None else f"{SIGNS.get(comparator or '', '')}{number(value)}{unit}"


def number(value: float) -> str:
    """A number as people write it, exact: 67500.0 → 6.75万."""
    whole = float(value).is_integer()
    for size, word in ((HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")):
        if whole and abs(value) >= size:
            return f"{int(value) / size:.8f}".rstrip("0").rstrip(".") + word
    return f"{value:.0f}" if whole else f"{value:.6f}".rstrip("0")


def period(row: DeadlineRow) -> str:
    """The dates of a deadline as precise as they are stated; empty if unread."""
    start, end = day(row.start), day(row.end)
    if start and end:
        dates = start if start == end else f"{start}至{end}"
    else:
        dates = f"{start}起" if start else f"截至{end}" if end else ""
    return "，".join(part for part in (row.recurrence, dates) if part)


def day(said: str | None) -> str:
    """An ISO 8601 date of any precision in words: 2023-08 → 2023年8月, --08-15 → 8月15日.

    The last day of a year is its end, as which it is most often stated.
    """
    if not said:
        return ""
    if _YEAR_END.fullmatch(said):
        return f"{int(said[:4])}年底"
    yearless = said.startswith("--")
    parts = said.removeprefix("--").split("-")
    units = "月日" if yearless else "年月日"
    if len(parts) > len(units) or not all(part.isdecimal() for part in parts):
        return said
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, units, strict=False))


def sentence(text: str, span: Span) -> Span:
    """The sentence around a stretch of a text; of a long one the nearest clauses."""
    start, end = _within(_SENTENCE_END, text, span, 0, len(text))
    if end - start > LONGEST_SENTENCE:
        room = (LONGEST_SENTENCE - (span[1] - span[0])) // 2
        left, right = max(start, span[0] - room), min(end, span[1] + room)
        cuts = [found.end() for found in _CLAUSE_END.finditer(text, left, right)]
        start = min((cut for cut in cuts if cut <= span[0]), default=left)
        end = max((cut for cut in cuts if cut >= span[1]), default=right)
    return start, end


def _within(ends: re.Pattern[str], text: str, span: Span, low: int, high: int) -> Span:
    starts = [found.end() for found in ends.finditer(text, low, span[0])]
    after = ends.search(text, max(span[0], span[1] - 1), high)
    start, end = (starts[-1] if starts else low), (after.end() if after else high)
    while start < span[0] and text[start].isspace():
        start += 1
    while end > span[1] and text[end - 1].isspace():
        end -= 1
    return start, end
