"""The corpus kept in Qdrant: ``CorpusStore`` over either engine.

A document is replaced by writing a new generation of its points, then its head, then deleting the
old generation. The head is one point, so its upsert is the moment of the switch; what a killed
process left around it is settled when the store is opened (``corpus.store.recovery``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from corpus.errors import StoreError
from corpus.model import Document, ParsedDocument, Passage, Practice
from corpus.registry import Records, Review
from corpus.store import points, reembed
from corpus.store.aliases import carry_aliases
from corpus.store.base import (
    Candidate,
    Candidates,
    EmbeddedPassage,
    EmbeddingSpec,
    SearchFilter,
    Sparse,
    StoreStats,
)
from corpus.store.core import Core, new_generation
from corpus.store.engine import (
    AnyOf,
    Condition,
    Engine,
    Has,
    Near,
    Operation,
    Payload,
    PointId,
    Record,
    Remove,
    Unset,
    Upsert,
    Where,
    scan,
)
from corpus.store.recovery import GRACE, recover

SEVERAL = 500  # ids asked for in one filter


class QdrantCorpus:
    """The corpus in a Qdrant engine; see ``corpus.store.base.CorpusStore`` for the contract.

    Writers come one at a time. Readers go on meanwhile, but for the moment of a switch.

    Args:
        engine: where the points are; closed with the corpus.
        grace: see ``corpus.store.recovery.recover``.
    """

    def __init__(self, engine: Engine, *, grace: float = GRACE) -> None:
        self.core = Core(engine)
        self.closed = False
        recover(self.core, grace)

    @property
    def label(self) -> str:
        """The engine and where it is."""
        return self.core.engine.label

    @property
    def embedding(self) -> EmbeddingSpec | None:
        """The model whose vectors are stored; None before ``set_embedding``."""
        return self.core.meta.embedding

    # Writing

    def replace_document(
        self,
        parsed: ParsedDocument,
        passages: Sequence[EmbeddedPassage],
        records: Mapping[str, Records] | None = None,
    ) -> ParsedDocument:
        """Store a document in place of the one with its id; see ``CorpusStore``.

        Raises:
            StoreFull: no room; the old document is untouched.
            ModelMismatch: no model is registered, or its vectors are of another length.
            ValueError: a passage belongs to no practice of the document.
        """
        core = self.core
        with core.writing():
            for length in {len(embedded.dense) for embedded in passages if embedded.dense}:
                core.check_dimension(length)
            core.engine.require(points.document_weight(parsed, passages))
            old = core.head(parsed.document.id)
            parsed = _with_themes(self._with_aliases(parsed, old), records or {})
            generation = new_generation()
            new = points.document_points(
                parsed,
                passages,
                records or {},
                generation,
                core.meta.vector,
                staged=not core.engine.exclusive,
            )
            head = points.head_point(parsed.document, generation, parsed.practices)
            with self._all_or_nothing(parsed.document.id, generation):
                core.visibility.hide(generation)
                passages_written = core.write_chunks(new)
                with core.visibility.closed():
                    # Where others write too, one may have come in between.
                    others = old is not None or not core.engine.exclusive
                    rest = self._after(parsed.document.id, generation, others=others)
                    core.engine.write(Upsert([head]), *rest)
                    core.visibility.show(generation)
                    core.forget()
            core.remember_passages(passages_written)
        return parsed

    def delete_document(self, document_id: str) -> bool:
        """Remove a document and all that came from it; whether it was there."""
        core = self.core
        head = Remove(Where(must=(Has((points.head_id(document_id),)),)))
        with core.writing():
            if self.core.head(document_id) is None:
                return False
            with self._all_or_nothing(document_id), core.visibility.closed():
                core.engine.write(head, Remove(points.of_document(document_id)))
                core.forget()
        return True

    def set_embedding(
        self,
        spec: EmbeddingSpec,
        embed: Callable[[list[Passage]], list[list[float]]],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make ``spec`` the store's model; see ``CorpusStore``. Other writers wait meanwhile.

        Raises:
            StoreFull: no room for the new vectors; the old model stays in force.
            ModelMismatch: ``embed`` gave vectors of another length than ``spec`` says.
        """
        reembed.set_embedding(self.core, spec, embed, progress)

    def optimize(self) -> None:
        """Settle the index; to be called once after a large load.

        On Qdrant Edge nothing else runs in the process meanwhile: a second for 12,000 passages, one
        or two minutes for 150,000. Unsettled, a search of 150,000 takes four times as long. A
        server settles by itself. Where nothing is to be done it takes milliseconds. What was
        settled lies in new files, for which the first searches wait unless ``warm_up`` reads them.
        """
        with self.core.writing():
            self.core.engine.settle()

    def close(self) -> None:
        """Flush and release the store, once those at work in it have finished."""
        with self.core.writing(), self.core.visibility.closed():
            self.closed = True
            self.core.engine.close()

    # Documents and practices

    def documents(self) -> list[Document]:
        """All documents, by ``order`` then id."""
        with self.core.visibility.reading():
            return list(self.core.remember("documents", self._documents))

    def document(self, document_id: str) -> Document | None:
        """One document."""
        with self.core.visibility.reading():
            head = self.core.head(document_id)
        return None if head is None else points.document(head)

    def parsed(self, document_id: str) -> ParsedDocument | None:
        """One document with its practices, outline, report and blocks."""
        parts = Where(must=(AnyOf("document_id", (document_id,)), AnyOf("record", ("content",))))
        with self.core.visibility.reading() as hidden:
            head = self.core.head(document_id)
            if head is None:
                return None
            practices = self._practices_of(document_id, hidden)
            content = [r.payload for r in scan(self.core.engine, self._seen(parts, hidden), True)]
        outline, report, blocks = points.content(content, practices)
        return ParsedDocument(
            document=points.document(head),
            practices=tuple(practices),
            outline=outline,
            blocks=blocks,
            report=report,
        )

    def practice(self, practice_id: str) -> Practice | None:
        """One practice by its id, or by an alias of it."""
        ids = (practice_id,)
        either = Where(should=(AnyOf("practice_id", ids), AnyOf("aliases", ids)))
        found = self._practices(points.PRACTICES, either)
        found.sort(key=lambda practice: practice.id != practice_id)
        return found[0] if found else None

    def practices(self, practice_ids: Iterable[str]) -> dict[str, Practice]:
        """Several practices by their present ids, in the order asked; unknown ids are left out."""
        wanted = list(dict.fromkeys(practice_ids))
        found: dict[str, Practice] = {}
        for start in range(0, len(wanted), SEVERAL):
            ids = AnyOf("practice_id", tuple(wanted[start : start + SEVERAL]))
            found.update((p.id, p) for p in self._practices(points.PRACTICES, ids))
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def practices_found(self, candidates: Iterable[Candidate]) -> dict[str, Practice]:
        """The practices that candidates are passages of, in their order; see ``CorpusStore``."""
        wanted = {
            one.practice_id: points.practice_point_id(one.practice_id, one.generation)
            for one in candidates
        }
        with self.core.visibility.reading():
            at = self.core.practices_at(list(wanted.values()))
        found = {practice.id: practice for practice in at.values()}
        if len(found) < len(wanted):  # their document has been replaced since, or deleted
            found |= self.practices(id_ for id_ in wanted if id_ not in found)
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def practices_of(self, document_id: str) -> list[Practice]:
        """A document's practices in source order."""
        with self.core.visibility.reading() as hidden:
            return self._practices_of(document_id, hidden)

    # The registry

    def records(
        self, document_id: str, where: SearchFilter | None = None
    ) -> list[tuple[Practice, Records]]:
        """A document's practices that meet the filter, with their records, in source order."""
        conditions = points.search_conditions(where or SearchFilter())
        with self.core.visibility.reading() as hidden:
            if where is not None and where.phrases:
                conditions = self._said(conditions, hidden)
            own = conditions.and_(points.PRACTICES, AnyOf("document_id", (document_id,)))
            pages = scan(self.core.engine, self._seen(own, hidden), ("practice", "records"))
            found = [(points.practice(r.payload), points.records(r.payload)) for r in pages]
        return sorted(found, key=lambda pair: pair[0].sequence)

    def records_of(self, practice_id: str) -> Records:
        """The registry's records of one practice by its present id; empty ones if unknown."""
        own = Where(must=(points.PRACTICES, AnyOf("practice_id", (practice_id,))))
        with self.core.visibility.reading() as hidden:
            for record in scan(self.core.engine, self._seen(own, hidden), ("records",)):
                return points.records(record.payload)
        return points.NO_RECORDS

    def reviews(self) -> list[Review]:
        """Every decision that was kept, in no order."""
        with self.core.visibility.reading():
            return list(self.core.remember("reviews", self._reviews))

    def add_review(self, review: Review) -> None:
        """Keep a decision for good."""
        with self.core.writing(), self.core.visibility.closed():
            self.core.engine.require(0)
            self.core.engine.write(Upsert([points.review_point(review)]))
            self.core.forget()

    # Searching and counting

    def search(
        self,
        dense: Sequence[float] | None,
        sparse: Sparse | None,
        where: SearchFilter,
        limit: int,
    ) -> Candidates:
        """The best ``limit`` passages by each channel asked, in one batch.

        Raises:
            ModelMismatch: ``dense`` is not of the stored model's length.
        """
        return self.nearest(dense, sparse, points.search_conditions(where), limit)

    def nearest(
        self, dense: Sequence[float] | None, sparse: Sparse | None, where: Where, limit: int
    ) -> Candidates:
        """``search`` with the engine's own conditions."""
        channels: dict[str, list[tuple[PointId, float]]] = {"dense": [], "sparse": []}
        with self.core.visibility.reading() as hidden:
            queries: dict[str, Near] = {}
            if dense is not None and self.core.meta.vector is not None:
                self.core.check_dimension(len(dense))
                queries["dense"] = Near(dense, self.core.meta.vector)
            if sparse is not None and sparse.indices:
                queries["sparse"] = Near(sparse, points.SPARSE)
            if queries and limit > 0:
                conditions = self._seen(where, hidden)
                found = self.core.engine.query(list(queries.values()), conditions, limit)
                channels.update(zip(queries, found, strict=True))
            missing = _missing(channels["dense"], channels["sparse"], limit)
            if missing:
                asked = [replace(queries[name], among=ids) for name, ids in missing.items()]
                most = max(map(len, missing.values()))
                found = self.core.engine.query(asked, Where(), most)
                for name, more in zip(missing, found, strict=True):
                    channels[name] = sorted([*channels[name], *more], key=lambda hit: -hit[1])
            # Both channels together: what is not known costs one call, whoever found it.
            hits = [hit for found in channels.values() for hit in found]
            known = self.core.attributes_of([id_ for id_, _ in hits])
        candidates = [
            points.candidate(attributes, score) if attributes is not None else None
            for (_, score), attributes in zip(hits, known, strict=True)
        ]
        by_dense = len(channels["dense"])
        return Candidates(_present(candidates[:by_dense]), _present(candidates[by_dense:]))

    def warm_up(self) -> int:
        """Read ahead what every search needs of the passages, up to some 400,000; how many."""
        meta = self.core.meta
        if meta.vector is not None and meta.embedding is not None:
            self.core.engine.read_ahead(meta.vector, meta.embedding.dimension)
        return self.core.learn(Where(must=(points.PASSAGES,)))

    def count(self, where: SearchFilter) -> int:
        """How many passages satisfy the filter."""
        return self.count_passages(points.search_conditions(where))

    def count_passages(self, where: Where) -> int:
        """``count`` with the engine's own conditions."""
        with self.core.visibility.reading() as hidden:
            return self.core.engine.count(self._seen(where.and_(points.PASSAGES), hidden))

    def facet(self, field: str, where: SearchFilter | None = None) -> dict[str, int]:
        """Exact counts of practices and plan items by a field's values; see ``CorpusStore``.

        Raises:
            ValueError: there is no such field.
        """
        if field not in points.FACETS:
            raise ValueError(f"cannot count by {field}")
        with self.core.visibility.reading() as hidden:
            if where is None or where == SearchFilter():
                return dict(
                    self.core.remember(
                        f"facet {field}", lambda: self._facet(field, Where(), hidden)
                    )
                )
            conditions = points.search_conditions(where)
            if where.phrases:
                conditions = self._said(conditions, hidden)
            return self._facet(field, conditions, hidden)

    def tasks(self) -> list[tuple[str, str | None, str, int]]:
        """``(task, measure, document_id, count)`` of practices and items, in document order."""
        with self.core.visibility.reading():
            return list(self.core.remember("tasks", self._tasks))

    def undated(self) -> set[str]:
        """Ids of the documents without a date of issue."""
        with self.core.visibility.reading():
            documents = self.core.remember("documents", self._documents)
        return {document.id for document in documents if document.issued_on is None}

    def passages(self, batch: int = 1000) -> Iterator[list[Passage]]:
        """Every stored passage, in batches; what is replaced meanwhile may be missed."""
        for records in self.pages(Where(), batch):
            yield [points.passage(record.payload) for record in records]

    def pages(
        self, where: Where, batch: int = 1000, *, vectors: bool = False
    ) -> Iterator[list[Record]]:
        """The points of the passages that satisfy the engine's own conditions, in batches."""
        after: PointId | None = None
        while True:
            with self.core.visibility.reading() as hidden:
                seen = self._seen(where.and_(points.PASSAGES), hidden)
                found, after = self.core.engine.page(seen, True, batch, after, vectors)
            if found:
                yield found
            if after is None:
                return

    def stats(self) -> StoreStats:
        """Counts of what is stored."""
        with self.core.visibility.reading() as hidden:
            return self.core.remember("stats", lambda: self._stats(hidden))

    # Within one read

    def _seen(self, where: Where, hidden: frozenset[str]) -> Where:
        """The conditions, and that the points have come into force."""
        if not self.core.engine.exclusive:
            where = where.but_not(points.STAGED)
        return where.but_not(AnyOf("generation", tuple(hidden))) if hidden else where

    def _heads(self, *fields: str) -> Iterator[Payload]:
        heads = scan(self.core.engine, Where(must=(points.HEADS,)), fields or True)
        return (head.payload for head in heads)

    def _practices(self, *conditions: Condition) -> list[Practice]:
        with self.core.visibility.reading() as hidden:
            where = self._seen(Where(must=conditions), hidden)
            found = list(scan(self.core.engine, where, ("practice",)))
        return [points.practice(record.payload) for record in found]

    def _practices_of(self, document_id: str, hidden: frozenset[str]) -> list[Practice]:
        own = Where(must=(points.PRACTICES, AnyOf("document_id", (document_id,))))
        records = scan(self.core.engine, self._seen(own, hidden), ("practice",))
        found = [points.practice(record.payload) for record in records]
        return sorted(found, key=lambda practice: practice.sequence)

    def _documents(self) -> list[Document]:
        found = [points.document(head) for head in self._heads("document")]
        return sorted(found, key=lambda document: (document.order, document.id))

    def _tasks(self) -> list[tuple[str, str | None, str, int]]:
        heads = [(points.document(h), points.tasks(h)) for h in self._heads()]
        heads.sort(key=lambda pair: (pair[0].order, pair[0].id))
        return [
            (task, measure, document.id, count)
            for document, tasks in heads
            for task, measure, count in tasks
        ]

    def _said(self, conditions: Where, hidden: frozenset[str]) -> Where:
        """Phrases are said by passages: ask them which practices are meant."""
        said = self._seen(conditions.and_(points.PASSAGES), hidden)
        ids = tuple(self.core.engine.facet("practice_id", said))
        return Where(must=(AnyOf("practice_id", ids) if ids else Has(()),))

    def _reviews(self) -> list[Review]:
        found = scan(self.core.engine, Where(must=(points.REVIEWS,)), ("review",))
        return [points.review(record.payload) for record in found]

    def _facet(self, field: str, where: Where, hidden: frozenset[str]) -> dict[str, int]:
        return self.core.engine.facet(field, self._seen(where.and_(points.PRACTICES), hidden))

    def _stats(self, hidden: frozenset[str]) -> StoreStats:
        engine = self.core.engine
        kinds = engine.facet("kind", self._seen(Where(must=(points.PRACTICES,)), hidden))
        return StoreStats(
            documents=engine.count(Where(must=(points.HEADS,))),
            practices=kinds.get("practice", 0),
            plan_items=kinds.get("plan_item", 0),
            passages=engine.count(self._seen(Where(must=(points.PASSAGES,)), hidden)),
        )

    # Within one write

    def _with_aliases(self, parsed: ParsedDocument, head: Payload | None) -> ParsedDocument:
        """The document with the ids that the one of ``head`` had and it has not."""
        if head is None:
            return parsed
        old = self.practices_of(parsed.document.id)
        same = points.document(head).sha256 == parsed.document.sha256
        practices = carry_aliases(old, parsed.practices, same_source=same)
        return parsed.model_copy(update={"practices": practices})

    def _after(self, document_id: str, generation: str, *, others: bool) -> list[Operation]:
        """What follows once a head names a generation: others go, and the mark of this one.

        Where there can be no others they are not looked for, which takes a scan.
        """
        rest: list[Operation] = []
        if others:
            rest.append(Remove(points.of_document(document_id, but=generation)))
        if not self.core.engine.exclusive:
            rest.append(Unset(points.of_generation(generation), ("state",)))
        return rest

    @contextmanager
    def _all_or_nothing(self, document_id: str, *written: str) -> Iterator[None]:
        """If the write fails, go by the head: what it names is shown, all else is hidden.

        What is hidden is cleared away at once if the engine lets us, else on the next opening.
        """
        before = self.core.head(document_id)
        try:
            yield
        except BaseException:
            with suppress(StoreError):
                after = self.core.head(document_id)
                live = None if after is None else after["live"]
                if live is not None:
                    self.core.visibility.show(live)
                self.core.forget()
                for generation in {*written, *([before["live"]] if before else [])} - {live}:
                    self.core.visibility.hide(generation)
                    self.core.engine.write(Remove(points.of_generation(generation)))
                    self.core.visibility.show(generation)
            raise


def _with_themes(parsed: ParsedDocument, records: Mapping[str, Records]) -> ParsedDocument:
    """The document, each practice with the theme that its records give it."""
    themed = tuple(
        practice.model_copy(update={"theme": records[practice.id].theme})
        if practice.id in records
        else practice
        for practice in parsed.practices
    )
    return parsed.model_copy(update={"practices": themed})


def _missing(
    dense: Sequence[tuple[PointId, float]], sparse: Sequence[tuple[PointId, float]], limit: int
) -> dict[str, tuple[PointId, ...]]:
    """By channel what only the other one found, if it may have a score for that.

    A sparse channel that is not full has found all that have a word in common.
    """
    if not (dense and sparse):
        return {}
    by_vector, by_words = ({id_ for id_, _ in channel} for channel in (dense, sparse))
    missing = {"dense": tuple(by_words - by_vector)}
    if len(sparse) == limit:
        missing["sparse"] = tuple(by_vector - by_words)
    return {name: ids for name, ids in missing.items() if ids}


def _present(candidates: Iterable[Candidate | None]) -> list[Candidate]:
    """Those whose points are still there."""
    return [candidate for candidate in candidates if candidate is not None]
