"""HTML as blocks: the article's paragraphs and tables, everything else as furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.model import Span
from ingest.html_layout import lay_out
from ingest.html_metadata import Facts, read_facts
from ingest.html_parser import parse_html
from ingest.html_tree import HEADINGS, Node, Page, Text
from ingest.html_units import Unit, cut, spell
from ingest.html_words import RELATED_HEADING, furniture_text
from ingest.mapped import Mapped
from ingest.source import SourceBlock

STYLES = HEADINGS | {"p", "li"}
SUBHEADINGS = HEADINGS - {"h1", "h2"}
LINKED = 0.6  # share of a paragraph inside links from which it is a link rather than text
TITLE_LENGTH = range(4, 201)
SITE_NAME = re.compile(".*(?:人民政府|门户网站|网站|政府网|信息网|首页)")
TITLE_SUFFIX = re.compile(
    r"\s*(?:(?:[_|｜]|\s[-–—]\s|--|——).*|[-–—][^-–—]*(?:政府|局|厅|委|委员会|办公室|网|网站|门户))$",
    re.S,
)
FIRST_UNITS = 12  # in which an article's own title stands


@dataclass(frozen=True)
class ReadPage:
    """What the HTML reader found; the fields are those of ``SourceFile``."""

    blocks: tuple[SourceBlock, ...]
    furniture: tuple[tuple[Span, str], ...]
    metadata: dict[str, str]
    metadata_spans: dict[str, Span]
    truncated: bool


def read_html(source: str) -> ReadPage:
    """Read a decoded page. ``blocks`` is empty where it has no text content.

    The article is taken from the element that is known to hold it, else from the densest one. A
    heading above that element is its first block.
    """
    page = parse_html(source)
    units, furniture = cut(page, lay_out(page))
    facts = read_facts(_may_state_facts(units))
    for unit in facts.units:
        unit.why = "metadata table"
    _mark_furniture(units)
    heading = _outer_heading(units)
    body = [unit for unit in units if unit.main and not unit.why]
    chosen = [*heading, *body] or [unit for unit in units if not unit.why]
    _add_title(facts, page, heading, chosen)
    return ReadPage(
        blocks=tuple(map(_block, chosen)),
        furniture=_account(page, units, chosen, furniture),
        metadata=facts.values,
        metadata_spans=facts.spans,
        truncated=page.cut is not None,
    )


def _account(
    page: Page, units: list[Unit], chosen: list[Unit], furniture: list[tuple[Text, str]]
) -> tuple[tuple[Span, str], ...]:
    """Why each stretch of the source that is in no block is in none.

    Markup is what the tokeniser found to be no text. All text has to be claimed, as furniture or by
    a unit; what is not stays blank and shows as unaccounted for.
    """
    canvas = _Canvas(page.source)
    canvas.paint([(0, page.rest)], "markup")
    canvas.paint(page.comments, "comment")
    canvas.paint([(text.start, text.end) for text in page.events if isinstance(text, Text)], "")
    for text, why in furniture:
        canvas.paint([(text.start, text.end)], why)
    kept = set(map(id, chosen))
    for unit in units:
        if id(unit) in kept:
            for line in unit.lines:
                for span, why in line.left:
                    canvas.paint([span], why)
        else:
            pieces = [(piece.start, piece.end) for line in unit.lines for piece in line.pieces]
            other = "navigation" if unit.link_share >= LINKED else "outside the main content"
            canvas.paint(pieces, unit.why or other)
    if page.cut:
        canvas.paint([page.cut], "truncated markup")
    return canvas.stretches()


def _block(unit: Unit) -> SourceBlock:
    # A cell's paragraphs are parted by an inserted line break, which no other text of it holds.
    cells = tuple(Mapped.join((line.text for line in cell), "\n") for cell in unit.cells)
    style = unit.node.tag if unit.kind == "paragraph" and unit.node.tag in STYLES else ""
    return SourceBlock(unit.kind, cells, style)


def _may_state_facts(units: list[Unit]) -> list[Unit]:
    """All units but those well within the article, whose tables are its own."""
    late = [unit for unit in units if unit.main][FIRST_UNITS:]
    excluded = set(map(id, late))
    return [unit for unit in units if id(unit) not in excluded]


def _mark_furniture(units: list[Unit]) -> None:
    """Name the paragraphs whose own words show that they are furniture."""
    in_list = False
    for index, unit in enumerate(units):
        if unit.why or unit.kind == "row":
            in_list = False
            continue
        text = unit.compact
        linked = unit.link_share >= LINKED
        if RELATED_HEADING.fullmatch(text):
            following = units[index + 1 : index + 2]
            in_list = linked or any(other.link_share >= LINKED for other in following)
            unit.why = "related links" if in_list else ""
            continue
        in_list = in_list and linked
        unit.why = "related links" if in_list else furniture_text(text)


def _outer_heading(units: list[Unit]) -> list[Unit]:
    """The article's heading where it stands above the element that holds the article."""
    first = next((i for i, unit in enumerate(units) if unit.main and not unit.why), 0)
    headings = _headings([unit for unit in units[:first] if not unit.why and not unit.main])
    # The nearest h1; without one, the nearest element named as a title; else the nearest heading.
    best = [lines for node, lines in headings if node.tag == "h1"]
    best = best or [lines for node, lines in headings if node.tag not in HEADINGS]
    best = best or [lines for _, lines in headings]
    if not best:
        return []
    opening = "".join(unit.compact for unit in units[first : first + 5])
    return [] if opening.startswith(_words(best[-1])) else best[-1]


