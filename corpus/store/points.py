"""How documents, practices and passages become points, and points become them again.

One collection holds six kinds of records, told apart by ``record``:

``meta``      the one point that says which format and which vectors are in force
``document``  the head of a document, at an id of its own; ``live`` names the generation of points
              that belongs to it, so upserting the head is what puts a document in force
``content``   a document's outline, report and blocks, in parts
``practice``  a practice or plan item with its registry records; has the filter fields, as facets
              count it
``passage``   what is searched: the dense and the sparse vector and the filter fields
``review``    a person's decision on a value of the registry; belongs to no generation

In a parsed document a practice and its first passage are one point, which is of both kinds and has
the practice's id: nearly all practices have one passage, an engine keeps room for a vector in
points without one too, and half as many points are written and filtered. Stores written before have
two points in that place, and are read and changed all the same.

The ids of content, practices and passages are made of their own id and their generation, so a new
generation stands beside the old one until it comes into force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from corpus.model import (
    Block,
    Document,
    OutlineNode,
    ParsedDocument,
    ParseReport,
    Passage,
    Practice,
    Region,
)
from corpus.registry import Records, Review
from corpus.store.base import Candidate, EmbeddedPassage, SearchFilter, Sparse
from corpus.store.engine import AnyOf, Between, Condition, Contains, Payload, Point, Schema, Where

VERSION = 1  # of the layout below; another one in the store is refused
SPARSE = "bm25"
NAMESPACE = UUID("5f1d0f0e-6f0b-5c59-9d6b-8c1f7f8f4a10")
CONTENT_PART = 100_000  # code points of block text in one content point

SCHEMA = Schema(
    keywords=(
        "record",
        "state",
        "generation",
        "document_id",
        "practice_id",
        "passage_id",
        "aliases",
        "kind",
        "task",
        "measure",
        "theme",
        "regions",
        "level",
        "instruments",
    ),
    substrings=("folded",),
    integers=("issued_on",),
    sparse=SPARSE,
)
FACETS = ("regions", "level", "task", "measure", "theme", "document_id", "kind", "instruments")

_OF_PASSAGE = ("passage_id", "text", "context", "folded", "candidate")  # its fields alone

_BLOCKS = TypeAdapter(tuple[Block, ...])
_OUTLINE = TypeAdapter(tuple[OutlineNode, ...])

NO_RECORDS = Records()

HEADS = AnyOf("record", ("document",))
PRACTICES = AnyOf("record", ("practice",))
PASSAGES = AnyOf("record", ("passage",))
REVIEWS = AnyOf("record", ("review",))
STAGED = AnyOf("state", ("staged",))


class Attributes(NamedTuple):
    """What a candidate says before its score, in the order it is kept in a payload."""

    passage_id: str
    practice_id: str
    generation: str
    document_id: str
    kind: str
    task: str | None
    measure: str | None
    theme: str | None
    regions: tuple[str, ...]
    level: str | None
    instruments: tuple[str, ...]


def point_id(what: str, id_: str, generation: str = "") -> str:
    """The id of a point: the UUID of what it holds."""
    return str(uuid5(NAMESPACE, f"{what}\0{id_}\0{generation}"))


META = point_id("meta", "")


def practice_point_id(practice_id: str, generation: str) -> str:
    """The id of a practice's point in a generation."""
    return point_id("practice", practice_id, generation)


def head_id(document_id: str) -> str:
    """The id of a document's head, the same in every generation."""
    return point_id("document", document_id)


def adcodes(region: Region | None) -> list[str]:
    """Codes from the province down to the region; a city between them is in its path."""
    if region is None:
        return []
    code = region.adcode
    above = [code[:2] + "0000"]
    if len(region.path) == 3:
        above.append(code[:4] + "00")
    return [*(c for c in above if c != code), code]


def compact(day: date | None) -> int | None:
    """A date as yyyymmdd."""
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def filter_fields(
    practice: Practice, document: Document, generation: str, records: Records = NO_RECORDS
) -> Payload:
    """The fields filtered and counted by; what is not stated is left out."""
    fields: dict[str, Any] = {
        "generation": generation,
        "document_id": practice.document_id,
        "practice_id": practice.id,
        "kind": practice.kind,
        "task": practice.task,
        "measure": practice.measure,
        "theme": practice.theme,
        "instruments": list(records.instrument_types) or None,
        "regions": adcodes(practice.region) or None,
        "level": practice.region.level if practice.region else None,
        "issued_on": compact(document.issued_on),
    }
    return {name: value for name, value in fields.items() if value is not None}


