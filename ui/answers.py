"""What the UI reads of the API's answers. Fields it does not know are ignored.

Offsets named ``highlights`` index ``text``; ``start`` and ``end`` of blocks index the source file;
all are half-open and in code points.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Record = dict[str, Any]  # a row of a registry table, by column


class Answer(BaseModel):
    """Base of all answers: immutable, and open to fields that are added later."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Span(Answer):
    """A stretch of a text."""

    start: int
    end: int


class Region(Answer):
    """An administrative division, with its parents in ``name``."""

    adcode: str
    name: str
    level: str
    path: tuple[str, ...] = ()


class Theme(Answer):
    """A theme of the taxonomy."""

    id: str
    label: str


class Place(Answer):
    """Where something stands in the source: the source's own words there."""

    before: str = ""
    words: str = ""
    after: str = ""
    practice_ids: tuple[str, ...] = ()


class Repair(Answer):
    """Words of the source that were changed because the change is certain."""

    what: str = ""
    before: str = ""
    after: str = ""
    why: str = ""
    start: int | None = None
    place: Place | None = Field(default=None, description="In a document's report only.")


class Doubt(Answer):
    """Something left as it is for a person to look at."""

    code: str = ""
    message: str = ""
    candidates: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    place: Place | None = Field(default=None, description="In a document's report only.")


class DocumentRef(Answer):
    """The document of a hit, or one of the documents listed."""

    id: str
    title: str
    kind: str = ""
    issuer: str | None = None
    number: str | None = None
    issued_on: str | None = None
    source_url: str | None = None
    region: Region | None = None
    batch: int | None = None
    file_name: str = ""
    encoding: str = ""
    sha256: str = ""
    evidence: dict[str, str] = Field(default_factory=dict, description="Field → words read.")
    practices: int | None = Field(default=None, description="How many came from it, in lists.")
    plan_items: int | None = None


class Match(Answer):
    """Why a hit was found: words of the query, words added by the thesaurus, and the scores."""

    terms: tuple[str, ...] = ()
    expansions: tuple[str, ...] = ()
    dense: float | None = Field(default=None, description="Cosine of query and passage, at most 1.")
    sparse: float | None = Field(default=None, description="BM25 score, without an upper bound.")
    rerank: float | None = Field(default=None, description="Score of the re-ranker, at most 1.")


class Practice(Answer):
    """A practice or plan item; a hit of a search carries ``match`` and ``highlights`` too."""

    id: str
    kind: str
    title: str
    text: str
    task: str | None = None
    measure: str | None = None
    theme: Theme | None = None
    path: tuple[str, ...] = ()
    ordinal: int | None = None
    region: Region | None = None
    document: DocumentRef
    citation: str
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    weak: bool = False
    match: Match | None = None
    highlights: tuple[Span, ...] = ()
    previous_id: str | None = None
    next_id: str | None = None
    near_identical: bool = Field(default=False, description="To the practice it is like.")
    registry: dict[str, tuple[Record, ...]] = Field(
        default_factory=dict, description="Its rows by table, where it was asked for in full."
    )


class QueryReading(Answer):
    """One thing read from the query; ``words`` switches it off."""

    kind: str
    words: str
    label: str


class Reading(Answer):
    """How the query was understood."""

    text: str = ""
    terms: tuple[str, ...] = ()
    expansions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    regions: tuple[Region, ...] = ()
    exclude_regions: tuple[Region, ...] = ()
    levels: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    phrases: tuple[str, ...] = ()
    readings: tuple[QueryReading, ...] = ()
    relaxed: bool = Field(default=False, description="The hits do not meet the conditions read.")


class FacetValue(Answer):
    """A value of a facet with the number of practices and items that have it."""

    value: str
    label: str
    count: int


class Coverage(Answer):
    """How much was searched."""

    documents: int = 0
    practices: int = 0
    plan_items: int = 0


class Group(Answer):
    """Hits of one page that share a region or document; ``count`` is that of all pages."""

    label: str
    count: int
    hit_ids: tuple[str, ...] = ()


class SearchAnswer(Answer):
    """Answer of ``POST /v1/search``."""

    query: Reading = Reading()
    total: int
    took_ms: float = 0.0
    weak: bool = False
    undated_left_out: int = Field(default=0, description="Documents without a date of issue.")
    coverage: Coverage = Coverage()
    hits: tuple[Practice, ...] = ()
    groups: tuple[Group, ...] = ()
    facets: dict[str, tuple[FacetValue, ...]] = Field(default_factory=dict)
    indicators: tuple[Record, ...] = Field(default=(), description="Figures of the hits.")


