"""Passages written from outside a parsed document, one by one.

They keep what the rest of the store relies on: every passage has a practice, every practice a
document. A passage that names a practice which is there joins it; else it gets a practice of its
own, with the passage's text. A document that is not there gets a bare head. What was made this way
goes with the last passage that needed it. A passage of a parsed document is replaced and deleted
with that document; deleted alone, it leaves its practice behind.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic_core import to_json

from corpus.errors import Conflict
from corpus.model import Document, Passage, Practice, Source
from corpus.store import points
from corpus.store.base import EmbeddedPassage, EmbeddingSpec, Sparse
from corpus.store.core import CHUNK, Core, new_generation
from corpus.store.engine import AnyOf, Has, Payload, Point, Record, Remove, Upsert, Where, scan

TITLE = 40  # code points of a passage that make the title of a practice or document of its own


@dataclass(frozen=True)
class OutsidePassage:
    """A passage to write.

    Args:
        id: its id; a passage with the same id is replaced.
        document_id: the document it belongs to.
        text: what it says.
        folded: what exact phrases are looked for in.
        practice_id: the practice it belongs to; its own id where None.
        context: embedded before the text.
        dense: its dense vector, or none.
        sparse: its sparse vector, or none.
        fields: filter fields, named as in ``corpus.store.points``.
        extra: further payload fields, kept as they are.
    """

    id: str
    document_id: str
    text: str
    folded: str
    practice_id: str | None = None
    context: str = ""
    dense: list[float] | None = None
    sparse: Sparse | None = None
    fields: Payload = field(default_factory=dict)
    extra: Payload = field(default_factory=dict)

    @property
    def practice(self) -> str:
        """The id of its practice."""
        return self.practice_id or self.id


def write_passages(core: Core, passages: Sequence[OutsidePassage]) -> None:
    """Write passages, each in place of the one with its id.

    A process killed meanwhile leaves some of them written, each with its practice and document.

    Raises:
        Conflict: a passage names a practice of another document.
        StoreFull: no room.
        ModelMismatch: a dense vector is not of the stored model's length. A store without a model
            takes the first vector's length and waits for a model to be registered.
    """
    with core.writing():
        _check_vectors(core, passages)
        by_document: dict[str, list[OutsidePassage]] = defaultdict(list)
        for passage in passages:
            by_document[passage.document_id].append(passage)
        written = [
            point for id_, own in by_document.items() for point in _points_of(core, id_, own)
        ]
        kept = Has(tuple(point.id for point in written))
        moved = _named(passage.id for passage in passages).but_not(kept)
        left = _left_by(core, moved)
        core.engine.require(sum(points.weight(point) for point in [*written, *left.values()]))
        with core.visibility.closed():
            for start in range(0, len(written), CHUNK):
                chunk = written[start : start + CHUNK]
                # In one write with what takes the passage's place, so that it is never there twice.
                ids = (point.payload.get("passage_id") for point in chunk)
                core.engine.write(Upsert([*chunk, *(left[id_] for id_ in ids if id_ in left)]))
            core.engine.write(Remove(moved))
            core.forget(attributes=True)


def delete_passages(core: Core, passage_ids: Iterable[str]) -> None:
    """Delete passages, with the practices and documents that were made for them alone."""
    engine = core.engine
    with core.writing(), core.visibility.closed():
        named = _named(passage_ids)
        gone = list(scan(engine, named, ("practice_id", "document_id")))
        core.write_chunks(_left_by(core, named).values())
        engine.write(Remove(named))
        practice_ids = tuple({record.payload["practice_id"] for record in gone})
        _delete_bare_practices(core, practice_ids)
        for document_id in {record.payload["document_id"] for record in gone}:
            _delete_bare_document(core, document_id)
        core.forget(attributes=True)


def stored_ids(core: Core, passage_ids: Iterable[str]) -> set[str]:
    """Which of the passages are there."""
    with core.visibility.reading():
        found = scan(core.engine, _named(passage_ids), ("passage_id",))
        return {record.payload["passage_id"] for record in found}


def _named(passage_ids: Iterable[str]) -> Where:
    ids = AnyOf("passage_id", tuple(passage_ids))
    return Where(must=(points.PASSAGES, ids), must_not=(points.STAGED,))


def _left_by(core: Core, passages: Where) -> dict[str, Point]:
    """What is left of the points that hold a practice too, by the passage that is to go from it.

    Read and written back whole: where another process replaces the document in between, the
    practice is there once more until the store is opened anew.
    """
    both = scan(core.engine, passages.and_(points.PRACTICES), True)
    return {
        record.payload["passage_id"]: Point(str(record.id), points.without_passage(record.payload))
        for record in both
    }


def _check_vectors(core: Core, passages: Sequence[OutsidePassage]) -> None:
    for length in {len(passage.dense) for passage in passages if passage.dense}:
        if core.meta.embedding is None:
            core.adopt(EmbeddingSpec("外部向量", "", length))
        core.check_dimension(length)


def _points_of(core: Core, document_id: str, passages: Sequence[OutsidePassage]) -> list[Point]:
    """The points of one document's passages, of the practices they lack, and its head."""
    head = core.head(document_id)
    generation = head["live"] if head else new_generation()
    document = points.document(head) if head else _bare_document(document_id, passages)
    fields = _practice_fields(core, passages, document_id)
    _check_free(core, {passage.practice for passage in passages} - fields.keys())
    written: list[Point] = []
    fresh: list[Practice] = []
    start = core.engine.count(_practices_in(document_id))
    for passage in passages:
        if passage.practice not in fields:
            practice = _bare_practice(passage, start + len(fresh))
            own = points.filter_fields(practice, document, generation) | passage.fields
            fresh.append(practice)
            fields[practice.id] = own
            point = points.practice_point(practice, own, generation)
            point.payload["outside"] = True
            written.append(point)
        own = fields[passage.practice] | passage.fields
        written.append(_passage_point(passage, own, generation, core.meta.vector))
    if head is None or fresh:
        written.insert(0, _head_point(document, generation, head, fresh))
    return written


