"""Plans (实施方案, 实施意见, 通知): headings 一、 › （一） › 1. and the items at their leaves.

A plan is read as paragraphs; paragraphs are cut into the head (title, covering letter, addressees),
the body (preamble and tree of headings), the close (signature, date, copies) and the annexes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.model import OutlineNode, Practice, Region
from corpus.model import Source as Place
from ingest.ledger import Claim, Ledger
from ingest.mapped import Mapped
from ingest.numerals import chinese_number
from ingest.paragraphs import HEADINGS, Paragraph, heading_of, join_broken, paragraph_of
from ingest.plan_head import CONTACT, Head, claim_front, split_annexes, take_close
from ingest.source import SourceFile

DATED = re.compile(r"\d{4}\s*年|\d{1,2}\s*月|\d{1,2}\s*日|年底|月底|季度")


@dataclass
class Heading:
    """A heading with its body and children. ``numeral`` is as written: （一）."""

    numeral: str
    number: int | None
    line: Mapped
    paragraph: Paragraph
    rank: int
    body: list[Paragraph] = field(default_factory=list)
    children: list[Heading] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The heading's words: up to the first full stop, or the colon of a line that has one."""
        sentence, _, _ = self.line.text.partition("。")
        head, colon, tail = sentence.partition("：")
        if head and colon and (tail or "。" not in self.line.text) and len(head) <= 40:
            return head
        return sentence.rstrip("：；，") or self.line.text

    @property
    def has_lead_in(self) -> bool:
        """Whether words of its own stand between it and its children."""
        said = self.line.text.rstrip("。：；")
        return bool(self.body) or len(said) > len(self.title)


@dataclass(frozen=True)
class PlanParse:
    """What a plan yields. ``head`` has what the document itself states."""

    head: Head
    practices: tuple[Practice, ...]
    outline: tuple[OutlineNode, ...]


def has_headings(source: SourceFile) -> bool:
    """Whether any paragraph begins with a heading's numeral."""
    return any(heading_of(paragraph_of(block).text) is not None for block in source.blocks)


def parse_plan(source: SourceFile, document_id: str, ledger: Ledger) -> PlanParse:
    """The headings, items and stated facts of a plan. Claims all of it in ``ledger``.

    Items come without region; the caller settles the document's region and sets it.
    """
    paragraphs = list(join_broken([paragraph_of(block) for block in source.blocks]))
    head = Head(source, paragraphs, ledger)
    main, annexes = split_annexes(paragraphs[head.body_at :], ledger)
    main = take_close(main, head, ledger)
    builder = _Items(source, document_id, ledger)
    preamble, headings = tree(main)
    builder.preamble(preamble)
    outline = [builder.heading(node, (), "", None) for node in headings]
    outline += [builder.annex(annex, place) for place, annex in enumerate(annexes, start=1)]
    return PlanParse(
        head=head,
        practices=tuple(builder.practices),
        outline=tuple(outline),
    )


def with_region(practices: Sequence[Practice], region: Region | None) -> tuple[Practice, ...]:
    """The items of a plan, holding for the plan's region."""
    return tuple(practice.model_copy(update={"region": region}) for practice in practices)


def tree(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Heading]]:
    """Paragraphs before the first heading, and the headings as a tree."""
    preamble: list[Paragraph] = []
    roots: list[Heading] = []
    open_: list[Heading] = []
    for paragraph in paragraphs:
        found = None if paragraph.row else heading_of(paragraph.text)
        if found is None:
            (open_[-1].body if open_ else preamble).append(paragraph)
            continue
        rank, match = found
        numeral = match.group(1)
        number = int(numeral) if numeral.isdigit() else chinese_number(numeral)
        heading = Heading(
            match.group().strip(), number, paragraph.text[match.end() :], paragraph, rank
        )
        while open_ and open_[-1].rank >= rank:
            open_.pop()
        (open_[-1].children if open_ else roots).append(heading)
        open_.append(heading)
    return preamble, roots


