"""The engine elsewhere: a Qdrant server or cluster. Nothing else imports qdrant_client.

Needs Qdrant 1.18 or newer, where named vectors can be added to a collection. Writes go through the
leader of their shard, in order, and are waited for. Large writes are split into requests that stay
well under the server's limit of 32 MiB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import cast

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from corpus.errors import ModelMismatch, StoreError, StoreFull
from corpus.store.base import Sparse
from corpus.store.engine import (
    Absent,
    AnyOf,
    Between,
    Condition,
    Contains,
    Dated,
    Fields,
    Has,
    Near,
    Operation,
    Point,
    PointId,
    Record,
    Remove,
    Revector,
    Schema,
    Unset,
    Upsert,
    Vector,
    Where,
)

REQUEST = 12 * 2**20  # bytes of JSON, about, in one request
TIMEOUT = 60  # seconds
FACET_LIMIT = 10_000_000


class ServerEngine:
    """A collection on a Qdrant server.

    Args:
        client: the connection; closed with the engine.
        collection: name of the collection; created if it is not there.
        sparse: name of the sparse vector.
        address: where the server is, for messages.
        shard_number: shards of a new collection.
        replication_factor: replicas of a new collection.

    Raises:
        StoreError: the server does not answer, or refuses.
    """

    exclusive = False

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        sparse: str,
        *,
        address: str,
        shard_number: int = 1,
        replication_factor: int = 1,
    ) -> None:
        self._client = client
        self._collection = collection
        self._address = address
        self._errors = _Errors(address)
        with self._errors:
            if not client.collection_exists(collection):
                client.create_collection(
                    collection,
                    vectors_config={},
                    sparse_vectors_config={
                        sparse: models.SparseVectorParams(modifier=models.Modifier.IDF)
                    },
                    shard_number=shard_number,
                    replication_factor=replication_factor,
                    on_disk_payload=True,
                )

    @property
    def label(self) -> str:
        """The server and the collection."""
        return f"Qdrant {self._address} {self._collection}"

    def prepare(self, schema: Schema) -> None:
        """Create the payload indexes."""
        keyword, integer = models.KeywordIndexType.KEYWORD, models.IntegerIndexType.INTEGER
        indexes: dict[str, models.KeywordIndexParams | models.IntegerIndexParams] = {}
        for name in schema.keywords:
            indexes[name] = models.KeywordIndexParams(type=keyword, enable_hnsw=False)
        for name in schema.substrings:
            indexes[name] = models.KeywordIndexParams(
                type=keyword, enable_hnsw=False, prefix=True, memory=models.Memory.COLD
            )
        for name in schema.integers:
            indexes[name] = models.IntegerIndexParams(
                type=integer, lookup=False, range=True, enable_hnsw=False
            )
        with self._errors:
            for name, params in indexes.items():
                self._client.create_payload_index(self._collection, name, params, wait=True)

    def create_dense(self, name: str, dimension: int) -> None:
        """Add a named dense vector."""
        dense = models.DenseVectorConfig(size=dimension, distance=models.Distance.COSINE)
        with self._errors:
            self._client.create_vector_name(
                self._collection, name, models.DenseVectorNameConfig(dense=dense)
            )

    def delete_dense(self, name: str) -> None:
        """Remove a named dense vector."""
        with self._errors:
            params = self._client.get_collection(self._collection).config.params
            if isinstance(params.vectors, dict) and name in params.vectors:
                self._client.delete_vector_name(self._collection, name)

    def write(self, *operations: Operation) -> None:
        """Apply operations in order, as few requests as their size allows."""
        pending: list[models.UpdateOperation] = []
        size = 0
        for operation, weight in _updates(operations):
            if pending and size + weight > REQUEST:
                self._send(pending)
                pending, size = [], 0
            pending.append(operation)
            size += weight
        if pending:
            self._send(pending)

    def query(
        self, queries: Sequence[Near], where: Where, limit: int
    ) -> list[list[tuple[PointId, float]]]:
        """Nearest points for all queries in one request."""
        params = models.SearchParams(hnsw_ef=max(128, 2 * limit))
        requests = [
            models.QueryRequest(
                query=models.NearestQuery(nearest=_vector(near.vector)),
                using=near.using,
                filter=_filter(near.conditions(where)),
                params=params,
                limit=limit,
                with_payload=False,
            )
            for near in queries
        ]
        with self._errors:
            found = self._client.query_batch_points(self._collection, requests)
        return [[(_id(point.id), point.score) for point in hits.points] for hits in found]

    def retrieve(self, ids: Sequence[PointId], fields: Fields) -> list[Record]:
        """Points by id."""
        with self._errors:
            found = self._client.retrieve(
                self._collection, list(ids), with_payload=_payload(fields), with_vectors=False
            )
        return [_record(point) for point in found]

    def page(
        self,
        where: Where,
        fields: Fields,
        limit: int,
        after: PointId | None = None,
        vectors: bool = False,
    ) -> tuple[list[Record], PointId | None]:
        """Points in id order, from ``after`` on."""
        with self._errors:
            found, following = self._client.scroll(
                self._collection,
                scroll_filter=_filter(where),
                limit=limit,
                offset=after,
                with_payload=_payload(fields),
                with_vectors=vectors,
            )
        return [_record(point) for point in found], None if following is None else _id(following)

    def count(self, where: Where) -> int:
        """How many points satisfy the filter."""
        with self._errors:
            return self._client.count(
                self._collection, count_filter=_filter(where), exact=True
            ).count

    def facet(self, key: str, where: Where) -> dict[str, int]:
        """Counts by value."""
        with self._errors:
            found = self._client.facet(
                self._collection, key, facet_filter=_filter(where), limit=FACET_LIMIT, exact=True
            )
        return {str(hit.value): hit.count for hit in found.hits}

    def require(self, size: int) -> None:
        """The server's disk is its own affair; it refuses a write that it has no room for."""

    def settle(self) -> None:
        """Nothing: a server optimizes by itself."""

    def read_ahead(self, using: str, dimension: int) -> None:
        """Nothing: a server sees to its own memory."""

    def close(self) -> None:
        """Close the connection."""
        with self._errors:
            self._client.close()

    def _send(self, operations: Sequence[models.UpdateOperation]) -> None:
        with self._errors:
            self._client.batch_update_points(
                self._collection,
                update_operations=operations,
                wait=True,
                ordering=models.WriteOrdering.STRONG,
            )


