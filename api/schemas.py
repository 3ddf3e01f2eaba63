"""The public contract: every request and response of ``/v1``. Importing this loads no model."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from corpus.model import (
    Block,
    Document,
    DocumentKind,
    Doubt,
    LeftOut,
    Level,
    OutlineNode,
    ParseReport,
    PracticeKind,
    Region,
    Repair,
    Source,
)

__all__ = [
    "Block",
    "Coverage",
    "DeleteResponse",
    "DocumentContent",
    "DocumentDetail",
    "DocumentRef",
    "DocumentSummary",
    "DocumentsResponse",
    "Doubt",
    "ErrorBody",
    "ErrorResponse",
    "Facet",
    "Facets",
    "Filters",
    "Group",
    "Highlight",
    "Hit",
    "LeftOut",
    "Match",
    "Mode",
    "ModelInfo",
    "OutlineNode",
    "ParseReport",
    "PracticeDetail",
    "PracticeView",
    "QueryEcho",
    "Region",
    "RegionNode",
    "RegionsResponse",
    "Repair",
    "SearchRequest",
    "SearchResponse",
    "SimilarResponse",
    "Source",
    "StatsResponse",
    "StatusResponse",
    "TaskNode",
    "TasksResponse",
    "ThemeRef",
    "UploadResponse",
]

Mode = Literal["hybrid", "semantic", "keyword"]
GroupBy = Literal["region", "theme", "document"]
MAX_WINDOW = 1000

Name = Annotated[str, Field(max_length=200)]
Names = Annotated[list[Name], Field(max_length=200)]


class Request(BaseModel):
    """Base of request bodies: an unknown field is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Response(BaseModel):
    """Base of responses."""

    model_config = ConfigDict(frozen=True)


