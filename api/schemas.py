"""The public contract: every request and response of ``/v1``. Importing this loads no model."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

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
from corpus.registry import ActorRole, Decision, InstrumentType, PlatformKind, Review

__all__ = [
    "Block",
    "ClausePrecedents",
    "Comparable",
    "CompareRequest",
    "CompareResponse",
    "ComparedActor",
    "ComparedCell",
    "ComparedDetail",
    "ComparedInstrument",
    "ComparedPlatform",
    "ComparedRegion",
    "ComparedTheme",
    "CoursePackRequest",
    "CourseSection",
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
    "Gap",
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
    "PrecedentsRequest",
    "PrecedentsResponse",
    "QueryEcho",
    "QueryReading",
    "Region",
    "RegionGroup",
    "RegionNode",
    "RegionsResponse",
    "RegistryColumn",
    "RegistryQuery",
    "RegistryResponse",
    "Repair",
    "ReviewRequest",
    "ReviewsResponse",
    "SearchRequest",
    "SearchResponse",
    "SimilarHit",
    "SimilarResponse",
    "Source",
    "StatsResponse",
    "StatusResponse",
    "TaskNode",
    "TasksResponse",
    "ThemeNode",
    "ThemeRef",
    "ThemesResponse",
    "UploadResponse",
]

Mode = Literal["hybrid", "semantic", "keyword"]
GroupBy = Literal["region", "theme", "document"]
CompareLevel = Literal["province", "city", "county", "as_stated"]
ThemeLevel = Literal["upper", "lower"]
ComparedWith = Literal["corpus", "chosen"]
ExportFormat = Literal["csv", "xlsx", "parquet", "jsonl"]
CourseFormat = Literal["docx", "pptx", "md", "json"]
ReadingKind = Literal["region", "exclude_region", "level", "year", "number", "phrase", "expansion"]
MAX_WINDOW = 1000
FACET_VALUES = 200  # of each facet at most

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


class RegistryQuery(Filters):
    """A registry table: the filters of search, what of the table, and a page or a file."""

    find: Name = Field("", description="Words that a row must all have, in any of its columns.")
    sort: Name = Field("", description="Column ordered by; after a minus from the greatest.")
    columns: Names = Field([], description="Columns given out after the id, in this order.")
    limit: int = Field(100, ge=1, le=1000, description="Rows wanted.")
    offset: int = Field(0, ge=0, description="Rows skipped.")
    format: ExportFormat | None = Field(None, description="Give all rows as a file instead.")
    bom: bool = Field(False, description="Put a byte order mark before CSV, for Excel.")


class SearchRequest(Request):
    """A search. Only ``query`` is required."""

    query: str = Field(description="Question, keywords or a clause; “…” asks for an exact phrase.")
    mode: Mode = Field("hybrid", description="hybrid, semantic (dense) or keyword (sparse).")
    limit: int = Field(10, ge=1, le=100, description="Hits wanted.")
    offset: int = Field(0, ge=0, description="Hits skipped; offset + limit at most 1,000.")
    group_by: GroupBy | None = Field(None, description="Let hits of one group stand together.")
    facets: bool = Field(True, description="Whether facets are counted.")
    figures: bool = Field(False, description="Whether the hits' figures are given.")
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


class QueryReading(Response):
    """One thing read from the query, which can be switched off."""

    kind: ReadingKind = Field(description="What it is: a condition, a phrase or an expansion.")
    words: str = Field(description="The query's own words; to be named in ``without``.")
    label: str = Field(description="What it was read as, for people.")


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
    numbers: list[str] = Field([], description="Document numbers read from the query.")
    readings: list[QueryReading] = Field([], description="All that was read, to show and undo.")
    relaxed: bool = Field(
        False, description="Nothing met the conditions read, so the hits are without them."
    )


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
    rerank: float | None = Field(
        None, description="What the re-ranker makes of it, 0 to 1; null: it was not asked."
    )


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
    """Counts over the candidates above the weak line, most frequent first, 200 of each at most."""

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
    indicators: list[dict[str, Any]] = Field(
        [], description="With figures: the rows of the registry that these hits have."
    )


class SimilarHit(Hit):
    """A practice like another."""

    near_identical: bool = Field(
        description="Nearly the same words, as where a later batch repeats an earlier one."
    )


class SimilarResponse(Response):
    """The same idea elsewhere, other regions first; what is nearly identical comes last."""

    hits: list[SimilarHit]


class PrecedentsRequest(Request):
    """A draft clause, or several."""

    text: str = Field(description="The draft, as it is; at most 20,000 characters.")
    region: Name | None = Field(None, description="The drafter's own region; others come first.")
    limit: int = Field(5, ge=1, le=20, description="Hits wanted for each clause.")


class ClausePrecedents(Response):
    """A clause of the draft and who has done the like."""

    text: str = Field(description="The clause: ``draft[start:end]``.")
    start: int
    end: int
    hits: list[Hit]
    indicators: list[dict[str, Any]] = Field(
        description="Figures of the strong hits, in their order: rows of the registry, each with "
        "`practice_id`, `title` and `region_label`, the region it holds for."
    )


class PrecedentsResponse(Response):
    """Precedents, clause by clause."""

    clauses: list[ClausePrecedents]


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


class RegionGroup(Response):
    """A group of regions with practices in one of them at least; its name stands for them all."""

    name: str = Field(description="长三角, 直辖市, 省会城市, …")
    adcodes: list[str] = Field(description="All its members.")


class RegionsResponse(Response):
    """The regions of the corpus as a tree."""

    regions: list[RegionNode]
    groups: list[RegionGroup] = []
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
    """Counts, and what holds, embeds and re-ranks the corpus."""

    documents: int
    practices: int
    plan_items: int
    passages: int
    regions: int = Field(description="Regions with practices in them or below them.")
    themes: int
    model: ModelInfo | None
    reranker: str | None = Field(None, description="Name of the cross-encoder; null: none in use.")
    store: str
    version: str = Field(description="Of the service.")


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


class ThemeNode(Response):
    """A theme, with the practices and items whose main theme it is or that are below it."""

    id: str
    label: str
    definition: str
    count: int
    children: list[ThemeNode] = []


class ThemesResponse(Response):
    """Our taxonomy."""

    themes: list[ThemeNode]


class RegistryColumn(Response):
    """A column of a registry table, as the codebook describes it, in Chinese."""

    name: str
    title: str
    description: str
    kind: Literal["string", "integer", "number", "boolean", "date", "list"]
    codes: dict[str, str] = Field(description="Its values and what each is called; else empty.")
    required: bool = Field(description="Every row has a value.")
    editable: bool = Field(description="A review may correct it.")


class RegistryResponse(Response):
    """A page of a registry table."""

    table: str
    total: int = Field(description="Rows of the table that meet the filters and have the words.")
    rows: list[dict[str, Any]] = Field(description="As the codebook describes them.")
    columns: list[RegistryColumn] = Field(description="In the order of the files exported.")


class ReviewRequest(Request):
    """A decision on a value of the registry."""

    table: Name
    row_id: str = Field(max_length=400)
    field: Name | None = Field(None, description="Column; null: the row as a whole.")
    decision: Decision
    value: Any = Field(None, description="The right value, for ``correct``.")
    reviewer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    note: Annotated[str, Field(max_length=2000)] = ""
    seen: Name | None = Field(
        None,
        description="Id of the decision seen in force on this value, empty if there was none; "
        "409 if another came meanwhile. Null: not asked.",
    )


class ReviewsResponse(Response):
    """Decisions and what waits for one."""

    reviews: list[Review] = Field(description="Every decision, the latest first.")
    conflicts: list[Review] = Field(description="Decisions whose words are gone from the text.")
    queue: list[dict[str, Any]] = Field(description="Rows that need a look, each with its table.")


class CompareRequest(Request):
    """Which regions are compared, on which themes, and at which level practices are counted."""

    regions: Names = Field(
        [],
        description="Names, short names, adcodes or groups (长三角), each with all below it; "
        "empty: all that occur.",
    )
    themes: Names = Field(
        [], description="Theme ids or labels, an upper theme with all below it; empty: all."
    )
    level: CompareLevel = Field(
        "province",
        description="province: all below counts for its province; city: a county counts for its "
        "city, and a province for itself; county, as_stated: each practice counts for the region "
        "that it names. A region asked for that is below the level is a row of its own.",
    )
    theme_level: ThemeLevel = Field("lower", description="upper: count by the upper themes.")
    peers: ComparedWith = Field(
        "corpus", description="What gaps are measured by: all comparable regions, or the rows."
    )
    least: int = Field(2, ge=1, le=100, description="How many peers must do what makes a gap.")
    details: Names = Field([], description="Up to four of the rows, to be given in detail.")


class ComparedRegion(Response):
    """A row."""

    adcode: str
    name: str = Field(description="Official name with its parents.")
    label: str = Field(description="Official name without its parents.")
    level: Level
    total: int = Field(description="Practices and plan items of the themes asked.")
    practices: int
    plan_items: int
    in_corpus: int = Field(description="Those of all themes.")
    peers: int = Field(description="Comparable regions in the corpus.")


class ComparedTheme(Response):
    """A column."""

    id: str
    label: str
    parent: ThemeRef | None
    total: int = Field(description="Practices and plan items in the rows, each once.")


class ComparedCell(Response):
    """What a region does on a theme; cells with nothing are left out."""

    adcode: str
    theme: str
    count: int = Field(description="Practices and plan items of which it is the main theme.")
    practice_ids: list[str] = Field(description="These, in the documents' order.")
    also_ids: list[str] = Field(description="Those of which it is a secondary theme; not counted.")


class Gap(Response):
    """What comparable regions do and this one, as far as the corpus goes, does not."""

    adcode: str
    theme: str
    held_by: list[str] = Field(description="Comparable regions that do it.")
    practice_ids: list[str] = Field(description="How they do it.")


class Comparable(Response):
    """What a gap is measured by."""

    definition: str = Field(description="What counts as comparable and as a gap, for people.")
    least: int
    peers: ComparedWith


class ComparedActor(Response):
    """An organisation in one role."""

    role: ActorRole
    label: str = Field(description="The role, for people.")
    name: str
    practice_ids: list[str]


class ComparedInstrument(Response):
    """A kind of instrument and the words that tell of it."""

    type: InstrumentType
    label: str
    words: list[str]
    practice_ids: list[str]


class ComparedPlatform(Response):
    """A platform."""

    name: str
    kind: PlatformKind
    label: str
    practice_ids: list[str]


class ComparedDetail(Response):
    """How a region goes about a theme, as far as its practices state it."""

    adcode: str
    theme: str
    practice_ids: list[str]
    actors: list[ComparedActor] = Field(description="Who leads first.")
    instruments: list[ComparedInstrument]
    platforms: list[ComparedPlatform]
    indicators: list[dict[str, Any]] = Field(description="Rows of the registry's table.")


class CompareResponse(Response):
    """Regions by themes."""

    level: CompareLevel
    theme_level: ThemeLevel
    total: int = Field(description="Practices and plan items counted, each once.")
    unsettled: int = Field(description="Those of these themes without a settled region.")
    unsettled_ids: list[str]
    unthemed: int = Field(description="Those of these regions without a theme.")
    regions: list[ComparedRegion] = Field(description="In order of code.")
    themes: list[ComparedTheme] = Field(description="In the taxonomy's order.")
    cells: list[ComparedCell]
    gaps: list[Gap] = Field(description="By region; what most others do comes first.")
    comparable: Comparable
    details: list[ComparedDetail] = Field(description="By region and theme.")


PracticeIds = list[Annotated[str, Field(min_length=1, max_length=400)]]


class CourseSection(Request):
    """A heading of a course pack and what stands below it."""

    title: str = Field("", max_length=100, description="Empty: no heading of its own.")
    practice_ids: PracticeIds = Field(min_length=1, max_length=100)


class CoursePackRequest(Request):
    """A course pack: which practices, in which order, as which file."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    practice_ids: PracticeIds = Field(
        min_length=1, max_length=100, description="Practices and plan items, in order, each once."
    )
    format: CourseFormat = Field("docx", description="json gives what the files say, as data.")
    outline: list[CourseSection] = Field(
        [], max_length=100, description="Order and headings; what it leaves out comes last."
    )
    audience: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        "", description="Whom it is for; stands on the title page."
    )
    questions: bool = Field(True, description="Whether questions and their answers are in it.")

    @field_validator("outline")
    @classmethod
    def _placed(cls, outline: list[CourseSection], info: ValidationInfo) -> list[CourseSection]:
        chosen = info.data.get("practice_ids")
        placed = [id_ for section in outline for id_ in section.practice_ids]
        strange = [] if chosen is None else [id_ for id_ in placed if id_ not in set(chosen)]
        if strange:
            raise ValueError(f"practice_ids 里没有 {strange[0][:100]}")
        return outline