def _headings(units: list[Unit]) -> list[tuple[Node, list[Unit]]]:
    """Elements that are headings by tag or name and may be a title, with their lines."""
    found: dict[int, tuple[Node, list[Unit]]] = {}
    for unit in units:
        node = unit.node if unit.node.heading else unit.node.parent
        if node is not None and node.heading and unit.kind == "paragraph":
            found.setdefault(node.index, (node, []))[1].append(unit)
    return [(node, lines) for node, lines in found.values() if _may_be_title(_words(lines))]


def _words(units: list[Unit]) -> str:
    return "".join(unit.compact for unit in units)


def _may_be_title(text: str) -> bool:
    return len(text) in TITLE_LENGTH and not SITE_NAME.fullmatch(text)


def _add_title(facts: Facts, page: Page, heading: list[Unit], chosen: list[Unit]) -> None:
    """State the title from the article's heading, else from the page's head, if no table did."""
    if "title" in facts.values:
        return
    for text in _titles(page, heading, chosen):
        title = re.sub(r"\s+", " ", text.text).strip()
        if _may_be_title(title):
            facts.values["title"] = title
            facts.spans["title"] = (text.start, text.end)
            return


def _titles(page: Page, heading: list[Unit], chosen: list[Unit]) -> Iterable[Mapped]:
    """Where the title may stand, best first."""
    if not heading:
        inner = _headings(chosen[:FIRST_UNITS])
        heading = next((lines for node, lines in inner if node.tag not in SUBHEADINGS), [])
    if heading:
        yield Mapped.join(line.text for unit in heading for line in unit.lines)
    if "articletitle" in page.meta:
        value, (start, end) = page.meta["articletitle"]
        yield Mapped(value, tuple(min(start + i, end - 1) for i in range(len(value))))
    if page.title:
        title = spell(page.source, page.title).text
        suffix = TITLE_SUFFIX.search(title.text)
        yield title[: suffix.start()] if suffix else title


class _Canvas:
    """For every character of the source, why it is no content; a later coat covers an earlier."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.codes = bytearray(len(source))
        self.reasons = [""]

    def paint(self, spans: Iterable[Span], why: str) -> None:
        if why not in self.reasons:
            self.reasons.append(why)
        code = bytes((self.reasons.index(why),))
        for start, end in spans:
            self.codes[start:end] = code * (end - start)

    def stretches(self) -> tuple[tuple[Span, str], ...]:
        """Stretches of one reason, without white space at their ends."""
        found = []
        for match in re.finditer(rb"([^\0])\1*", self.codes, re.S):
            start, end = match.span()
            text = self.source[start:end]
            start, end = end - len(text.lstrip()), start + len(text.rstrip())
            if start < end:
                found.append(((start, end), self.reasons[match[1][0]]))
        return tuple(found)
