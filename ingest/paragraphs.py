"""Paragraphs of a plan: cleaned, joined where a page break cut them, their numerals read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.model import Repair
from ingest.cleaning import clean
from ingest.mapped import Mapped
from ingest.numerals import CHINESE
from ingest.source import SourceBlock

# Kinds of headings, outermost first; how deep each one is follows from what stands above it.
HEADINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第({CHINESE}|\d{{1,2}})[编篇]\s*",
        rf"第({CHINESE}|\d{{1,2}})章\s*",
        rf"第({CHINESE}|\d{{1,2}})节\s*",
        rf"({CHINESE})[、.．]\s*",
        rf"第({CHINESE}|\d{{1,3}})条\s*",
        rf"[（(]({CHINESE})[)）][、.．]?\s*",
        r"(\d{1,2})[.．、](?!\d)\s*",
        r"[（(](\d{1,2})[)）][、.．]?\s*",
    )
)
TERMINAL = re.compile(r"[。！？；：…”’）)》]$")
CLOSING = re.compile(r"^(?:抄送|主送|公开方式|此件|[（(]此件|信息公开选项|报送[：:])")
ANNEX_LIST = re.compile(r"^附\s*[件表]\s*\d*\s*[：:].+")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or table row, cleaned; ``raw`` is what of the source it takes up."""

    text: Mapped
    raw: Mapped
    repairs: tuple[Repair, ...]
    row: bool = False


def paragraph_of(block: SourceBlock) -> Paragraph:
    """A block cleaned; the cells of a table row stand side by side, with ｜ between."""
    raw = Mapped.join(block.cells)
    if block.kind == "paragraph":
        text, repairs = clean(raw)
        return Paragraph(text, raw, tuple(repairs))
    cells = [clean(cell)[0] for cell in block.cells]
    return Paragraph(Mapped.join([c for c in cells if c], "｜"), raw, (), row=True)


def join_broken(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Join paragraphs that a page break cut in the middle of a sentence."""
    held: Paragraph | None = None
    for paragraph in paragraphs:
        if not paragraph.text:
            continue
        if held and _broken(held, paragraph):
            repair = Repair(
                what="page_break",
                before=held.text.text[-6:],
                after=paragraph.text.text[:6],
                why="段落在句中被分页断开，接起",
                start=paragraph.text.start,
            )
            held = Paragraph(
                held.text + paragraph.text,
                held.raw + paragraph.raw,
                (*held.repairs, *paragraph.repairs, repair),
            )
            continue
        if held:
            yield held
        held = paragraph
    if held:
        yield held


def _broken(first: Paragraph, second: Paragraph) -> bool:
    text, rest = first.text.text, second.text.text
    sentence = "。" in text or (len(text) >= 30 and "，" in text and heading_of(first.text) is None)
    return (
        not (first.row or second.row)
        and len(text) >= 20
        and sentence
        and not TERMINAL.search(text)
        and heading_of(second.text) is None
        and bool(TERMINAL.search(rest))
        and not ANNEX_LIST.match(rest)
        and not CLOSING.match(rest)
    )


def heading_of(text: Mapped) -> tuple[int, re.Match[str]] | None:
    """The rank and match of the numeral a paragraph begins with."""
    for rank, pattern in enumerate(HEADINGS):
        match = pattern.match(text.text)
        if match and len(match.group()) < len(text.text):
            return rank, match
    return None
