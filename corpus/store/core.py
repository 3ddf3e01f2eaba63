"""What the parts of the store share: the engine, the gate, the writers' lock and the meta point."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from corpus.errors import ModelMismatch, StoreError
from corpus.model import Practice
from corpus.store import points
from corpus.store.base import EmbeddingSpec
from corpus.store.engine import Engine, Payload, Point, PointId, Upsert, Where
from corpus.store.points import Attributes
from corpus.store.visibility import Visibility

T = TypeVar("T")
CHUNK = 256  # points in one write: Edge stops all threads for some 20 ms meanwhile
KNOWN = 400_000  # points whose attributes are remembered, some 400 bytes each
SHOWN = 4_000  # practices that were found, which are remembered whole, some 5 kB each


@dataclass(frozen=True)
class Meta:
    """The meta point: which vectors are in force, and which are to be cleared away."""

    embedding: EmbeddingSpec | None = None
    vector: str | None = None
    discard: str | None = None


class Core:
    """An opened engine with its schema, and the state that readers and writers share.

    Args:
        engine: where the points are.

    Raises:
        StoreError: the collection is not ours, or of another version.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.visibility = Visibility()
        self.writing = self.visibility.writing
        self.known: dict[int, Attributes] = {}
        self._shown: dict[str, Practice] = {}
        self._remembered: dict[str, Any] = {}
        self.meta = self._load()

    def _load(self) -> Meta:
        found = self.engine.retrieve([points.META], True)
        if not found:
            if self.engine.count(Where()):
                raise StoreError(
                    f"{self.engine.label} 里的数据不是他山写入的",
                    hint="换一个 TASHAN_DATA_DIR 或 TASHAN_QDRANT_COLLECTION",
                )
            self.engine.prepare(points.SCHEMA)
            meta = Meta()
            self.engine.write(Upsert([_meta_point(meta)]))
            return meta
        payload = found[0].payload
        if payload["schema"] != points.VERSION:
            raise StoreError(
                f"{self.engine.label} 的格式是第 {payload['schema']} 版，"
                f"本程序用第 {points.VERSION} 版",
                hint="移走旧库后重新导入文件",
            )
        return _meta(payload)

    def save(self, meta: Meta) -> None:
        """Put a new meta point in force, in the store and then here."""
        self.engine.write(Upsert([_meta_point(meta)]))
        self.meta = meta

    def adopt(self, spec: EmbeddingSpec) -> None:
        """Take a model into force whose vectors are all there already: none."""
        name = f"dense-{secrets.token_hex(4)}"
        self.save(replace(self.meta, discard=name))
        self.engine.create_dense(name, spec.dimension)
        self.save(Meta(spec, name))

    def head(self, document_id: str) -> Payload | None:
        """The payload of a document's head."""
        found = self.engine.retrieve([points.head_id(document_id)], True)
        return found[0].payload if found else None

    def write_chunks(self, written: Iterable[Point]) -> dict[int, Attributes]:
        """Write points a few hundred at a time, looking each time whether there is still room.

        Returns:
            What there is to remember of the passages among them, once they are in force.
        """
        passages: dict[int, Attributes] = {}
        rest = iter(written)
        while chunk := list(islice(rest, CHUNK)):
            self.engine.require(0)
            self.engine.write(Upsert(chunk))
            for point in chunk:
                if "candidate" in point.payload:
                    passages[_number(point.id)] = points.attributes(point.payload)
        return passages

    def remember(self, what: str, find: Callable[[], T]) -> T:
        """What ``find`` finds, asked once between writes where no other process writes.

        To be called by readers within ``visibility.reading()``, so that no write comes between.
        """
        if not self.engine.exclusive:
            return find()
        if what not in self._remembered:
            self._remembered[what] = find()
        found: T = self._remembered[what]
        return found

    def forget(self, *, attributes: bool = False) -> None:
        """Drop what is remembered of the store; to be called by writers.

        A point's attributes are kept unless asked: another generation's points have other ids.
        """
        self._remembered = {}
        self._shown = {}
        if attributes:
            self.known = {}

    def attributes_of(self, ids: Sequence[PointId]) -> list[Attributes | None]:
        """The attributes of passage points, None for one that is gone.

        What is not known yet is asked for and remembered.
        """
        known = self.known
        found = [known.get(_number(id_)) for id_ in ids]
        if None not in found:
            return found
        missing = [id_ for id_, attributes in zip(ids, found, strict=True) if attributes is None]
        asked = self.engine.retrieve(list(dict.fromkeys(missing)), ("candidate",))
        new = {
            _number(record.id): points.attributes(record.payload)
            for record in asked
            if "candidate" in record.payload  # else its passage has gone and left the practice
        }
        self.remember_passages(new)
        return [one or new.get(_number(id_)) for id_, one in zip(ids, found, strict=True)]

    def practices_at(self, ids: Sequence[str]) -> dict[str, Practice]:
        """The practices of points by the points' ids, but of those that are gone.

        Where no other process writes they are asked for once between writes: what is found comes
        again on the next page and under the next filter. To be called as ``remember`` is.
        """
        shown = self._shown if self.engine.exclusive else {}
        found = {id_: practice for id_ in ids if (practice := shown.get(id_))}
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            asked = self.engine.retrieve(missing, ("practice",))
            new = {str(record.id): points.practice(record.payload) for record in asked}
            if len(shown) + len(new) > SHOWN:
                shown.clear()
            shown.update(new)
            found |= new
        return found

    def learn(self, where: Where, batch: int = 1000) -> int:
        """Remember the attributes of points before anybody searches; how many there are."""
        after: PointId | None = None
        while len(self.known) < KNOWN:
            found, after = self.engine.page(where, ("candidate",), batch, after)
            for record in found:
                self.known[_number(record.id)] = points.attributes(record.payload)
            if after is None:
                break
        return len(self.known)

    def remember_passages(self, passages: Mapping[int, Attributes]) -> None:
        """Remember the attributes of passages that will be searched; the rest where it is full."""
        if len(self.known) + len(passages) > KNOWN:
            self.known.clear()
        self.known.update(passages)

    def check_dimension(self, length: int) -> None:
        """Raise ModelMismatch unless the stored model's vectors are this long."""
        embedding = self.meta.embedding
        if embedding is None:
            raise ModelMismatch("库还没有登记嵌入模型", hint="先用 set_embedding 登记模型")
        if embedding.dimension != length:
            raise ModelMismatch(
                f"库中向量由 {embedding.name} 生成，{embedding.dimension} 维；给出的是 {length} 维",
                hint="用建库的模型，或先重新嵌入全库",
            )

    def clear_discarded(self) -> None:
        """Remove the vectors that a change of model left behind."""
        if self.meta.discard is not None:
            self.engine.delete_dense(self.meta.discard)
            self.save(replace(self.meta, discard=None))


def _number(id_: PointId) -> int:
    """A point's id as one number: engines give it as they like, and a UUID is slow to look up."""
    if isinstance(id_, int):
        return id_
    return (id_ if isinstance(id_, UUID) else UUID(id_)).int


def new_generation() -> str:
    """A fresh generation: when it began, in milliseconds, and chance."""
    return f"{int(time.time() * 1000):013d}-{secrets.token_hex(8)}"


def age_of(generation: str) -> float:
    """Seconds since a generation began."""
    return time.time() - int(generation.split("-")[0]) / 1000


def _meta_point(meta: Meta) -> Point:
    payload: Payload = {"record": "meta", "schema": points.VERSION}
    if meta.embedding is not None:
        payload["embedding"] = {
            "name": meta.embedding.name,
            "fingerprint": meta.embedding.fingerprint,
            "dimension": meta.embedding.dimension,
        }
    payload.update({k: v for k in ("vector", "discard") if (v := getattr(meta, k)) is not None})
    return Point(points.META, payload)


def _meta(payload: Payload) -> Meta:
    spec = payload.get("embedding")
    embedding = EmbeddingSpec(**spec) if spec else None
    return Meta(embedding, payload.get("vector"), payload.get("discard"))
