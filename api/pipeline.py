"""Retrieval as a Haystack pipeline: query → embedder → hybrid retriever → practice ranker.

Every component works in any other Haystack pipeline as well. Haystack copies each component's
inputs, value by value; a vector of 256 floats takes it 2.6 ms and 300 candidates more. What goes
between these components is therefore one frozen value each, which is its own copy, and the vector
an array.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")

import numpy as np
from haystack import Pipeline, component
from haystack.core.errors import PipelineRuntimeError
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersTextEmbedder,
)
from numpy.typing import NDArray

from api.ranking import Found, fuse
from api.schemas import Mode
from corpus.errors import TashanError
from corpus.store.base import Candidates, CorpusStore, SearchFilter, Sparse

Vector = NDArray[np.float32]


class _Value:
    """A frozen value, which is its own copy."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


@dataclass(frozen=True)
class Lookup(_Value):
    """What to look for, and where.

    Attributes:
        sparse: the sparse query; None leaves the channel out.
        where: conditions.
        mode: the channels that are asked.
        pool: passages wanted from each channel.
        attainable: see :func:`api.ranking.attainable`.
        order: document id → place, for ties.
    """

    sparse: Sparse | None = None
    where: SearchFilter = field(default_factory=SearchFilter)
    mode: Mode = "hybrid"
    pool: int = 100
    attainable: float = 0.0
    order: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pool(_Value):
    """The passages that both channels found."""

    candidates: Candidates


class QueryEmbedder(SentenceTransformersTextEmbedder):
    """The stock text embedder, safe for threads, its vector an array.

    A component by inheritance: the decorator would make another class of it, of which ``super()``
    knows nothing.
    """

    def __init__(self, lock: threading.Lock | None = None, **options: Any) -> None:
        super().__init__(**options)
        # Fast tokenizers cannot be used by two threads at once ("Already borrowed").
        self._lock = lock or threading.Lock()

    @component.output_types(embedding=Vector)
    def run(self, text: str) -> dict[str, Any]:
        """Embed one query; shape ``(dimension,)``, unit length if so configured."""
        with self._lock:
            embedding = super().run(text)["embedding"]
        return {"embedding": np.asarray(embedding, dtype=np.float32)}


@component
class HybridRetriever:
    """Asks the store for the best passages by vector and by words, in one batch."""

    def __init__(self, store: CorpusStore) -> None:
        self.store = store

    @component.output_types(pool=Pool)
    def run(self, lookup: Lookup, embedding: Vector | list[float] | None = None) -> dict[str, Pool]:
        """Search: dense if there is a vector, sparse if ``lookup`` has one."""
        dense = embedding.tolist() if isinstance(embedding, np.ndarray) else embedding
        found = self.store.search(dense, lookup.sparse, lookup.where, lookup.pool)
        return {"pool": Pool(found)}


@component
class PracticeRanker:
    """Makes one ranking of practices from the passages of both channels."""

    @component.output_types(found=list[Found])
    def run(self, pool: Pool, lookup: Lookup) -> dict[str, list[Found]]:
        """Fuse; see :func:`api.ranking.fuse`."""
        return {"found": fuse(pool.candidates, lookup.mode, lookup.attainable, lookup.order)}


def query_embedder(
    model: str, prefix: str = "", lock: threading.Lock | None = None
) -> QueryEmbedder:
    """The embedder of queries; loads the model.

    Args:
        model: Sentence Transformers name or folder.
        prefix: instruction that the model wants before a query.
        lock: held while embedding; given where others use the same model.
    """
    embedder = QueryEmbedder(
        lock,
        model=model,
        prefix=prefix,
        progress_bar=False,
        normalize_embeddings=True,
        token=None,
    )
    embedder.warm_up()
    return embedder


class Retrieval:
    """The retrieval pipeline, with the embedder and, for words alone, without."""

    def __init__(self, store: CorpusStore, embedder: QueryEmbedder) -> None:
        self._with_vector = _pipeline(store, embedder)
        self._words_only = _pipeline(store, None)

    def run(self, text: str | None, lookup: Lookup) -> list[Found]:
        """Practices found, best first.

        Args:
            text: what to embed; None leaves the dense channel out.
            lookup: the rest of the query.

        Raises:
            StoreError: the store cannot answer.
        """
        inputs: dict[str, Any] = {"retriever": {"lookup": lookup}, "ranker": {"lookup": lookup}}
        pipeline = self._words_only
        if text is not None:
            pipeline, inputs["embedder"] = self._with_vector, {"text": text}
        try:
            found: list[Found] = pipeline.run(inputs)["ranker"]["found"]
        except PipelineRuntimeError as error:
            raise _own(error) from error
        return found


def _pipeline(store: CorpusStore, embedder: QueryEmbedder | None) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", HybridRetriever(store))
    pipeline.add_component("ranker", PracticeRanker())
    pipeline.connect("retriever.pool", "ranker.pool")
    if embedder is not None:
        pipeline.add_component("embedder", embedder)
        pipeline.connect("embedder.embedding", "retriever.embedding")
    return pipeline


def _own(error: PipelineRuntimeError) -> BaseException:
    """Our own error behind Haystack's, where there is one."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, TashanError):
        cause = cause.__cause__
    return cause or error
