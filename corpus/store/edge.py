"""The engine in this process: a Qdrant Edge shard in a folder. Nothing else imports qdrant_edge.

What was found with qdrant-edge-py 0.9, and shapes this module:

- Every call holds Python's interpreter lock until it returns, ``optimize`` too: it takes a second
  for 12,000 points and half a minute for 50,000, in which no thread runs. So it is never called on
  its own account, and points are written a few hundred at a time.
- ``MatchValue(True)`` becomes the integer 1 and matches no boolean; conditions here are on
  keywords, integers and dates.
- A payload index takes part in the vector graph unless ``enable_hnsw`` is off. Thirteen of them
  made ``optimize`` take ten minutes; small selections are scanned anyway.
- Deleted points go on counting in the inverse document frequencies until ``optimize`` rewrites
  their segment: replacing one of five documents thirty times raised scores by a quarter. So sparse
  vectors are emptied before their points are deleted, which takes them out at once where the
  segment is not settled, as are all that make less than 20 MB.
- A keyword index with ``prefix`` serves ``MatchSubstring`` ten times faster than the payloads do,
  and on disk no slower than in memory.
- With ``max_search_threads=1`` a search runs on the thread that asks, which saves 0.1 ms a call and
  its processor's caches. With more it is handed to another and back; the lock is held and there is
  one large segment, so nothing is won by them.
- Where a value may be of several types, trying them gives the interpreter lock away for a moment:
  at each point made, each id looked up. Readers who keep both processors busy then let a writer
  have it for microseconds at a time, so they have to give way (``corpus.store.visibility``).
- Words are looked up in each point that a filter selects, or the filter is asked for each entry of
  their postings. Of 150,000 passages the first takes 0.4 ms for 500 selected and 1.1 for 4,300
  (95th percentile 2.3), the second 1.4 and 1.0 (1.5); Edge's own threshold is 5,000.
- Files are sparse and mapped into memory: a write that finds the disk full kills the process by
  SIGBUS instead of failing. So there must always be room for the holes in the files to fill, and
  ``require`` asks for room beforehand. Where the disk is in memory, loading alone fills them.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import qdrant_edge as qe

from corpus.errors import ModelMismatch, StoreBusy, StoreError, StoreFull
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

log = logging.getLogger(__name__)

RESERVE = 96 * 2**20  # bytes kept free for new files, each with new holes, that a write may begin
LEAST = 16 * 2**20  # bytes free, besides the holes, below which a folder is not even opened
PLENTY = 2**30  # bytes free above which the holes need not be counted
GROWTH = 3  # bytes on disk for a byte given: log, storage and index
FLUSH_EVERY = 5.0  # seconds; what a killed process wrote is safe without, a power cut needs it
FLUSH_SHARE = 0.05  # of the time that writes take; a flush of 150,000 passages takes a second
FACET_LIMIT = 10_000_000
SCANNED = 3000  # points selected up to which words are looked up in each, not in their postings

# Beside the dense vectors, settled segments keep them as bytes, by which the graph is built and
# walked; half as many candidates again as are wanted are then scored by the vectors themselves. On
# 60,000 articles of law the graph takes 0.4 of the processor time and a search 0.6, and of the 100
# nearest no fewer are found (98.6 % for questions, 98.1 % without).
_BYTES = qe.ScalarQuantizationConfig(qe.ScalarType.Int8, quantile=0.99)
_RESCORED = qe.QuantizationSearchParams(rescore=True, oversampling=1.5)


class EdgeEngine:
    """A Qdrant Edge shard. One process at a time; its threads share it.

    Args:
        folder: the shard's folder; created, with its parents, if it is not there.
        sparse: name of the sparse vector, whose query weights get the inverse document frequency.

    Raises:
        StoreBusy: another process has it open.
        StoreFull: the disk is full.
        StoreError: the folder cannot be used, or holds something else.
    """

    exclusive = True

    def __init__(self, folder: Path, sparse: str) -> None:
        self._folder = folder
        self._sparse = sparse
        self._errors = _Errors(folder)
        with self._errors:
            folder.mkdir(parents=True, exist_ok=True)
            self._need(LEAST)
            self._shard = _open(folder, sparse)
        self._flush_at = time.monotonic() + FLUSH_EVERY

    @property
    def label(self) -> str:
        """The engine and its folder."""
        return f"Qdrant Edge {self._folder}"

    def prepare(self, schema: Schema) -> None:
        """Create the payload indexes; the sparse vector is there from the start."""
        indexes: dict[str, qe.PayloadSchemaParams] = {}
        for name in schema.keywords:
            indexes[name] = qe.KeywordIndexParams(enable_hnsw=False)
        for name in schema.substrings:
            indexes[name] = qe.KeywordIndexParams(
                enable_hnsw=False, prefix=True, memory=qe.Memory.Cold
            )
        for name in schema.integers:
            indexes[name] = qe.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False)
        with self._errors:
            for name, params in indexes.items():
                self._shard.update(qe.UpdateOperation.create_field_index(name, params))

    def create_dense(self, name: str, dimension: int) -> None:
        """Add a named dense vector."""
        with self._errors:
            self._shard.update(
                qe.UpdateOperation.create_dense_vector(name, dimension, qe.Distance.Cosine)
            )

    def delete_dense(self, name: str) -> None:
        """Remove a named dense vector."""
        with self._errors:
            self._shard.update(qe.UpdateOperation.delete_vector_name(name))

    def write(self, *operations: Operation) -> None:
        """Apply operations, each by itself: Edge has no batch of them."""
        with self._errors:
            for operation in operations:
                if isinstance(operation, Remove):
                    self._empty_sparse(operation.where)
                self._shard.update(_update(operation))
            if time.monotonic() >= self._flush_at:
                self._flush()

    def query(
        self, queries: Sequence[Near], where: Where, limit: int
    ) -> list[list[tuple[PointId, float]]]:
        """Nearest points for all queries in one planned batch."""
        # A beam of twice the results: the default of 100 loses neighbours when 100 are asked for.
        params = qe.SearchParams(hnsw_ef=max(128, 2 * limit), quantization=_RESCORED)
        requests = [
            qe.QueryRequest(
                limit=limit,
                query=qe.Query.Nearest(_vector(near.vector), using=near.using),
                filter=_filter(near.conditions(where)),
                params=params,
                with_payload=False,
            )
            for near in queries
        ]
        with self._errors:
            found = self._shard.query_batch(qe.QueryBatchRequest(requests))
        return [[(point.id, point.score) for point in points] for points in found]

    def retrieve(self, ids: Sequence[PointId], fields: Fields) -> list[Record]:
        """Points by id."""
        with self._errors:
            found = self._shard.retrieve(list(ids), _payload(fields), False)
        return [Record(point.id, point.payload or {}, {}) for point in found]

    def page(
        self,
        where: Where,
        fields: Fields,
        limit: int,
        after: PointId | None = None,
        vectors: bool = False,
    ) -> tuple[list[Record], PointId | None]:
        """Points in id order, from ``after`` on."""
        request = qe.ScrollRequest(
            offset=after,
            limit=limit,
            filter=_filter(where),
            with_payload=_payload(fields),
            with_vector=vectors,
        )
        with self._errors:
            found, following = self._shard.scroll(request)
        return [_record(point) for point in found], following

    def count(self, where: Where) -> int:
        """How many points satisfy the filter."""
        with self._errors:
            return self._shard.count(qe.CountRequest(exact=True, filter=_filter(where)))

    def facet(self, key: str, where: Where) -> dict[str, int]:
        """Counts by value."""
        request = qe.FacetRequest(key, limit=FACET_LIMIT, exact=True, filter=_filter(where))
        with self._errors:
            return {str(hit.value): hit.count for hit in self._shard.facet(request).hits}

    def require(self, size: int) -> None:
        """Raise StoreFull unless the disk has room for the bytes and a reserve."""
        with self._errors:
            self._need(GROWTH * size + RESERVE)

    def settle(self) -> None:
        """Build the vector graph and clear out what was deleted. Blocks the whole process."""
        with self._errors:
            if shutil.disk_usage(self._folder).free < _sizes(self._folder)[0] + RESERVE:
                log.warning("no room to optimize %s", self._folder)
                return
            self._shard.optimize()
            self._flush()

    def read_ahead(self, using: str, dimension: int) -> None:
        """Compare any vector with all: the system maps their file into memory page by page.

        Left to the first searches, it makes each of them wait ten times for 150,000 passages.
        """
        request = qe.QueryRequest(
            limit=1,
            query=qe.Query.Nearest([1.0] + [0.0] * (dimension - 1), using=using),
            params=qe.SearchParams(
                exact=True, quantization=qe.QuantizationSearchParams(ignore=True)
            ),
            with_payload=False,
        )
        with self._errors:
            self._shard.query_batch(qe.QueryBatchRequest([request]))

    def close(self) -> None:
        """Flush and release the folder."""
        with self._errors:
            self._shard.close()

    def _flush(self) -> None:
        began = time.monotonic()
        self._shard.flush()
        ended = time.monotonic()
        self._flush_at = ended + max(FLUSH_EVERY, (ended - began) / FLUSH_SHARE)

    def _empty_sparse(self, where: Where) -> None:
        """Take points that are about to go out of the sparse index."""
        condition = qe.Filter(must=[_filter(where), qe.HasVectorCondition(self._sparse)])
        after: PointId | None = None
        while True:
            request = qe.ScrollRequest(
                offset=after, limit=1000, filter=condition, with_payload=False, with_vector=False
            )
            found, after = self._shard.scroll(request)
            if found:
                empty: dict[str, qe.NamedVector] = {self._sparse: qe.SparseVector([], [])}
                emptied = [qe.PointVectors(point.id, empty) for point in found]
                self._shard.update(qe.UpdateOperation.update_vectors(emptied))
            if after is None:
                return

    def _need(self, size: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < size + PLENTY:
            used, whole = _sizes(self._folder)
            size += max(0, whole - used)
        if free < size:
            raise StoreFull(
                f"磁盘空间不足：{self._folder} 剩 {free >> 20} MiB，至少要 {size >> 20} MiB",
                hint="腾出空间后重试；已有内容没有改动",
            )


def _open(folder: Path, sparse: str) -> qe.EdgeShard:
    """Load the shard; create it in an empty folder, or where a first start was cut short."""
    vectors = {sparse: qe.EdgeSparseVectorParams(SCANNED, modifier=qe.Modifier.Idf)}
    config = qe.EdgeConfig(sparse_vectors=vectors, quantization_config=_BYTES, max_search_threads=1)
    segments = folder / "segments"
    if (folder / "edge_config.json").exists() or (segments.is_dir() and any(segments.iterdir())):
        return qe.EdgeShard.load(str(folder), config)  # dense vectors are those that are there
    foreign = sorted(child.name for child in folder.iterdir())
    if set(foreign) - {"wal", "segments"}:
        raise StoreError(
            f"{folder} 里有别的文件（{foreign[0]} 等），不是他山的库",
            hint="把 TASHAN_DATA_DIR 指到空文件夹或原来的库",
        )
    return qe.EdgeShard.create(str(folder), config)


def _sizes(folder: Path) -> tuple[int, int]:
    """Bytes that a folder's files take on disk, and that they would take without holes."""
    used = whole = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                status = (Path(root) / name).stat()
                used += status.st_blocks * 512
                whole += status.st_size
    return used, whole