def connect(url: str, api_key: str | None) -> QdrantClient:
    """A client of the server; nothing is sent yet."""
    return QdrantClient(url=url, api_key=api_key, timeout=TIMEOUT, check_compatibility=False)


def _id(id_: object) -> PointId:
    return str(id_)


def _vector(vector: Vector) -> models.SparseVector | list[float]:
    if isinstance(vector, Sparse):
        return models.SparseVector(indices=vector.indices, values=vector.values)
    return vector if isinstance(vector, list) else list(vector)


def _updates(operations: Sequence[Operation]) -> Iterator[tuple[models.UpdateOperation, int]]:
    """Each operation in the client's terms, with its size in bytes; upserts in pieces."""
    for operation in operations:
        match operation:
            case Upsert(points):
                for part, size in _parts(points):
                    batch = models.PointsList(points=part)
                    yield models.UpsertOperation(upsert=batch), size
            case Remove(where):
                selector = models.FilterSelector(filter=_filter(where))
                yield models.DeleteOperation(delete=selector), 1000
            case Unset(where, fields):
                unset = models.DeletePayload(keys=list(fields), filter=_filter(where))
                yield models.DeletePayloadOperation(delete_payload=unset), 1000
            case Revector(using, vectors):
                moved = [
                    models.PointVectors(id=id_, vector={using: _vector(vector)})
                    for id_, vector in vectors
                ]
                update = models.UpdateVectors(points=moved)
                size = sum(100 + 20 * len(vector) for _, vector in vectors)
                yield models.UpdateVectorsOperation(update_vectors=update), size