def document_points(
    parsed: ParsedDocument,
    passages: Sequence[EmbeddedPassage],
    records: Mapping[str, Records],
    generation: str,
    vector: str | None,
    *,
    staged: bool,
) -> Iterator[Point]:
    """All points of a document but its head.

    Args:
        parsed: the document.
        passages: its passages with their vectors; each belongs to one of its practices.
        records: the registry's records by practice id.
        generation: the generation written.
        vector: name of the dense vector in force.
        staged: whether to mark the points, for other processes that read.

    Raises:
        ValueError: a passage of another document, or of a practice that is not there.
    """
    mark = {"state": "staged"} if staged else {}
    yield from (_marked(point, mark) for point in _content_points(parsed, generation))
    own: dict[str, list[EmbeddedPassage]] = {practice.id: [] for practice in parsed.practices}
    for embedded in passages:
        passage = embedded.passage
        if passage.document_id != parsed.document.id or passage.practice_id not in own:
            raise ValueError(f"passage {passage.id} belongs to no practice of the document")
        own[passage.practice_id].append(embedded)
    for practice in parsed.practices:
        extracted = records.get(practice.id, NO_RECORDS)
        filters = filter_fields(practice, parsed.document, generation, extracted) | mark
        point = practice_point(practice, filters, generation, extracted)
        parts = [passage_point(one, filters, generation, vector) for one in own[practice.id]]
        if parts:
            point = _both(point, parts.pop(0))
        yield point
        yield from parts


def practice_point(
    practice: Practice, fields: Payload, generation: str, records: Records = NO_RECORDS
) -> Point:
    """The point of a practice. ``fields`` are its ``filter_fields``."""
    payload = {"record": "practice", **fields, "practice": practice.model_dump_json()}
    if records != NO_RECORDS:
        payload["records"] = records.model_dump_json(by_alias=True)
    if practice.aliases:
        payload["aliases"] = list(practice.aliases)
    return Point(practice_point_id(practice.id, generation), payload)


def passage_point(
    embedded: EmbeddedPassage, fields: Payload, generation: str, vector: str | None
) -> Point:
    """The point of a passage. An empty vector is left out; so is the dense one without a name."""
    passage = embedded.passage
    payload = {
        "record": "passage",
        **fields,
        "passage_id": passage.id,
        "text": passage.text,
        "context": passage.context,
        "folded": embedded.folded,
        "candidate": _candidate(passage, fields),
    }
    vectors: dict[str, Any] = {}
    if embedded.dense and vector is not None:
        vectors[vector] = embedded.dense
    if embedded.sparse.indices:
        vectors[SPARSE] = embedded.sparse
    return Point(point_id("passage", passage.id, generation), payload, vectors)


def _both(practice: Point, passage: Point) -> Point:
    """A practice and a passage of it as one point."""
    payload = {**passage.payload, **practice.payload, "record": ["practice", "passage"]}
    return Point(practice.id, payload, passage.vectors)


def without_passage(payload: Payload) -> Payload:
    """What is left of a practice's payload when the passage that was kept with it goes."""
    left = {name: value for name, value in payload.items() if name not in _OF_PASSAGE}
    return {**left, "record": "practice"}


def head_point(document: Document, generation: str, practices: Iterable[Practice]) -> Point:
    """The head: the document, the generation in force and its tasks with their counts."""
    payload: Payload = {
        "record": "document",
        "document_id": document.id,
        "live": generation,
        "document": document.model_dump_json(),
        "tasks": to_json(_tasks(practices)).decode(),
    }
    if document.issued_on is not None:
        payload["issued_on"] = compact(document.issued_on)
    return Point(head_id(document.id), payload)


def weight(point: Point) -> int:
    """About how many bytes a point gives an engine to keep."""
    texts = sum(3 * len(value) for value in point.payload.values() if isinstance(value, str))
    numbers = sum(
        8 * len(vector.indices) if isinstance(vector, Sparse) else 4 * len(vector)
        for vector in point.vectors.values()
    )
    return 400 + texts + numbers


def document_weight(parsed: ParsedDocument, passages: Sequence[EmbeddedPassage]) -> int:
    """About how many bytes a document gives an engine to keep.

    A practice without a passage takes the place of a dense vector too, although it has none.
    """
    vector = 4 * max((len(embedded.dense) for embedded in passages), default=0)
    bare = {practice.id for practice in parsed.practices} - {
        embedded.passage.practice_id for embedded in passages
    }
    practices = vector * len(bare) + sum(1500 + 3 * len(one.text) for one in parsed.practices)
    blocks = sum(100 + 3 * len(block.text) for block in parsed.blocks)
    return practices + blocks + sum(_passage_weight(embedded) for embedded in passages)


def of_generation(generation: str) -> Where:
    """All points of a generation; heads are of none."""
    return Where(must=(AnyOf("generation", (generation,)),))


def of_document(document_id: str, *, but: str | None = None) -> Where:
    """A document's points that have come into force, but its head and one generation."""
    where = Where(
        must=(AnyOf("document_id", (document_id,)),),
        must_not=(HEADS, STAGED),
    )
    return where if but is None else where.but_not(AnyOf("generation", (but,)))