def _vector(vector: Vector) -> qe.NamedVector:
    if isinstance(vector, Sparse):
        return qe.SparseVector(vector.indices, vector.values)
    return vector if isinstance(vector, list) else list(vector)


def _update(operation: Operation) -> qe.UpdateOperation:
    make = qe.UpdateOperation
    match operation:
        case Upsert(points):
            return make.upsert_points(
                [
                    qe.Point(
                        point.id,
                        {name: _vector(vector) for name, vector in point.vectors.items()},
                        point.payload,
                    )
                    for point in points
                ]
            )
        case Remove(where):
            return make.delete_points_by_filter(_filter(where))
        case Unset(where, fields):
            return make.delete_payload_by_filter(_filter(where), list(fields))
        case Revector(using, vectors):
            return make.update_vectors(
                [qe.PointVectors(id_, {using: _vector(vector)}) for id_, vector in vectors]
            )


def _record(point: qe.Record) -> Record:
    vectors: dict[str, Vector] = {}
    stored: Any = point.vector or {}
    for name, vector in stored.items():
        sparse = isinstance(vector, qe.SparseVector)
        vectors[name] = Sparse(vector.indices, vector.values) if sparse else vector
    return Record(point.id, point.payload or {}, vectors)


def _payload(fields: Fields) -> qe.WithPayloadType:
    return fields if isinstance(fields, bool) else list(fields)