class Filters(Request):
    """Conditions that all hold; within one field any value will do. Empty: no condition."""

    regions: Names = Field([], description="Names, short names or adcodes; takes in all below.")
    exclude_regions: Names = Field([], description="Regions left out, with all below them.")
    levels: list[Level] = Field([], description="Level of a practice's own region.")
    tasks: Names = Field([], description="工作任务, word for word.")
    measures: Names = Field([], description="主要举措, word for word.")
    themes: Names = Field([], description="Theme ids.")
    documents: Names = Field([], description="Document ids.")
    kinds: list[PracticeKind] = Field([], description="practice, plan_item.")
    instruments: Names = Field([], description="Policy instruments.")
    issued_from: date | None = Field(None, description="First date of issue, inclusive.")
    issued_to: date | None = Field(None, description="Last date of issue, inclusive.")

    @field_validator("issued_to")
    @classmethod
    def _dates_in_order(cls, to: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("issued_from")
        if start and to and start > to:
            raise ValueError("不能早于 issued_from")
        return to


class SearchRequest(Request):
    """A search. Only ``query`` is required."""

    query: str = Field(description="Question, keywords or a clause; “…” asks for an exact phrase.")
    mode: Mode = Field("hybrid", description="hybrid, semantic (dense) or keyword (sparse).")
    limit: int = Field(10, ge=1, le=100, description="Hits wanted.")
    offset: int = Field(0, ge=0, description="Hits skipped; offset + limit at most 1,000.")
    group_by: GroupBy | None = Field(None, description="Let hits of one group stand together.")
    facets: bool = Field(True, description="Whether facets are counted.")
    without: Names = Field(
        [], description="Readings of the query, as echoed in `query`, that are switched off."
    )
    filters: Filters = Field(default_factory=lambda: Filters.model_validate({}))

    @field_validator("offset")
    @classmethod
    def _window(cls, offset: int, info: ValidationInfo) -> int:
        if offset + info.data.get("limit", 0) > MAX_WINDOW:
            raise ValueError(f"offset + limit 不能超过 {MAX_WINDOW}")
        return offset


class QueryEcho(Response):
    """How the query was read."""

    text: str = Field(description="The query, freed of control characters.")
    terms: list[str] = Field(description="Words looked for.")
    expansions: dict[str, list[str]] = Field(description="Words → others looked for as well.")
    regions: list[Region] = Field([], description="Regions read from the query.")
    exclude_regions: list[Region] = Field([], description="Regions the query excludes.")
    levels: list[Level] = Field([], description="Region levels read from the query.")
    years: list[int] = Field([], description="Years read from the query.")
    phrases: list[str] = Field(description="Exact phrases every hit contains.")


class Coverage(Response):
    """What was searched in: the counts of the whole store."""

    documents: int
    practices: int
    plan_items: int


class ThemeRef(Response):
    """A theme."""

    id: str
    label: str


class DocumentRef(Response):
    """The document of a hit."""

    id: str
    title: str
    kind: DocumentKind
    issuer: str | None
    number: str | None
    issued_on: date | None
    source_url: str | None


class Highlight(Response):
    """A stretch of a hit's ``text``, in code points, half open."""

    start: int
    end: int


class Match(Response):
    """Why a hit was found."""

    terms: list[str] = Field(description="Words of the query that it has.")
    expansions: list[str] = Field(description="Words it has that the query was expanded by.")
    dense: float | None = Field(description="Cosine of query and passage; null: not compared.")
    sparse: float | None = Field(description="BM25 score; null: no word in common.")


class PracticeView(Response):
    """A practice or plan item, ready to be shown and cited."""

    id: str
    kind: PracticeKind
    title: str
    text: str = Field(description="Whole text, beginning with region and title, or its heading.")
    task: str | None
    measure: str | None
    theme: ThemeRef | None
    path: list[str] = Field(description="All headings above it, with their numerals.")
    ordinal: int | None
    region: Region | None = Field(description="Null, with a doubt, where it is not settled.")
    document: DocumentRef
    highlights: list[Highlight] = Field([], description="What matched, in order, not overlapping.")
    source: Source
    citation: str = Field(description="Ready to paste; says only what the document states.")
    repairs: list[Repair]
    doubts: list[Doubt]


class Hit(PracticeView):
    """A practice or plan item that was found."""

    score: float = Field(description="Fused score, 0 to 1; comparable within one response.")
    weak: bool = Field(description="Below both calibrated lines: hardly an answer.")
    match: Match


class PracticeDetail(PracticeView):
    """One practice in full."""

    registry: dict[str, list[dict[str, Any]]] = Field(description="Its registry rows by table.")
    previous_id: str | None = Field(description="The one before it in its document.")
    next_id: str | None = Field(description="The one after it in its document.")


class Facet(Response):
    """A value and how many of the candidates have it."""

    value: str
    label: str
    count: int


class Facets(Response):
    """Counts over the candidates above the weak line, most frequent first."""

    regions: list[Facet] = Field([], description="Adcodes; each hit counts for all above it.")
    levels: list[Facet] = []
    tasks: list[Facet] = []
    measures: list[Facet] = []
    themes: list[Facet] = []
    documents: list[Facet] = []
    kinds: list[Facet] = []
    instruments: list[Facet] = []


class Group(Response):
    """Hits of this page that share a value, in the order of ``hits``."""

    value: str | None = Field(description="Adcode, theme or document id; null: has none.")
    label: str
    count: int = Field(description="Candidates above the weak line in the group.")
    hit_ids: list[str]


class SearchResponse(Response):
    """What a search found."""

    query: QueryEcho
    total: int = Field(description="Candidates above the weak line.")
    took_ms: float
    weak: bool = Field(description="No candidate is above the weak line.")
    undated_left_out: int = Field(description="Documents left out since they state no date.")
    coverage: Coverage
    hits: list[Hit]
    groups: list[Group] = Field([], description="With group_by: the groups of these hits.")
    facets: Facets


class SimilarResponse(Response):
    """The same idea elsewhere, other regions first."""

    hits: list[Hit]


class DocumentSummary(Document):
    """A document and how much came from it."""

    practices: int = Field(description="Practices that came from it.")
    plan_items: int = Field(description="Plan items that came from it.")


class DocumentsResponse(Response):
    """All documents, in order."""

    documents: list[DocumentSummary]


class DocumentDetail(Document):
    """A document with its outline, what the parser reports, and what came from it."""

    outline: list[OutlineNode]
    parse_report: ParseReport
    practice_ids: list[str] = Field(description="Practices and plan items, in source order.")


class DocumentContent(Response):
    """A document as readable blocks, with source offsets."""

    document_id: str
    blocks: list[Block]


class UploadResponse(Response):
    """What an uploaded file was found to hold."""

    document: Document
    parse_report: ParseReport
    practice_ids: list[str]
    stored: bool = Field(description="False for a preview.")
    changed: bool = Field(description="Whether the store changed; the same file again does not.")
    outline: list[OutlineNode]
    practices: list[PracticeView] = Field(description="With preview: what would be stored.")


class DeleteResponse(Response):
    """A document is gone, with all that came from it."""

    id: str
    deleted: Literal[True] = True


class RegionNode(Response):
    """A region with practices in it or below it."""

    adcode: str
    name: str = Field(description="Official name with its parents.")
    label: str = Field(description="Official name without its parents.")
    level: Level
    count: int = Field(description="Practices and plan items, those below it included.")
    children: list[RegionNode] = []


class RegionsResponse(Response):
    """The regions of the corpus as a tree."""

    regions: list[RegionNode]
    unresolved: int = Field(description="Practices and plan items without a settled region.")


class MeasureNode(Response):
    """A measure (主要举措) of a task."""

    measure: str
    count: int


class TaskNode(Response):
    """A task (工作任务) and its measures, in document order."""

    task: str
    count: int = Field(description="Practices and plan items, with and without a measure.")
    document_ids: list[str]
    measures: list[MeasureNode]


class TasksResponse(Response):
    """The tasks of the corpus."""

    tasks: list[TaskNode]


class ModelInfo(Response):
    """The embedding model in use."""

    name: str
    fingerprint: str
    dimension: int


class StatsResponse(Response):
    """Counts, and what holds and embeds the corpus."""

    documents: int
    practices: int
    plan_items: int
    passages: int
    regions: int = Field(description="Regions with practices in them or below them.")
    themes: int
    model: ModelInfo | None
    store: str


class StatusResponse(Response):
    """Answer of /healthz and /readyz."""

    status: Literal["ok", "ready"]


class ErrorBody(Response):
    """What is wrong and what to do about it, in Chinese."""

    code: str
    message: str
    hint: str
    request_id: str
    field: str | None = Field(None, description="The request field at fault.")


class ErrorResponse(Response):
    """The one shape of all errors."""

    error: ErrorBody
