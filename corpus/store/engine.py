"""The contract of a vector engine: the little of Qdrant that the corpus needs, in our own types.

``corpus.store.edge`` and ``corpus.store.server`` keep it. Conditions are values, so a filter can be
built and compared without an engine; points carry plain payloads and vectors by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from corpus.store.base import Sparse

PointId = int | str | UUID
Payload = dict[str, Any]
Vector = Sequence[float] | Sparse
Fields = tuple[str, ...] | bool
"""Which payload fields to return: all, none, or the named ones."""


@dataclass(frozen=True)
class AnyOf:
    """The field, or an element of it, is one of the texts."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """The field is a number within the bounds; None is no bound."""

    field: str
    gte: float | None = None
    gt: float | None = None
    lte: float | None = None
    lt: float | None = None


@dataclass(frozen=True)
class Dated:
    """The field is an ISO 8601 text within the bounds, themselves ISO 8601; None is no bound."""

    field: str
    gte: str | None = None
    gt: str | None = None
    lte: str | None = None
    lt: str | None = None


@dataclass(frozen=True)
class Contains:
    """The field is a text that contains ``text``, character by character."""

    field: str
    text: str


@dataclass(frozen=True)
class Absent:
    """The field is missing, null or an empty list."""

    field: str


@dataclass(frozen=True)
class Has:
    """The point has one of the ids; no id, no point."""

    ids: tuple[PointId, ...]


@dataclass(frozen=True)
class Where:
    """All of ``must``, none of ``must_not`` and, where there are any, one of ``should``."""

    must: tuple[Condition, ...] = ()
    should: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()

    def and_(self, *conditions: Condition) -> Where:
        """With further conditions that must hold."""
        return Where((*self.must, *conditions), self.should, self.must_not)

    def but_not(self, *conditions: Condition) -> Where:
        """With further conditions that must not hold."""
        return Where(self.must, self.should, (*self.must_not, *conditions))


Condition = AnyOf | Between | Dated | Contains | Absent | Has | Where


@dataclass(frozen=True, slots=True)
class Point:
    """What is stored: an id (a UUID's text), a payload, vectors by name."""

    id: str
    payload: Payload
    vectors: Mapping[str, Vector] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A stored point as it comes back; dense vectors are unit length."""

    id: PointId
    payload: Payload
    vectors: Mapping[str, Vector]


@dataclass(frozen=True)
class Near:
    """Ask for the points nearest to a vector, by the vector of that name; among some, if given."""

    vector: Vector
    using: str
    among: tuple[PointId, ...] | None = None

    def conditions(self, where: Where) -> Where:
        """What a point must satisfy where the batch asks for ``where``."""
        return where if self.among is None else where.and_(Has(self.among))


@dataclass(frozen=True)
class Upsert:
    """Store points, in place of those with their ids. All or nothing for up to 2,000 points."""

    points: Sequence[Point]


@dataclass(frozen=True)
class Remove:
    """Delete the points that satisfy a filter."""

    where: Where


@dataclass(frozen=True)
class Unset:
    """Delete payload fields of the points that satisfy a filter."""

    where: Where
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Revector:
    """Give stored points a further vector."""

    using: str
    vectors: Sequence[tuple[PointId, Sequence[float]]]


Operation = Upsert | Remove | Unset | Revector


@dataclass(frozen=True)
class Schema:
    """The payload fields that are filtered and counted by, and the sparse vector's name."""

    keywords: tuple[str, ...]
    substrings: tuple[str, ...]
    integers: tuple[str, ...]
    sparse: str


class Engine(Protocol):
    """A collection of points in one engine. Errors are those of ``corpus.errors``."""

    @property
    def label(self) -> str:
        """The engine and where it is."""

    @property
    def exclusive(self) -> bool:
        """Whether no other process can read or write the collection."""

    def prepare(self, schema: Schema) -> None:
        """Create what the schema needs and is not there yet."""

    def create_dense(self, name: str, dimension: int) -> None:
        """Add a named dense vector, compared by cosine."""

    def delete_dense(self, name: str) -> None:
        """Remove a named dense vector; nothing happens if there is none."""

    def write(self, *operations: Operation) -> None:
        """Apply operations in order. Each is kept by a log before it is applied."""

    def query(
        self, queries: Sequence[Near], where: Where, limit: int
    ) -> list[list[tuple[PointId, float]]]:
        """For each query the nearest points and their scores, best first, in one batch."""

    def retrieve(self, ids: Sequence[PointId], fields: Fields) -> list[Record]:
        """The points with these ids, without vectors, in no order."""

    def page(
        self,
        where: Where,
        fields: Fields,
        limit: int,
        after: PointId | None = None,
        vectors: bool = False,
    ) -> tuple[list[Record], PointId | None]:
        """Points in id order, and where the next page starts; None after the last."""

    def count(self, where: Where) -> int:
        """How many points satisfy the filter, exactly."""

    def facet(self, key: str, where: Where) -> dict[str, int]:
        """How many of the points that satisfy the filter have each value, exactly."""

    def require(self, size: int) -> None:
        """Raise StoreFull unless about ``size`` bytes more can be kept."""

    def settle(self) -> None:
        """Index what was written since the last time."""

    def read_ahead(self, using: str, dimension: int) -> None:
        """Bring the dense vectors of that name into memory, if the engine runs in this process."""

    def close(self) -> None:
        """Flush and release."""


def scan(
    engine: Engine, where: Where, fields: Fields, *, batch: int = 1000, vectors: bool = False
) -> Iterator[Record]:
    """All points that satisfy a filter, in id order."""
    after: PointId | None = None
    while True:
        records, after = engine.page(where, fields, batch, after, vectors)
        yield from records
        if after is None:
            return
