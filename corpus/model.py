"""The domain model: documents, practices, regions, passages, and what was repaired or doubted.

All spans are half-open ``(start, end)`` in code points. Spans named *source* index the decoded
source file; spans named *text* index a practice's own ``text``.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Span = tuple[int, int]
DocumentKind = Literal["practice_list", "plan"]
PracticeKind = Literal["practice", "plan_item"]
Level = Literal["province", "city", "county"]
Role = Literal[
    "title", "front_matter", "heading", "practice", "furniture", "contact", "left_out", "markup"
]


class Frozen(BaseModel):
    """Base of the domain types: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Repair(Frozen):
    """A change made to the source's words because it is certain."""

    what: str = Field(description="Kind of repair: region, numeral, label, ordinal, spacing, …")
    before: str = Field(description="The words as the source has them.")
    after: str = Field(description="The words after the repair.")
    why: str = Field(description="Reason, in Chinese.")
    start: int | None = Field(None, description="Source offset of the change.")


class Doubt(Frozen):
    """Something that could not be settled and is kept as it is, for a person to look at."""

    code: str = Field(description="Kind of doubt: region_unresolved, cut_off, edge_lost, …")
    message: str = Field(description="What is doubted, in Chinese.")
    candidates: tuple[str, ...] = Field((), description="Possible readings.")
    start: int | None = Field(None, description="Source offset where the doubt begins.")
    end: int | None = Field(None, description="Source offset where it ends.")


class Region(Frozen):
    """An administrative division of China at province, city or county level."""

    adcode: str = Field(description="Six-digit division code, 500000.")
    name: str = Field(description="Official name with its parents, 河南省信阳市固始县.")
    level: Level = Field(description="province, city or county.")
    path: tuple[str, ...] = Field(description="Official names from the province down.")


class Source(Frozen):
    """Where a practice stands in its decoded source file."""

    start: int
    end: int
    spans: tuple[Span, ...] = Field(description="Its pieces; several where a page break cuts it.")
    page: int | None = Field(None, description="Page, where the source has pages.")


class Document(Frozen):
    """One official document. What it does not state is null, never guessed."""

    id: str
    title: str
    kind: DocumentKind
    issuer: str | None = None
    number: str | None = Field(None, description="文号, brackets normalised to 〔〕.")
    issued_on: date | None = None
    region: Region | None = None
    batch: int | None = Field(None, description="Number of the batch in a series, 第一批 = 1.")
    source_url: str | None = None
    sha256: str = Field(description="Of the source file's bytes.")
    file_name: str = ""
    encoding: str = Field("utf-8", description="How the source was decoded.")
    evidence: dict[str, str] = Field(
        default_factory=dict, description="Field → the document's words it was read from."
    )
    parser: int = Field(0, description="Version of the parser that read it.")
    order: int = Field(0, description="Place among all documents.")


class Practice(Frozen):
    """One practice of a list, or one item of a plan."""

    id: str
    document_id: str
    kind: PracticeKind
    task: str | None = Field(None, description="工作任务, or a plan's first-level heading.")
    measure: str | None = Field(None, description="主要举措, or a plan's second-level heading.")
    theme: str | None = None
    path: tuple[str, ...] = Field(description="All headings above it, with their numerals.")
    ordinal: int | None = None
    region: Region | None = None
    title: str = Field(description="Its leading clause, without region and ordinal.")
    text: str = Field(description="Whole text, beginning with region and title, or its heading.")
    source: Source
    sequence: int = Field(description="Place in the document, from 0.")
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    aliases: tuple[str, ...] = Field((), description="Ids that earlier parses gave it.")


class Passage(Frozen):
    """What is embedded: a practice or a part of a long one."""

    id: str
    practice_id: str
    document_id: str
    text: str
    context: str = Field(description="Region, task, measure and title, embedded before the text.")


class OutlineNode(Frozen):
    """A heading of a document and what stands below it."""

    title: str
    level: int = Field(description="1 for the outermost headings.")
    start: int
    end: int
    practice_ids: tuple[str, ...] = ()
    children: tuple[OutlineNode, ...] = ()


class Block(Frozen):
    """A readable stretch of the source and the part it plays."""

    role: Role
    text: str
    start: int
    end: int
    practice_id: str | None = None


class LeftOut(Frozen):
    """Text of the source that is in no practice, and why."""

    text: str
    why: str
    start: int
    end: int


class Place(Frozen):
    """Where something stands in the source: its own words there, white space and tags aside."""

    before: str = Field("", description="The source's words before it.")
    words: str = Field("", description="The words it is about; empty where words are missing.")
    after: str = Field("", description="The source's words after it.")
    practice_ids: tuple[str, ...] = Field((), description="The practices and items it is in.")


class ReportedRepair(Repair):
    """A repair beside its source text."""

    place: Place | None = Field(None, description="Null for a document stored before there were.")


class ReportedDoubt(Doubt):
    """A doubt beside its source text."""

    place: Place | None = Field(None, description="Null where it is about the whole document.")


class ParseReport(Frozen):
    """What the parser found, repaired, doubted and left out."""

    practices: int
    plan_items: int
    repairs: tuple[ReportedRepair, ...] = ()
    doubts: tuple[ReportedDoubt, ...] = ()
    empty_measures: tuple[str, ...] = Field((), description="Measures without a practice.")
    left_out: tuple[LeftOut, ...] = ()


class ParsedDocument(Frozen):
    """A document, its practices in source order, and the account of every character of it."""

    document: Document
    practices: tuple[Practice, ...]
    outline: tuple[OutlineNode, ...]
    blocks: tuple[Block, ...] = Field(description="Cover every non-space character, in order.")
    report: ParseReport
