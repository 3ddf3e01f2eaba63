"""The table of a practice list: its rows laid end to end, its label cells as events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from corpus.model import Doubt, Repair
from ingest.cleaning import clean, strip_tags
from ingest.ledger import Claim, Ledger
from ingest.mapped import Mapped
from ingest.numerals import BRACKETED, CHINESE, chinese_number
from ingest.paragraphs import paragraph_of
from ingest.plan_head import claim_front, is_note
from ingest.source import SourceBlock, SourceFile

COLUMNS = {
    "ordinal": {"序号", "编号"},
    "task": {"工作任务", "任务", "重点任务", "改革任务"},
    "measure": {"主要举措", "举措", "改革举措", "工作举措", "主要措施"},
    "practice": {"经验做法", "典型做法", "具体做法", "主要做法", "典型经验做法", "主要内容"},
}
HEADER_WORDS = sorted(set().union(*COLUMNS.values()), key=len, reverse=True)
HEADER = re.compile(f"(?:{'|'.join(HEADER_WORDS)})+")
TASK = re.compile(rf"\s*({CHINESE}|[Ξ=—－ー亖ㄧ-])(?:\s*[、.．]|\s+|$)\s*")


@dataclass
class Label:
    """A label cell: a task or a measure, joined from its pieces."""

    kind: Literal["task", "measure"]
    at: int  # place in the stream
    pieces: list[Mapped]
    number: int | None
    empty_row: bool = False
    misread: str = ""  # the numeral as written, where it is none
    repairs: list[Repair] = field(default_factory=list)

    @property
    def start(self) -> int | None:
        """Source offset of the name."""
        return next((piece.start for piece in self.pieces if piece), None)

    @property
    def name(self) -> str:
        """The name without numeral and stray spaces."""
        return clean(Mapped.join(self.pieces))[0].text


@dataclass
class Table:
    """The stream, its labels, and the stretches whose left edge is lost."""

    stream: Mapped
    labels: list[Label]
    edge_lost: list[tuple[int, int]]
    pages: list[int]


def is_header(block: SourceBlock) -> bool:
    """Whether a row or line is the table's header row, also where its columns ran together."""
    words = "".join("".join(cell.text.split()) for cell in block.cells)
    return bool(HEADER.fullmatch(words)) and any(words.endswith(w) for w in COLUMNS["practice"])


def has_list(source: SourceFile) -> bool:
    """Whether the file holds a table of practices with headers that are known."""
    return any(is_header(block) for block in source.blocks)


def read_table(source: SourceFile, ledger: Ledger) -> tuple[Table, list[Doubt]]:
    """Lay the rows of all pages end to end."""
    reader = _Rows(ledger)
    first = next(i for i, block in enumerate(source.blocks) if is_header(block))
    width = len(source.blocks[first].cells)
    for block in source.blocks[first:]:
        if is_header(block):
            reader.header(block, damaged=len(block.cells) < width)
        elif block.kind == "paragraph" and is_note(block):
            claim_front(paragraph_of(block), ledger)
        else:
            reader.row(block)
    stream = Mapped.join(reader.pieces)
    return Table(stream, reader.labels, reader.edge_lost, reader.pages), reader.doubts


class _Rows:
    """Takes the rows in, one after the other."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.pieces: list[Mapped] = []
        self.length = 0
        self.labels: list[Label] = []
        self.edge_lost: list[tuple[int, int]] = []
        self.pages: list[int] = []
        self.doubts: list[Doubt] = []
        self._damaged = False

    def header(self, block: SourceBlock, *, damaged: bool) -> None:
        """A header row begins a page; where its columns ran together, the page is damaged."""
        for cell in block.cells:
            self.ledger.claim(cell, Claim("furniture", why="重复的表头"))
        self._damaged = damaged
        self.pages.append(self.length)

    def row(self, block: SourceBlock) -> None:
        """A row of labels and content, or a line that goes on with the content."""
        *cells, last = block.cells
        content = strip_tags(last)
        labels = [strip_tags(cell).strip() for cell in cells]
        opens = any(_measure_number(label) == 1 for label in labels)
        for column, label in enumerate(labels):
            if label:
                self._label(label, column, opens, empty=not content.text.strip())
        if content:
            piece = content + Mapped("\n", (content.at[-1],))
            if self._damaged:
                self.edge_lost.append((self.length, self.length + len(piece)))
            self.pieces.append(piece)
            self.length += len(piece)

    def _label(self, text: Mapped, column: int, opens: bool, *, empty: bool) -> None:
        """A measure, a task's numeral or name, or a further piece of a label cut over lines."""
        bracketed, task = BRACKETED.match(text.text), TASK.match(text.text)
        last = self.labels[-1] if self.labels else None
        if bracketed:
            rest = text[bracketed.end() :]
            number = chinese_number(bracketed.group(1))
            self.labels.append(Label("measure", self.length, [rest], number, empty))
        elif self._damaged or (column >= 2 and last is None):
            self._unreadable(text)
            return
        elif task and column < 2:
            label = Label("task", self.length, [text[task.end() :]], chinese_number(task.group(1)))
            label.misread = task.group(1) if label.number is None else ""
            self.labels.append(label)
        elif column >= 2:
            self._last("measure").pieces.append(text)
        elif last and last.kind == "task" and last.at == self.length and not last.name:
            last.pieces.append(text)
        elif opens or not any(label.kind == "task" for label in self.labels):
            self.labels.append(Label("task", self.length, [text], None))
        else:
            self._last("task").pieces.append(text)
        self.ledger.claim(text, Claim("heading", why="标签列"))

    def _last(self, kind: Literal["task", "measure"]) -> Label:
        """The last label of a kind; of any kind where there is none."""
        return next((x for x in reversed(self.labels) if x.kind == kind), self.labels[-1])

    def _unreadable(self, text: Mapped) -> None:
        self.ledger.claim(text, Claim("left_out", why="标签列的残字认不出"))
        self.doubts.append(
            Doubt(code="label_unreadable", start=text.start, end=text.end,
                  message=f"标签列的残字“{text.text}”认不出，未归入任何任务或举措")
        )  # fmt: skip


def _measure_number(text: Mapped) -> int | None:
    match = BRACKETED.match(text.text)
    return chinese_number(match.group(1)) if match else None
