"""What the corpus store offers, whichever engine holds it.

The read path (``api``) and the write path (``ingest``) know only these types; the engines'
own types stay in ``corpus.store.edge`` and ``corpus.store.server``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from corpus.model import Document, ParsedDocument, Passage, Practice
from corpus.registry import Records, Review


@dataclass(frozen=True)
class Sparse:
    """A sparse vector: parallel token ids (unsigned 32-bit) and weights."""

    indices: list[int]
    values: list[float]


@dataclass(frozen=True)
class EmbeddedPassage:
    """A passage with its two vectors. ``folded`` is what exact phrases are looked for in."""

    passage: Passage
    dense: list[float]
    sparse: Sparse
    folded: str


@dataclass(frozen=True)
class EmbeddingSpec:
    """Which model made the dense vectors, and how long they are."""

    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True)
class SearchFilter:
    """Conditions that hold together; within one field any value will do. Empty: no condition.

    Regions are adcodes and take in all divisions below them. Phrases are folded text that the
    passage must contain, all of them. Dates are inclusive and leave undated documents out.
    """

    regions: tuple[str, ...] = ()
    exclude_regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    phrases: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """A passage found by one channel, with what ranking and facets need of its practice.

    A tuple, since a search makes two hundred and a frozen dataclass takes four times as long.
    """

    passage_id: str
    practice_id: str
    generation: str  # of the document's version that the passage belongs to
    document_id: str
    kind: str
    task: str | None
    measure: str | None
    theme: str | None
    regions: tuple[str, ...]  # adcodes from the province down to the practice's own division
    level: str | None
    instruments: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class Candidates:
    """Best first, by channel; a channel that was not asked is empty.

    Where both were asked, what one of them found has its score in the other too.

    Attributes:
        dense: by cosine.
        sparse: by words; what has no word in common is not there.
    """

    dense: list[Candidate] = field(default_factory=list)
    sparse: list[Candidate] = field(default_factory=list)


@dataclass(frozen=True)
class StoreStats:
    """Counts of what is stored."""

    documents: int
    practices: int
    plan_items: int
    passages: int


class CorpusStore(Protocol):
    """The corpus, kept. One process owns it. Safe to call from several threads."""

    @property
    def label(self) -> str:
        """The engine and where it is, for ``/v1/stats``."""

    @property
    def embedding(self) -> EmbeddingSpec | None:
        """The model whose vectors are stored; None in an empty store."""

    def replace_document(
        self,
        parsed: ParsedDocument,
        passages: Sequence[EmbeddedPassage],
        records: Mapping[str, Records] | None = None,
    ) -> ParsedDocument:
        """Store a document in place of the one with its id, all or nothing.

        ``records`` are the registry's records by practice id; they stand and fall with it.

        A process killed at any point leaves, once the store is opened again, either the old
        document or the new one, whole. Practice ids of the old that the new lacks become aliases
        of the new practices whose text is the same or nearest; returns ``parsed`` with these.

        Raises:
            StoreFull: no room; the old document is untouched.
            ModelMismatch: the vectors are not of the stored model's dimension.
        """

    def delete_document(self, document_id: str) -> bool:
        """Remove a document and all that came from it; whether it was there. All or nothing."""

    def documents(self) -> list[Document]:
        """All documents, by ``order`` then id."""

    def document(self, document_id: str) -> Document | None:
        """One document."""

    def parsed(self, document_id: str) -> ParsedDocument | None:
        """One document with its practices, outline, report and blocks."""

    def practice(self, practice_id: str) -> Practice | None:
        """One practice by its id, or by an alias of it."""

    def practices(self, practice_ids: Iterable[str]) -> dict[str, Practice]:
        """Several practices by their present ids (aliases are not followed)."""

    def practices_found(self, candidates: Iterable[Candidate]) -> dict[str, Practice]:
        """The practices that candidates are passages of, by id; those that are gone are left out.

        Quicker than ``practices``, since a candidate says where its practice is kept.
        """

    def practices_of(self, document_id: str) -> list[Practice]:
        """A document's practices in source order."""

    def records(
        self, document_id: str, where: SearchFilter | None = None
    ) -> list[tuple[Practice, Records]]:
        """A document's practices that meet the filter, with their records, in source order."""

    def records_of(self, practice_id: str) -> Records:
        """The registry's records of one practice by its present id; empty ones if unknown."""

    def reviews(self) -> list[Review]:
        """Every decision that was kept, in no order."""

    def add_review(self, review: Review) -> None:
        """Keep a decision for good; no document's replacement or deletion removes it."""

    def search(
        self,
        dense: Sequence[float] | None,
        sparse: Sparse | None,
        where: SearchFilter,
        limit: int,
    ) -> Candidates:
        """The best ``limit`` passages by each channel asked, in one batch."""

    def count(self, where: SearchFilter) -> int:
        """How many passages satisfy the filter."""

    def facet(self, field: str, where: SearchFilter | None = None) -> dict[str, int]:
        """Exact counts of *practices and plan items* by a field's values.

        ``field`` is one of ``regions`` (adcodes, each practice counted for all its ancestors),
        ``level``, ``task``, ``measure``, ``theme``, ``document_id``, ``kind``.
        """

    def tasks(self) -> list[tuple[str, str | None, str, int]]:
        """``(task, measure, document_id, count)`` of practices and items, in document order."""

    def undated(self) -> set[str]:
        """Ids of the documents without a date of issue."""

    def passages(self, batch: int = 1000) -> Iterator[list[Passage]]:
        """Every stored passage, in batches."""

    def set_embedding(
        self,
        spec: EmbeddingSpec,
        embed: Callable[[list[Passage]], list[list[float]]],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make ``spec`` the store's model, re-embedding what is stored. Changes no id.

        Searches go on with the old vectors until all new ones are there; a process killed on the
        way leaves the old model in force.
        """

    def warm_up(self) -> int:
        """Read ahead what makes the first searches slow; of how many passages."""

    def stats(self) -> StoreStats:
        """Counts of what is stored."""

    def optimize(self) -> None:
        """Settle the index after a large load; ``warm_up`` then reads ahead what is new."""

    def close(self) -> None:
        """Flush and release the store."""
