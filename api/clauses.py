"""Cutting a draft into the clauses that precedents are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.errors import InputError
from corpus.text import has_words

MAX_DRAFT = 20_000  # characters
MAX_CLAUSES = 100
SHORTEST = 8  # characters; a shorter sentence is read with the one after it
LONGEST = 150  # characters; a longer sentence is cut at its semicolons

_LINE = re.compile(r"[^\n\r]+")
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”’」』）)]*|[^。！？!?]+$")
_PART = re.compile(r"[^；;]*(?:[；;]+|$)")
_LABEL = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零〇\d]+[章节条款项]|[一二三四五六七八九十]+[、．.]|"
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}(?:[、．)）]|\.(?!\d))|[①-⑳])\s*"
)
_CLOSED = re.compile(r"[。！？!?；;：:，,]\s*$")
_HEADING = 30  # characters; a line this short without an end mark is a heading


@dataclass(frozen=True)
class Clause:
    """A clause of a draft: ``text`` is the draft's ``[start:end]``."""

    text: str
    start: int
    end: int


def cut(draft: str) -> list[Clause]:
    """The draft's clauses in order: its sentences, long ones cut at their semicolons.

    Numbering in front of a clause is left out, and so are headings, unless there is nothing else.

    Raises:
        InputError: nothing to look for, or more than a draft of a few pages.
    """
    if len(draft) > MAX_DRAFT:
        raise InputError(
            f"草稿有 {len(draft)} 个字符，上限是 {MAX_DRAFT} 个",
            hint="请分几次粘贴",
            field="text",
        )
    found = [match.span() for match in _LINE.finditer(draft)]
    lines = [(clause, _mark(draft, *span)) for span in found if (clause := _clause(draft, *span))]
    if not lines:
        raise InputError("草稿中没有可检索的文字", hint="请粘贴一条或几条草拟的条文", field="text")
    body = _body(lines)
    clauses = [clause for line in body for clause in _sentences(draft, line)]
    if len(clauses) > MAX_CLAUSES:
        raise InputError(
            f"草稿有 {len(clauses)} 条，上限是 {MAX_CLAUSES} 条", hint="请分几次粘贴", field="text"
        )
    return clauses


def _body(lines: list[tuple[Clause, str]]) -> list[Clause]:
    """The lines without headings: short, without an end mark, and no item of a list.

    An item of a list is numbered in the same way as the line before or after it.
    """
    marks = ["", *(mark for _, mark in lines), ""]
    body = [
        line
        for place, (line, mark) in enumerate(lines)
        if not _is_short(line.text) or (mark and mark in (marks[place], marks[place + 2]))
    ]
    return body or [line for line, _ in lines]


def _is_short(line: str) -> bool:
    return len(line) <= _HEADING and not _CLOSED.search(line)


def _mark(draft: str, start: int, end: int) -> str:
    """How a line is numbered, its number left open: （一） and （二） give （#）, 1. gives #."""
    label = _LABEL.match(draft, start, end)
    if label is None:
        return ""
    return re.sub(r"[一二三四五六七八九十百零〇\d①-⑳]+", "#", label.group().strip())


def _sentences(draft: str, line: Clause) -> list[Clause]:
    parts: list[Clause] = []
    begin: int | None = None
    for start, end in _pieces(draft, line.start, line.end):
        begin = start if begin is None else begin
        if end - begin < SHORTEST and end < line.end:
            continue
        if clause := _clause(draft, begin, end):
            parts.append(clause)
        begin = None
    return parts


def _pieces(draft: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for sentence in _SENTENCE.finditer(draft, start, end):
        if sentence.end() - sentence.start() <= LONGEST:
            yield sentence.span()
            continue
        for part in _PART.finditer(draft, *sentence.span()):
            if part.group():
                yield part.span()


def _clause(draft: str, start: int, end: int) -> Clause | None:
    """The clause between two places, without numbering and white space; None without words."""
    label = _LABEL.match(draft, start, end)
    start = label.end() if label else start
    while start < end and draft[start].isspace():
        start += 1
    while end > start and draft[end - 1].isspace():
        end -= 1
    text = draft[start:end]
    return Clause(text, start, end) if has_words(text) else None