def search_conditions(where: SearchFilter) -> Where:
    """The conditions of a search, on passages."""
    wanted = {
        "regions": where.regions,
        "level": where.levels,
        "task": where.tasks,
        "measure": where.measures,
        "theme": where.themes,
        "document_id": where.documents,
        "kind": where.kinds,
        "instruments": where.instruments,
    }
    must: list[Condition] = [AnyOf(name, values) for name, values in wanted.items() if values]
    first, last = compact(where.issued_from), compact(where.issued_to)
    if first is not None or last is not None:
        must.append(Between("issued_on", gte=first, lte=last))
    must.extend(Contains("folded", phrase) for phrase in where.phrases)
    unwanted = where.exclude_regions
    return Where(tuple(must), must_not=(AnyOf("regions", unwanted),) if unwanted else ())


def attributes(payload: Payload) -> Attributes:
    """A passage's attributes; its payload has at least ``candidate``."""
    values = from_json(payload["candidate"])
    values[8], values[10] = tuple(values[8]), tuple(values[10])
    return Attributes(*values)


def tasks(payload: Payload) -> list[list[Any]]:
    """Task, measure and count of a head, in source order."""
    found: list[list[Any]] = from_json(payload["tasks"])
    return found


def candidate(known: Attributes, score: float) -> Candidate:
    """A passage's attributes with a score."""
    return Candidate._make((*known, score))


def document(payload: Payload) -> Document:
    """The document of a head."""
    return Document.model_validate_json(payload["document"])


def practice(payload: Payload) -> Practice:
    """The practice of a practice point."""
    return Practice.model_validate_json(payload["practice"])


def records(payload: Payload) -> Records:
    """The registry's records of a practice point."""
    found = payload.get("records")
    return Records.model_validate_json(found) if found else NO_RECORDS


def review_point(review: Review) -> Point:
    """The point of a decision."""
    payload = {"record": "review", "review": review.model_dump_json()}
    return Point(point_id("review", review.id), payload)


def review(payload: Payload) -> Review:
    """The decision of a review point."""
    return Review.model_validate_json(payload["review"])


def passage(payload: Payload) -> Passage:
    """The passage of a passage point."""
    return Passage(
        id=payload["passage_id"],
        practice_id=payload["practice_id"],
        document_id=payload["document_id"],
        text=payload["text"],
        context=payload["context"],
    )


def content(
    payloads: Iterable[Payload], practices: Sequence[Practice]
) -> tuple[tuple[OutlineNode, ...], ParseReport, tuple[Block, ...]]:
    """Outline, report and blocks from a document's content points, of which there may be none."""
    parts = sorted(payloads, key=lambda payload: int(payload["part"]))
    if not parts:
        plan_items = sum(practice.kind == "plan_item" for practice in practices)
        report = ParseReport(practices=len(practices) - plan_items, plan_items=plan_items)
        return (), report, ()
    blocks = tuple(block for part in parts for block in _BLOCKS.validate_json(part["blocks"]))
    outline = _OUTLINE.validate_json(parts[0]["outline"])
    return outline, ParseReport.model_validate_json(parts[0]["report"]), blocks


def _content_points(parsed: ParsedDocument, generation: str) -> Iterator[Point]:
    document_id = parsed.document.id
    for part, blocks in enumerate(_parts(parsed.blocks)):
        payload: Payload = {
            "record": "content",
            "generation": generation,
            "document_id": document_id,
            "part": part,
            "blocks": _BLOCKS.dump_json(blocks).decode(),
        }
        if part == 0:
            payload["outline"] = _OUTLINE.dump_json(parsed.outline).decode()
            payload["report"] = parsed.report.model_dump_json()
        yield Point(point_id("content", f"{document_id}\0{part}", generation), payload)


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    """Blocks in parts of bounded text; at least one part."""
    part: list[Block] = []
    size = 0
    for block in blocks:
        if part and size + len(block.text) > CONTENT_PART:
            yield tuple(part)
            part, size = [], 0
        part.append(block)
        size += len(block.text)
    yield tuple(part)


def _marked(point: Point, mark: Payload) -> Point:
    return Point(point.id, {**point.payload, **mark}, point.vectors)


def _candidate(passage: Passage, fields: Payload) -> str:
    """A passage's attributes in one field, which costs less to read than ten."""
    known = Attributes(
        passage.id,
        passage.practice_id,
        fields["generation"],
        passage.document_id,
        fields["kind"],
        fields.get("task"),
        fields.get("measure"),
        fields.get("theme"),
        tuple(fields.get("regions", ())),
        fields.get("level"),
        tuple(fields.get("instruments", ())),
    )
    return to_json(known).decode()


def _tasks(practices: Iterable[Practice]) -> list[list[Any]]:
    """Task, measure and count, in the order in which they first come."""
    ordered = sorted(practices, key=lambda practice: practice.sequence)
    counts = Counter((p.task, p.measure) for p in ordered if p.task is not None)
    return [[task, measure, count] for (task, measure), count in counts.items()]


def _passage_weight(embedded: EmbeddedPassage) -> int:
    passage = embedded.passage
    texts = len(passage.text) + len(passage.context) + len(embedded.folded)
    return 800 + 3 * texts + 4 * len(embedded.dense) + 8 * len(embedded.sparse.indices)
