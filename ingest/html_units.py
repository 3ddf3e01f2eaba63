"""The page cut into paragraphs and table rows, and their source text spelled out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from typing import Literal

from corpus.model import Span
from ingest.characters import CONTROL, INVISIBLE
from ingest.html_tree import BLOCKS, Node, Page, Text
from ingest.mapped import Mapped

# A paragraph's source is made of plain stretches and of these.
TOKEN = re.compile(
    "(?P<space>[ \t\r\n\f]+)"
    "|(?P<reference>&(?:#[0-9]{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};?))"
    f"|(?P<control>[{CONTROL}]+)|(?P<invisible>[{INVISIBLE}]+)"
)
CONTROLS = re.compile(f"[{CONTROL}]+")
UNSEEN = re.compile(f"[{CONTROL}{INVISIBLE}]+")
LINE_BREAK = re.compile("\r\n?|\n")
# Covered places of merged cells that a table may add beyond as many as it has cells of its own:
# a few bytes of rowspan could otherwise ask for gigabytes of empty cells.
SPARE_PLACES = 10_000


@dataclass
class Line:
    """A line of text as it is read, the source it comes from, and what of that is left out."""

    pieces: list[Text]
    text: Mapped
    left: list[tuple[Span, str]] = field(default_factory=list)


@dataclass(eq=False)
class Unit:
    """A paragraph, or a row of a data table.

    A paragraph has one cell of one line. A row's cells have a line for each paragraph in them, none
    where they are empty.
    """

    kind: Literal["paragraph", "row"]
    cells: list[list[Line]]
    node: Node  # innermost block element it stands in
    main: bool = False
    why: str = ""  # why it is furniture, once that is known

    @property
    def lines(self) -> list[Line]:
        """All its lines, in source order."""
        return [line for cell in self.cells for line in cell]

    @property
    def compact(self) -> str:
        """Its text without white space."""
        return "".join("".join(line.text.text for line in self.lines).split())

    @property
    def link_share(self) -> float:
        """Share of its source text that is inside links."""
        pieces = [piece for line in self.lines for piece in line.pieces]
        total = sum(piece.end - piece.start for piece in pieces)
        return sum(piece.end - piece.start for piece in pieces if piece.link) / max(total, 1)


def cut(page: Page, main: list[Node]) -> tuple[list[Unit], list[tuple[Text, str]]]:
    """Cut a laid-out page.

    Returns:
        Its paragraphs and rows, and the text that is none, each with its reason; in source order.
    """
    cutter = _Cutter(page, main)
    cutter.run()
    return cutter.units, cutter.furniture


class _Cutter:
    def __init__(self, page: Page, main: list[Node]) -> None:
        self.page = page
        self.main = {node.index for node in main}
        self.units: list[Unit] = []
        self.furniture: list[tuple[Text, str]] = []
        self.node = page.root  # innermost open element
        self.inside_main = int(0 in self.main)
        self.inside_pre = 0
        self.pieces: list[Text] = []
        self.grid: _Grid | None = None

    def run(self) -> None:
        for event in self.page.events:
            if isinstance(event, Text):
                self._text(event)
            elif event.kind == "break":
                self._end_line()
            elif event.kind == "open":
                self._open(event.node)
            else:
                self._close(event.node)
        self._end_line()

    def _text(self, text: Text) -> None:
        if self.node.why:
            self.furniture.append((text, self.node.why))
            return
        start = text.start
        if self.inside_pre:
            for match in LINE_BREAK.finditer(self.page.source, text.start, text.end):
                self.pieces.append(Text(start, match.start(), text.link))
                self._end_line()
                start = match.end()
        self.pieces.append(Text(start, text.end, text.link))

    def _open(self, node: Node) -> None:
        if node.tag in BLOCKS:
            self._end_line()
        self.node = node
        self.inside_main += node.index in self.main
        self.inside_pre += node.tag == "pre"
        if node.data:
            self.grid = _Grid(node)
        elif self.grid and node.row and node.row.table is self.grid.table:
            self.grid.cell = []

    def _close(self, node: Node) -> None:
        if node.tag in BLOCKS:
            self._end_line()
        if self.grid:
            self._close_in_table(self.grid, node)
        self.inside_main -= node.index in self.main
        self.inside_pre -= node.tag == "pre"
        self.node = node.parent or self.page.root

    def _close_in_table(self, grid: _Grid, node: Node) -> None:
        if node is grid.table:
            self.grid = None
        elif node.row and node.row.table is grid.table:
            grid.end_cell(node)
        elif node.table is grid.table:
            cells = grid.end_row()
            if any(cells):
                self.units.append(Unit("row", cells, node, self.inside_main > 0))

    def _end_line(self) -> None:
        if not self.pieces:
            return
        line = spell(self.page.source, self.pieces)
        self.pieces = []
        if not line.text.text.strip():
            self.furniture.extend((piece, "blank") for piece in line.pieces)
        elif self.grid and self.grid.cell is not None:
            self.grid.cell.append(line)
        else:
            block = self.node
            while block.tag not in BLOCKS and block.parent:
                block = block.parent
            self.units.append(Unit("paragraph", [[line]], block, self.inside_main > 0))


class _Grid:
    """The rows of a table, with the places that merged cells cover."""

    def __init__(self, table: Node) -> None:
        self.table = table
        self.cell: list[Line] | None = None
        self.row: list[tuple[list[Line], Node]] = []
        self.covered: dict[int, int] = {}  # column → rows still to cover
        self.spare = SPARE_PLACES

    def end_cell(self, node: Node) -> None:
        self.row.append((self.cell or [], node))
        self.cell = None

    def end_row(self) -> list[list[Line]]:
        """The row's cells, with an empty one in every covered place."""
        self.spare += len(self.row) - len(self.covered)
        if self.spare < 0:
            self.covered = {}
        places: list[list[Line]] = []
        covering: dict[int, int] = {}
        for lines, node in self.row:
            while len(places) in self.covered:
                places.append([])
            if node.rowspan > 1:
                columns = range(len(places), len(places) + node.colspan)
                covering.update(dict.fromkeys(columns, node.rowspan - 1))
            places.append(lines)
            places.extend([] for _ in range(node.colspan - 1))
        places.extend([] for _ in range(max(self.covered, default=-1) + 1 - len(places)))
        left = {column: rows - 1 for column, rows in self.covered.items() if rows > 1}
        self.covered = left | covering
        self.row = []
        return places