class _Items:
    """Makes items of headings, in source order, with ids that follow the numerals above them."""

    def __init__(self, source: SourceFile, document_id: str, ledger: Ledger) -> None:
        self.source, self.document_id, self.ledger = source, document_id, ledger
        self.practices: list[Practice] = []
        self._ids: set[str] = set()

    def preamble(self, paragraphs: list[Paragraph]) -> None:
        """The words before the first heading, as an item of their own."""
        if paragraphs:
            text = Mapped.join([p.text for p in paragraphs], "\n")
            self._add(".0", "前言", text, paragraphs, (), (None, None), None)

    def heading(
        self, node: Heading, path: tuple[str, ...], ids: str, task: str | None
    ) -> OutlineNode:
        """An item where the heading is a leaf or has words or a date of its own; its children."""
        own = self._unique(f"{ids}.{node.number or len(self.practices)}")
        label = node.numeral + node.title
        top = task or node.title
        measure = None if not path else (path[1] if len(path) > 1 else None)
        here: tuple[str, ...] = ()
        if not node.children or node.has_lead_in or DATED.search(node.title):
            text = Mapped.join([node.line, *(p.text for p in node.body)], "\n")
            paragraphs = [node.paragraph, *node.body]
            bare = _without_numeral(measure)
            here = (self._add(own, node.title, text, paragraphs, path, (top, bare), node.number),)
        else:
            self.ledger.claim(node.paragraph.raw, Claim("heading", text=node.paragraph.text))
        children = tuple(self.heading(child, (*path, label), own, top) for child in node.children)
        end = max(
            [
                children[-1].end if children else 0,
                *(p.raw.end for p in node.body),
                node.paragraph.raw.end,
            ]
        )
        return OutlineNode(
            title=label, level=len(path) + 1, start=node.line.start, end=end,
            practice_ids=here, children=children,
        )  # fmt: skip

    def annex(self, paragraphs: list[Paragraph], place: int) -> OutlineNode:
        """An annex: a tree of its own where it has headings 一、, else one item with its form."""
        mark, *rest = paragraphs
        self.ledger.claim(mark.raw, Claim("heading", text=mark.text))
        label = mark.text.text.rstrip("：:")
        rest = [p for p in rest if not self._contact(p)]
        lead, headings = tree(rest)
        here: tuple[str, ...] = ()
        children: tuple[OutlineNode, ...] = ()
        if not any(heading.rank <= 3 for heading in headings):
            lead, headings = rest, []
        if lead:
            title, text = lead[0].text.text, Mapped.join([p.text for p in lead], "\n")
            own = self._unique(f".a{place}")
            here = (self._add(own, title, text, lead, (label,), ("附件", None), None),)
        if headings:
            prefix = (label,)
            children = tuple(self.heading(h, prefix, f".a{place}", "附件") for h in headings)
        return OutlineNode(
            title=label, level=1, start=mark.raw.start, end=(rest or [mark])[-1].raw.end,
            practice_ids=here, children=children,
        )  # fmt: skip

    def _contact(self, paragraph: Paragraph) -> bool:
        text = paragraph.text.text
        contact = bool(CONTACT.search(text)) and len(text) <= 40 and not paragraph.row
        if contact:
            claim_front(paragraph, self.ledger)
        return contact

    def _unique(self, own: str) -> str:
        """Numerals that repeat under one heading are told apart by a further number."""
        name, count = own, 2
        while name in self._ids:
            name, count = f"{own}-{count}", count + 1
        self._ids.add(name)
        return name

    def _add(
        self,
        own: str,
        title: str,
        text: Mapped,
        paragraphs: Sequence[Paragraph],
        path: tuple[str, ...],
        names: tuple[str | None, str | None],
        ordinal: int | None,
    ) -> str:
        practice_id = self.document_id + own
        spans = text.spans(self.source.text)
        for paragraph in paragraphs:
            self.ledger.claim(paragraph.raw, Claim("practice", practice_id, paragraph.text))
        self.practices.append(
            Practice(
                id=practice_id,
                document_id=self.document_id,
                kind="plan_item",
                task=names[0],
                measure=names[1],
                path=path,
                ordinal=ordinal,
                title=title if len(title) <= 80 else title[:79] + "…",
                text=text.text,
                source=Place(start=spans[0][0], end=spans[-1][1], spans=spans),
                sequence=len(self.practices),
                repairs=tuple(repair for p in paragraphs for repair in p.repairs),
            )
        )
        return practice_id


def _without_numeral(label: str | None) -> str | None:
    if label is None:
        return None
    for pattern in HEADINGS:
        match = pattern.match(label)
        if match and match.end() < len(label):
            return label[match.end() :]
    return label
