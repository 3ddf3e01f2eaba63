"""The store as a Haystack ``DocumentStore``. Nothing else here imports haystack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from haystack import default_from_dict, default_to_dict
from haystack.dataclasses import ByteStream, Document, SparseEmbedding
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack.errors import FilterError

from corpus.settings import Settings
from corpus.store.base import Candidate, Sparse
from corpus.store.corpus import QdrantCorpus
from corpus.store.engine import AnyOf, Payload, Record, Where
from corpus.store.haystack_filters import FIELDS, conditions, flags
from corpus.store.open import shared_store
from corpus.store.outside import OutsidePassage, delete_passages, stored_ids, write_passages
from corpus.store.points import SPARSE, compact
from corpus.text import fold

DOCUMENT = "haystack"  # the document of what names none
RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack et al., SIGIR 2009)
LOCATION = (
    "data_dir",
    "qdrant_url",
    "qdrant_collection",
    "qdrant_shard_number",
    "qdrant_replication_factor",
)


class TashanDocumentStore:
    """The passages of the corpus as Haystack documents, for any Haystack pipeline.

    A document's ``id`` is the passage's id and its ``content`` the passage's text. ``meta`` of a
    passage of a parsed document holds ``practice_id``, ``document_id``, ``kind``, ``task``,
    ``measure``, ``theme``, ``regions`` (adcodes from the province down), ``level``,
    ``instruments``, ``issued_on`` (ISO date) and ``context``, as far as they are stated; filters
    reach these fast.

    Documents written through this class keep the ``meta`` they came with. Those fields of it are
    put to use: ``meta["document_id"]`` names the document the passage joins (else ``"haystack"``;
    one that is not there is made) and ``meta["practice_id"]`` the practice (else it gets one of its
    own). A passage that joins a parsed document is replaced and deleted with it.

    Args:
        store: an opened corpus.
        settings: where to open one, at the first use, when ``store`` is not given; stores of one
            process with the same place share one corpus. Also what ``to_dict`` writes, without the
            server's key, which ``from_dict`` takes from the environment.
        return_embedding: whether documents come back with their embeddings. Dense ones come back
            at unit length.
    """

    def __init__(
        self,
        store: QdrantCorpus | None = None,
        settings: Settings | None = None,
        return_embedding: bool = False,
    ) -> None:
        self._store = store
        self._settings = settings
        self._return_embedding = return_embedding

    @property
    def store(self) -> QdrantCorpus:
        """The corpus."""
        if self._store is None:
            self._store = shared_store(self._settings or Settings())
        return self._store

    def to_dict(self) -> dict[str, Any]:
        """The place of the store, as a dictionary.

        Raises:
            ValueError: the object was made of an opened corpus alone.
        """
        if self._settings is None and self._store is not None:
            raise ValueError("a document store made of an opened corpus needs settings to be saved")
        settings = (self._settings or Settings()).model_dump(mode="json", include=set(LOCATION))
        return default_to_dict(self, settings=settings, return_embedding=self._return_embedding)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> TashanDocumentStore:
        """The store that ``to_dict`` wrote; opened at its first use."""
        values = dict(data["init_parameters"])
        values["settings"] = Settings(**values["settings"])
        return default_from_dict(cls, {**data, "init_parameters": values})

    def count_documents(self) -> int:
        """How many passages there are."""
        return self.store.stats().passages

    def filter_documents(self, filters: dict[str, Any] | None = None) -> list[Document]:
        """The documents that satisfy the filters, in no particular order.

        Raises:
            FilterError: the filters are malformed, or ask what the engine cannot tell.
        """
        where = _conditions(filters)
        pages = self.store.pages(where, vectors=self._return_embedding)
        return [self._document(record) for page in pages for record in page]

    def write_documents(
        self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE
    ) -> int:
        """Write documents; how many were written. Without a policy, duplicates are refused.

        Raises:
            ValueError: something else than documents is given.
            DuplicateDocumentError: by ``FAIL``, a document with one of the ids is there.
        """
        if not isinstance(documents, list) or any(
            not isinstance(document, Document) for document in documents
        ):
            raise ValueError("write_documents takes a list of Documents")
        policy = DuplicatePolicy.FAIL if policy == DuplicatePolicy.NONE else policy
        chosen = {document.id: document for document in documents}
        with self.store.core.writing():
            if policy != DuplicatePolicy.OVERWRITE:
                present = stored_ids(self.store.core, chosen)
                if policy == DuplicatePolicy.FAIL and (present or len(chosen) < len(documents)):
                    raise DuplicateDocumentError(f"documents are there already: {sorted(present)}")
                chosen = {id_: one for id_, one in chosen.items() if id_ not in present}
            write_passages(self.store.core, [_outside(one) for one in chosen.values()])
        return len(documents) if policy == DuplicatePolicy.OVERWRITE else len(chosen)

    def delete_documents(self, document_ids: list[str]) -> None:
        """Delete the passages with these ids; unknown ids are passed over."""
        delete_passages(self.store.core, document_ids)

    def search(
        self,
        dense: Sequence[float] | None = None,
        sparse: SparseEmbedding | None = None,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
    ) -> list[Document]:
        """The best documents for a dense, a sparse or both query vectors, with scores.

        One vector alone gives that channel's scores; both are fused by reciprocal rank.

        Raises:
            FilterError: see ``filter_documents``.
        """
        tokens = None if sparse is None else Sparse(sparse.indices, sparse.values)
        found = self.store.nearest(dense, tokens, _conditions(filters), max(top_k, 1))
        if dense is not None and sparse is not None:
            scores = _fused(found.dense[:top_k], found.sparse[:top_k])
        else:
            scores = {one.passage_id: one.score for one in (found.dense or found.sparse)}
        best = sorted(scores, key=lambda id_: -scores[id_])[:top_k]
        documents = {document.id: document for document in self._with_ids(best)}
        return [_scored(documents[id_], scores[id_]) for id_ in best if id_ in documents]

    def close(self) -> None:
        """Leave the corpus; who opened it closes it."""
        self._store = None if self._settings is not None else self._store

    def _with_ids(self, ids: Sequence[str]) -> Iterator[Document]:
        if ids:
            where = Where(must=(AnyOf("passage_id", tuple(ids)),))
            for page in self.store.pages(where, vectors=self._return_embedding):
                yield from (self._document(record) for record in page)

    def _document(self, record: Record) -> Document:
        payload = record.payload
        dense: list[float] | None = None
        sparse: SparseEmbedding | None = None
        for name, vector in record.vectors.items():
            if isinstance(vector, Sparse) and name == SPARSE:
                sparse = SparseEmbedding(indices=vector.indices, values=vector.values)
            elif not isinstance(vector, Sparse) and name == self.store.core.meta.vector:
                dense = list(vector)
        blob = payload.get("blob")
        return Document(
            id=payload["passage_id"],
            content=None if payload.get("empty") else payload["text"],
            blob=ByteStream.from_dict(blob) if blob else None,
            meta=payload["meta"] if "meta" in payload else _meta(payload),
            embedding=dense,
            sparse_embedding=sparse,
        )


def _conditions(filters: dict[str, Any] | None) -> Where:
    try:
        return conditions(filters)
    except (ValueError, TypeError) as error:
        raise FilterError(str(error)) from error


def _meta(payload: Payload) -> dict[str, Any]:
    """The meta of a passage of a parsed document."""
    meta = {name: payload[name] for name in FIELDS if name in payload}
    if (day := meta.get("issued_on")) is not None:
        meta["issued_on"] = date(day // 10000, day // 100 % 100, day % 100).isoformat()
    return meta


def _outside(document: Document) -> OutsidePassage:
    meta = document.meta
    text = document.content or ""
    extra: Payload = {"meta": meta}
    if named := flags(meta):
        extra["flags"] = named
    if document.content is None:
        extra["empty"] = True
    if document.blob is not None:
        extra["blob"] = document.blob.to_dict()
    sparse = document.sparse_embedding
    return OutsidePassage(
        id=document.id,
        document_id=_text(meta, "document_id") or DOCUMENT,
        practice_id=_text(meta, "practice_id"),
        text=text,
        folded=fold(text),
        context=_text(meta, "context") or "",
        dense=document.embedding,
        sparse=None if sparse is None else Sparse(sparse.indices, sparse.values),
        fields=_fields(meta),
        extra=extra,
    )


def _fields(meta: dict[str, Any]) -> Payload:
    """The filter fields that a meta states, as far as they are of the right form."""
    fields: Payload = {}
    for name in ("task", "measure", "theme", "level"):
        if value := _text(meta, name):
            fields[name] = value
    kind = _text(meta, "kind")
    fields["kind"] = kind if kind in ("practice", "plan_item") else "practice"
    for name in ("regions", "instruments"):
        values = meta.get(name)
        if isinstance(values, list) and values and all(isinstance(one, str) for one in values):
            fields[name] = values
    try:
        fields["issued_on"] = compact(date.fromisoformat(str(meta.get("issued_on"))[:10]))
    except ValueError:
        fields.pop("issued_on", None)
    return fields


def _text(meta: dict[str, Any], name: str) -> str | None:
    value = meta.get(name)
    return value if isinstance(value, str) and value else None


def _fused(*channels: Sequence[Candidate]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for channel in channels:
        for rank, one in enumerate(channel, start=1):
            scores[one.passage_id] = scores.get(one.passage_id, 0.0) + 1 / (RANK_CONSTANT + rank)
    return scores


def _scored(document: Document, score: float) -> Document:
    return Document(
        id=document.id,
        content=document.content,
        blob=document.blob,
        meta=document.meta,
        score=score,
        embedding=document.embedding,
        sparse_embedding=document.sparse_embedding,
    )