def spell(source: str, pieces: list[Text]) -> Line:
    """The text of a line's pieces, as a browser shows it.

    Runs of white space become one space, or none where a line break of the source stands between
    two wide characters (as CSS Text Level 3, 4.1.3, has it). Character references become the
    characters they stand for, at the offset of the reference.
    """
    spelling = _Spelling(source)
    for piece in pieces:
        spelling.add(piece)
    return Line(pieces, Mapped("".join(spelling.text), tuple(spelling.at)), spelling.left)


class _Spelling:
    def __init__(self, source: str) -> None:
        self.source = source
        self.text: list[str] = []
        self.at: list[int] = []
        self.left: list[tuple[Span, str]] = []
        self.space: int | None = None  # offset of white space not yet written
        self.broken = False  # whether that holds a line break

    def add(self, piece: Text) -> None:
        begin = piece.start
        for match in TOKEN.finditer(self.source, piece.start, piece.end):
            self._write(self.source[begin : match.start()], begin)
            begin = match.end()
            if match["space"]:
                self._pause(match)
            elif match["reference"]:
                begin = self._reference(match[0], match.start())
            else:
                why = "control character" if match["control"] else "invisible character"
                self.left.append((match.span(), why))
        self._write(self.source[begin : piece.end], begin)

    def _pause(self, match: re.Match[str]) -> None:
        if self.text:
            self.broken = self.broken or "\n" in match[0] or "\r" in match[0]
            self.space = match.start() if self.space is None else self.space

    def _write(self, text: str, start: int, place: int | None = None) -> None:
        """Append text that stands at ``start``, or all of it at ``place``."""
        if not text:
            return
        if self.space is not None:
            if not (self.broken and _is_wide(self.text[-1][-1]) and _is_wide(text[0])):
                self.text.append(" ")
                self.at.append(self.space)
            self.space, self.broken = None, False
        self.text.append(text)
        self.at.extend(range(start, start + len(text)) if place is None else [place] * len(text))

    def _reference(self, reference: str, start: int) -> int:
        """Write what a character reference stands for; returns the offset after it."""
        text, length = resolve(reference)
        if not length:
            self._write(reference[0], start)
            return start + 1
        seen = UNSEEN.sub("", text.translate(WHITE_SPACE))
        if seen:
            self._write(seen, start, start)
            self.left.append(((start + 1, start + length), "character reference"))
        else:
            why = (
                "control character" if CONTROLS.search(text) or not text else "invisible character"
            )
            self.left.append(((start, start + length), why))
        return start + length


WHITE_SPACE = dict.fromkeys(map(ord, "\t\r\n\f"), " ")


def resolve(reference: str) -> tuple[str, int]:
    """The characters a reference stands for and its length; ``("", 0)`` where it is none.

    As in HTML, ``&nbsp`` needs no semicolon, and ``&notit;`` is ``&not`` and ``it;``.
    """
    if reference[1] == "#":
        return unescape(reference), len(reference)
    for length in range(len(reference), 2, -1):
        if text := html5.get(reference[1:length]):
            return text, length
    return "", 0


def _is_wide(char: str) -> bool:
    return char in "“”‘’—…·" or unicodedata.east_asian_width(char) in "WF"
