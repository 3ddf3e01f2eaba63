"""Means of policy: one row for each type that a measure uses, with the words that say so best.

Each type has cue patterns in ``instruments.toml``, tried in turn, and phrases that hold a cue's
words but mean something else. Those are masked first, as are the titles of documents and the names
of platforms, in which words like 培训 or 信用 are only part of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.errors import InputError
from corpus.model import Frozen, Practice, Span
from corpus.registry import InstrumentRow, InstrumentType, PlatformRow, ordered, read_row
from corpus.segment import Segmenter
from corpus.settings import VOCABULARY, Settings
from corpus.tables import read_table
from ingest.extract.organisations import organisations
from ingest.extract.platforms import platforms
from ingest.extract.policies import policy_documents, title_spans
from ingest.extract.wording import Prose, Spans

INSTRUMENTS = VOCABULARY / "instruments.toml"

# What stands in place of masked characters: no letter, no mark, so no cue runs across it.
_MASK = "\x00"
# The same for the name of a body, but a cue may begin before it and end behind it.
_BODY = "\x01"
# Bodies with a name of their own, in which 培训 or 服务 tells what they are for.
_BODY_ENDS = re.compile(
    r"(?:[局厅委队处署会]|部门|机[关构]|(?<=[省市州县区镇])[一-鿿]{2,12}中心)\Z"
)
_LONGEST_WORDS = 15
# What words do not begin with, nor end in.
_LOOSE_LEFT, _LOOSE_RIGHT = (
    "的了和与及、等并其一“”‘’（）《》",
    "的了和与及或、等并将对予以在是为可“‘（《",
)
# Words that end in one of them: 数据比对.
_WHOLE_RIGHT = ("比对", "核对", "行为")
# 就业补助资金|予以支持, 部门联合抽查|的事项清单.
_TAIL = re.compile(r"(?:予以|给予|进行|的[一-鿿]{1,2})\Z")
# A document that is a standard.
_STANDARD = re.compile(
    r"(?:编制|制定|制订|出台|发布|颁布|印发|按照|依据|执行|落实)[^，。；《》]{0,8}"
    r"《(?P<title>[^《》]{2,40}(?:标准|导则|规程|规范|图集))》"
)
# Documents that rule nothing: to issue one of them is no legislation.
_NO_RULES = ("图册", "导则", "规程", "规范", "指引", "图集", "教材", "手册", "目录", "清单")
_MARKS = re.compile(r"[，。；：、！？“”‘’《》（）\s⏎]")
_PARAGRAPHS = str.maketrans("\n⏎", "。。")


class Instrument(Frozen):
    """A type of instrument, its cues and what is not one of them."""

    type: InstrumentType
    cues: tuple[str, ...]
    masks: tuple[str, ...] = ()


class Instruments(Frozen):
    """The whole file."""

    masks: tuple[str, ...]
    instrument: tuple[Instrument, ...]


@dataclass(frozen=True)
class _Cues:
    """The patterns of one type."""

    type: InstrumentType
    cues: tuple[re.Pattern[str], ...]
    mask: re.Pattern[str] | None


def read_cues(path: Path = INSTRUMENTS) -> tuple[_Cues, ...]:
    """The patterns of a file of cues, in its order.

    Raises:
        InputError: the file is malformed, or one of its patterns is.
    """
    table = read_table(path, Instruments)
    try:
        return tuple(
            _Cues(
                type=each.type,
                cues=tuple(map(re.compile, each.cues)),
                mask=_union([*table.masks, *each.masks]),
            )
            for each in table.instrument
        )
    except re.error as error:
        raise InputError(
            f"词表 {path.name} 中有写错的正则表达式：{error.pattern!r}", hint="请更正 cues 或 masks"
        ) from error


def _union(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(patterns)
    return re.compile(joined) if joined else None


@cache
def _cues() -> tuple[_Cues, ...]:
    return read_cues()


def instruments(practice: Practice) -> list[InstrumentRow]:
    """The instruments a practice uses, one row for each type, at the words that say so best."""
    prose = Prose.of(practice.text)
    named = platforms(practice)
    lines = practice.text.translate(_PARAGRAPHS)
    untitled = Spans(title_spans(lines)).masked(lines, _MASK)
    names = Spans((row.quote_start, row.quote_end) for row in named)
    plain = names.masked(untitled, _MASK)
    unnamed = Spans(_bodies(prose, practice)).masked(plain, _BODY)
    rows = []
    for each in _cues():
        match each.type:
            case "platform":
                span = _found(each, untitled, names) or _first(each, untitled, named)
            case "legislation":
                span = _found(each, lines) or _issued(practice)
            case "standard":
                span = _found(each, unnamed) or _titled(lines)
            case "coordination_body" | "mediation":
                span = _found(each, plain)
            case _:
                span = _found(each, unnamed)
        if span:
            start, end = _trimmed(prose, *span)
            words = practice.text[start:end]
            found = read_row(InstrumentRow, practice, (start, end), type=each.type, words=words)
            rows.append(found)
    return ordered(rows)


def _bodies(prose: Prose, practice: Practice) -> Iterator[Span]:
    """The names of bodies, whose words name no instrument: 市住房公积金管理中心."""
    for body in organisations(prose, practice.region):
        if not body.place and _BODY_ENDS.search(body.name):
            yield body.start, body.end


def _found(cues: _Cues, text: str, names: Spans | None = None) -> Span | None:
    """The words of the first cue that the text has; none that begins inside one of the names."""
    text = _without_masks(cues, text)
    for pattern in cues.cues:
        for match in pattern.finditer(text):
            name = names.around(match.start()) if names else None
            if name and name[0] < match.start():
                continue
            if len(match.group()) > 1 and _MASK not in match.group():
                return match.span()
    return None


def _without_masks(cues: _Cues, text: str) -> str:
    return cues.mask.sub(lambda match: _MASK * len(match.group()), text) if cues.mask else text


def _trimmed(prose: Prose, start: int, end: int) -> Span:
    """At most 15 characters, whole words: what ends a phrase names the instrument."""
    text = prose.text
    low = max((mark.end() for mark in _MARKS.finditer(text, 0, start + 1)), default=0)
    low = start if low > start else low
    mark = _MARKS.search(text, max(start, end - 1))
    high = max(end, mark.start()) if mark else len(text)
    edges = sorted(low + edge for edge in _segmenter().boundaries(text[low:high]))
    left = max(edge for edge in edges if edge <= start)
    right = min(edge for edge in edges if edge >= end)
    # A word that is cut is taken whole, or left out where the words would grow too long.
    if right - start > _LONGEST_WORDS:
        right = max((edge for edge in edges if start + 1 < edge <= end), default=end)
    if right - left > _LONGEST_WORDS:
        least = right - _LONGEST_WORDS
        begins = [edge for edge in prose.edges if least <= edge < right - 1]
        left = next(iter(begins or [edge for edge in edges if edge >= least]), least)
    whole = set(edges)
    while right - left > 2 and text[left] in _LOOSE_LEFT and left + 1 in whole:
        left += 1
    while right - left > 2 and text[right - 1] in _LOOSE_RIGHT and right - 1 in whole:
        if text.endswith(_WHOLE_RIGHT, left, right):
            break
        right -= 1
    tail = _TAIL.search(text[:right], left + 2)
    return _unquoted(text, left, tail.start() if tail else right)


def _unquoted(text: str, left: int, right: int) -> Span:
    """The span without half a pair of quotation marks."""
    words = text[left:right]
    opened, closed = words.rfind("“"), words.find("”")
    if opened > words.rfind("”"):
        end = text.find("”", right, right + 3) + 1
        if end and end - left <= _LONGEST_WORDS:
            return left, end
        before, after = (left, left + opened), (left + opened + 1, right)
    elif closed >= 0 and not 0 <= words.find("“") < closed:
        if text[left - 1 : left] == "“" and right - left < _LONGEST_WORDS:
            return left - 1, right
        before, after = (left, left + closed), (left + closed + 1, right)
    else:
        return left, right
    return before if before[1] - before[0] >= after[1] - after[0] else after


@cache
def _segmenter() -> Segmenter:
    return Segmenter(Settings().cache_dir)


def _first(cues: _Cues, text: str, named: list[PlatformRow]) -> Span | None:
    """The first platform named that is not in words that mean something else."""
    text = _without_masks(cues, text)
    for row in named:
        if _MASK not in text[row.quote_start : row.quote_end]:
            return row.quote_start, row.quote_end
    return None


def _titled(text: str) -> Span | None:
    """The title of a standard, which is otherwise masked like all titles."""
    match = _STANDARD.search(text)
    return match.span("title") if match else None


def _issued(practice: Practice) -> Span | None:
    """The first document that those of the measure issued."""
    for row in policy_documents(practice):
        title = (row.title or "").strip("《》")
        if row.relation == "issued" and not title.endswith(_NO_RULES):
            return row.quote_start, min(row.quote_end, row.quote_start + _LONGEST_WORDS)
    return None