def _parts(points: Sequence[Point]) -> Iterator[tuple[list[models.PointStruct], int]]:
    part: list[models.PointStruct] = []
    size = 0
    for point in points:
        weight = _weight(point)
        if part and size + weight > REQUEST:
            yield part, size
            part, size = [], 0
        vectors = {name: _vector(vector) for name, vector in point.vectors.items()}
        part.append(models.PointStruct(id=point.id, payload=point.payload, vector=vectors))
        size += weight
    if part:
        yield part, size


def _weight(point: Point) -> int:
    """Bytes of JSON for a point, about: 20 for a number, 3 for a character."""
    texts = sum(3 * len(value) for value in point.payload.values() if isinstance(value, str))
    numbers = sum(
        2 * len(vector.indices) if isinstance(vector, Sparse) else len(vector)
        for vector in point.vectors.values()
    )
    return 1000 + texts + 20 * numbers


def _record(point: models.Record) -> Record:
    vectors: dict[str, Vector] = {}
    if isinstance(point.vector, dict):
        for name, vector in point.vector.items():
            if isinstance(vector, models.SparseVector):
                vectors[name] = Sparse(vector.indices, vector.values)
            else:
                vectors[name] = cast("list[float]", vector)
    return Record(_id(point.id), point.payload or {}, vectors)


def _payload(fields: Fields) -> bool | list[str]:
    return fields if isinstance(fields, bool) else list(fields)


def _filter(where: Where) -> models.Filter:
    return models.Filter(
        must=[_condition(part) for part in where.must] or None,
        should=[_condition(part) for part in where.should] or None,
        must_not=[_condition(part) for part in where.must_not] or None,
    )


def _condition(condition: Condition) -> models.Condition:
    match condition:
        case AnyOf(field, values):
            return models.FieldCondition(key=field, match=models.MatchAny(any=list(values)))
        case Between(field, gte, gt, lte, lt):
            numbers = models.Range(gte=gte, gt=gt, lte=lte, lt=lt)
            return models.FieldCondition(key=field, range=numbers)
        case Dated(field, after, later, before, earlier):
            dates = models.DatetimeRange(gte=after, gt=later, lte=before, lt=earlier)
            return models.FieldCondition(key=field, range=dates)
        case Contains(field, text):
            return models.FieldCondition(key=field, match=models.MatchSubstring(substring=text))
        case Absent(field):
            return models.IsEmptyCondition(is_empty=models.PayloadField(key=field))
        case Has(ids):
            return models.HasIdCondition(has_id=list(ids))
        case Where():
            return _filter(condition)


class _Errors:
    """Turns what the client raises into the errors of ``corpus.errors``.

    The client's local mode, which tests use, raises ValueError where a server answers with 400.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, UnexpectedResponse):
            raise self._refused(error) from error
        if isinstance(error, ApiException | httpx.HTTPError | OSError):
            raise StoreError(
                f"连不上 Qdrant 服务器 {self._address}（{error}）",
                hint="检查 TASHAN_QDRANT_URL，以及服务器是否在运行",
            ) from error
        if isinstance(error, ValueError | RuntimeError):
            raise self._translated(str(error)) from error

    def _refused(self, error: UnexpectedResponse) -> StoreError:
        if error.status_code in (401, 403):
            return StoreError(
                f"Qdrant 服务器 {self._address} 拒绝访问", hint="检查 TASHAN_QDRANT_API_KEY"
            )
        text = error.content.decode("utf-8", "replace")
        return self._translated(f"{error.status_code} {text[:500]}")

    def _translated(self, text: str) -> StoreError:
        if "No space left" in text or "Not enough space" in text or text.startswith("507"):
            return StoreFull(
                f"Qdrant 服务器 {self._address} 的磁盘空间不足",
                hint="在服务器上腾出空间后重试；已有内容没有改动",
            )
        if "imension" in text:
            return ModelMismatch(
                f"向量的维数与库中的不同（{text}）", hint="用建库的模型，或先重新嵌入全库"
            )
        return StoreError(
            f"Qdrant 服务器 {self._address} 出错：{text}", hint="查看服务器的日志，稍后重试"
        )