def _check_free(core: Core, practice_ids: Iterable[str]) -> None:
    """Raise Conflict if one of the ids, which this document lacks, is another document's."""
    named = Where(must=(points.PRACTICES, AnyOf("practice_id", tuple(practice_ids))))
    for record in scan(core.engine, named, ("practice_id", "document_id")):
        raise Conflict(
            f"做法 {record.payload['practice_id']} 属于文件 {record.payload['document_id']}",
            hint="把 document_id 改成该文件，或另取 practice_id",
        )


def _practice_fields(
    core: Core, passages: Sequence[OutsidePassage], document_id: str
) -> dict[str, Payload]:
    """The filter fields of the practices of this document that are there."""
    ids = AnyOf("practice_id", tuple(passage.practice for passage in passages))
    names = (*points.FACETS, "practice_id", "generation", "issued_on")
    found = scan(core.engine, _practices_in(document_id).and_(ids), names)
    return {record.payload["practice_id"]: record.payload for record in found}


def _practices_in(document_id: str) -> Where:
    return Where(
        must=(points.PRACTICES, AnyOf("document_id", (document_id,))), must_not=(points.STAGED,)
    )


def _passage_point(
    passage: OutsidePassage, fields: Payload, generation: str, vector: str | None
) -> Point:
    embedded = EmbeddedPassage(
        Passage(
            id=passage.id,
            practice_id=passage.practice,
            document_id=passage.document_id,
            text=passage.text,
            context=passage.context,
        ),
        passage.dense or [],
        passage.sparse or Sparse([], []),
        passage.folded,
    )
    point = points.passage_point(embedded, fields, generation, vector)
    return Point(point.id, point.payload | passage.extra, point.vectors)


def _head_point(
    document: Document, generation: str, head: Payload | None, fresh: Sequence[Practice]
) -> Point:
    """The head with the new practices' tasks added."""
    point = points.head_point(document, generation, fresh)
    if head is None:
        point.payload["outside"] = True
        return point
    merged = _merged(points.tasks(head), points.tasks(point.payload))
    return Point(point.id, head | {"tasks": to_json(merged).decode()})


def _merged(*lists: Iterable[Sequence[object]]) -> list[list[object]]:
    counts: Counter[tuple[object, object]] = Counter()
    for tasks in lists:
        for task, measure, count in tasks:
            counts[task, measure] += int(str(count))
    return [[task, measure, count] for (task, measure), count in counts.items() if count > 0]


def _bare_document(document_id: str, passages: Sequence[OutsidePassage]) -> Document:
    text = "".join(passage.text for passage in passages)
    return Document(
        id=document_id,
        title=document_id,
        kind="practice_list",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _bare_practice(passage: OutsidePassage, sequence: int) -> Practice:
    length = len(passage.text)
    return Practice(
        id=passage.practice,
        document_id=passage.document_id,
        kind="plan_item" if passage.fields.get("kind") == "plan_item" else "practice",
        task=passage.fields.get("task"),
        measure=passage.fields.get("measure"),
        theme=passage.fields.get("theme"),
        path=(),
        title=passage.text[:TITLE] or passage.id,
        text=passage.text,
        source=Source(start=0, end=length, spans=((0, length),)),
        sequence=sequence,
    )


def _delete_bare_practices(core: Core, practice_ids: tuple[str, ...]) -> None:
    ids = AnyOf("practice_id", practice_ids)
    still = core.engine.facet("practice_id", Where(must=(points.PASSAGES, ids)))
    own = Where(must=(points.PRACTICES, ids))
    bare = [
        record
        for record in scan(core.engine, own, ("practice_id", "practice", "outside"))
        if record.payload.get("outside") and record.payload["practice_id"] not in still
    ]
    if bare:
        _forget_tasks(core, bare)
        core.engine.write(Remove(Where(must=(Has(tuple(record.id for record in bare)),))))


def _forget_tasks(core: Core, bare: Sequence[Record]) -> None:
    """Take practices that are about to go out of their documents' tasks."""
    by_document: dict[str, list[list[object]]] = defaultdict(list)
    for record in bare:
        practice = points.practice(record.payload)
        if practice.task is not None:
            by_document[practice.document_id].append([practice.task, practice.measure, -1])
    for document_id, gone in by_document.items():
        if head := core.head(document_id):
            merged = _merged(points.tasks(head), gone)
            head["tasks"] = to_json(merged).decode()
            core.engine.write(Upsert([Point(points.head_id(document_id), head)]))


def _delete_bare_document(core: Core, document_id: str) -> None:
    head = core.head(document_id)
    if head and head.get("outside") and not core.engine.count(_practices_in(document_id)):
        own = Where(must=(Has((points.head_id(document_id),)),))
        core.engine.write(Remove(own))