def _filter(where: Where) -> qe.Filter:
    return qe.Filter(
        must=[_condition(part) for part in where.must] or None,
        should=[_condition(part) for part in where.should] or None,
        must_not=[_condition(part) for part in where.must_not] or None,
    )


def _condition(condition: Condition) -> qe.ConditionType:
    match condition:
        case AnyOf(field, (value,)):
            return qe.FieldCondition(field, match=qe.MatchValue(value))  # half the time of MatchAny
        case AnyOf(field, values):
            return qe.FieldCondition(field, match=qe.MatchAny(list(values)))
        case Between(field, gte, gt, lte, lt):
            return qe.FieldCondition(field, range=qe.RangeFloat(gte=gte, gt=gt, lte=lte, lt=lt))
        case Dated(field, after, later, before, earlier):
            dates = qe.RangeDateTime(gte=after, gt=later, lte=before, lt=earlier)
            return qe.FieldCondition(field, range=dates)
        case Contains(field, text):
            return qe.FieldCondition(field, match=qe.MatchSubstring(text))
        case Absent(field):
            return qe.IsEmptyCondition(field)
        case Has(ids):
            return qe.HasIdCondition(set(ids))
        case Where():
            return _filter(condition)


class _Errors:
    """Turns what Edge and the file system raise into the errors of ``corpus.errors``.

    Edge raises plain ``Exception`` with a text, and its panics are no ``Exception`` at all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or isinstance(error, StoreError):
            return
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise self._translated(str(error)) from error

    def _translated(self, text: str) -> StoreError:
        folder = self._folder
        if "WouldBlock" in text:
            return StoreBusy(
                f"另一个进程正在使用库 {folder}", hint="通过正在运行的服务操作，或先停掉它再试"
            )
        if "No space left" in text or "StorageFull" in text or "Not enough space" in text:
            return StoreFull(f"磁盘空间不足：{folder}", hint="腾出空间后重试；已有内容没有改动")
        if "dimension error" in text:
            return ModelMismatch(
                f"向量的维数与库中的不同（{text}）", hint="用建库的模型，或先重新嵌入全库"
            )
        if "ermission denied" in text or "Not a directory" in text or "File exists" in text:
            return StoreError(
                f"库文件夹 {folder} 不能读写（{text}）",
                hint="检查路径和权限，或用 TASHAN_DATA_DIR 另选文件夹",
            )
        if "not initialized" in text:
            return StoreError(f"库 {folder} 已经关闭", hint="重新启动服务")
        return StoreError(
            f"库 {folder} 出错：{text}",
            hint="若反复出现，库可能已损坏：移走该文件夹后重新导入文件",
        )