class SimilarAnswer(Answer):
    """Answer of ``GET /v1/practices/{id}/similar``."""

    hits: tuple[Practice, ...] = ()


class Clause(Answer):
    """A clause of a draft with its precedents and the figures these state."""

    text: str
    hits: tuple[Practice, ...] = ()
    indicators: tuple[Record, ...] = ()


class PrecedentsAnswer(Answer):
    """Answer of ``POST /v1/precedents``."""

    clauses: tuple[Clause, ...]


class Block(Answer):
    """A readable stretch of a document and the part it plays there."""

    role: str
    text: str
    start: int
    end: int
    practice_id: str | None = None


class ContentAnswer(Answer):
    """Answer of ``GET /v1/documents/{id}/content``."""

    blocks: tuple[Block, ...] = ()


class LeftOut(Answer):
    """Text of a document that is in no practice, and why."""

    text: str = ""
    why: str = ""


class ParseReport(Answer):
    """What the parser found, repaired, doubted and left out."""

    practices: int = 0
    plan_items: int = 0
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    empty_measures: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class OutlineNode(Answer):
    """A heading of a document, what stands right below it, and the headings below it."""

    title: str
    practice_ids: tuple[str, ...] = ()
    children: tuple[OutlineNode, ...] = ()


class DocumentAnswer(DocumentRef):
    """Answer of ``GET /v1/documents/{id}``: a document with its outline and parse report."""

    parse_report: ParseReport
    outline: tuple[OutlineNode, ...] = ()
    practice_ids: tuple[str, ...] = ()


class UploadAnswer(Answer):
    """Answer of ``POST /v1/documents``, stored or previewed."""

    document: DocumentRef
    parse_report: ParseReport
    outline: tuple[OutlineNode, ...] = ()
    practices: tuple[Practice, ...] = Field(
        default=(), description="With a preview: what it holds."
    )
    changed: bool = Field(default=False, description="False where the same file was there already.")


class DocumentsAnswer(Answer):
    """Answer of ``GET /v1/documents``."""

    documents: tuple[DocumentRef, ...] = ()


class Done(Answer):
    """An answer of which only the success matters."""


class ModelInfo(Answer):
    """The embedding model in use."""

    name: str
    dimension: int


class Stats(Answer):
    """Counts of ``GET /v1/stats``, and what holds, embeds and re-ranks the corpus."""

    documents: int = 0
    practices: int = 0
    plan_items: int = 0
    passages: int = 0
    regions: int = 0
    themes: int = 0
    model: ModelInfo | None = None
    reranker: str | None = None
    store: str = ""
    version: str = ""


class Column(Answer):
    """A column of a registry table; ``codes`` maps its values to what they are called."""

    name: str
    title: str
    description: str = ""
    kind: str = "string"
    codes: dict[str, str] = Field(default_factory=dict)
    required: bool = False
    editable: bool = False


class RegistryAnswer(Answer):
    """Answer of ``GET /v1/registry/{table}``."""

    total: int
    rows: tuple[Record, ...]
    columns: tuple[Column, ...]


class Review(Answer):
    """A person's decision on a value; ``field`` is None where it is on the row as a whole."""

    id: str
    table: str
    row_id: str
    measure_id: str
    field: str | None = None
    decision: str
    value: Any = None
    before: Any = None
    quote: str = ""
    reviewer: str
    note: str = ""
    at: datetime


class ReviewsAnswer(Answer):
    """Answer of ``GET /v1/reviews``: decisions, those whose row is gone, and what waits."""

    reviews: tuple[Review, ...] = ()
    conflicts: tuple[Review, ...] = ()
    queue: tuple[Record, ...] = ()


class RegionNode(Answer):
    """A region with the practices in it and below it."""

    adcode: str
    name: str
    label: str = Field(default="", description="Its own name, without its parents.")
    count: int
    children: tuple[RegionNode, ...] = ()


class RegionGroup(Answer):
    """A group of regions that goes by one name."""

    name: str
    adcodes: tuple[str, ...]


class RegionsAnswer(Answer):
    """Answer of ``GET /v1/regions``."""

    regions: tuple[RegionNode, ...] = ()
    groups: tuple[RegionGroup, ...] = ()


class ThemeNode(Answer):
    """A theme; only those without children are a practice's own."""

    id: str
    label: str
    count: int
    children: tuple[ThemeNode, ...] = ()


class ThemesAnswer(Answer):
    """Answer of ``GET /v1/themes``."""

    themes: tuple[ThemeNode, ...] = ()


class TaskNode(Answer):
    """A task with its practices."""

    task: str
    count: int


class TasksAnswer(Answer):
    """Answer of ``GET /v1/tasks``."""

    tasks: tuple[TaskNode, ...] = ()
