"""Retrieval as a Haystack pipeline: query → embedder → hybrid retriever → practice ranker.

Where there is a cross-encoder, a re-ranker comes last.

Every component works in any other Haystack pipeline as well. Haystack copies each component's
inputs, value by value; a vector of 256 floats takes it 2.6 ms and 300 candidates more. What goes
between these components is therefore one frozen value each, which is its own copy, and the vector
an array.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")

import numpy as np
from haystack import Pipeline, component
from haystack.core.errors import PipelineRuntimeError
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersTextEmbedder,
)
from numpy.typing import NDArray

from api.ranking import LINES, Found, Lines, fuse, strength
from api.rerank import Reranker, reordered, text_of
from api.schemas import Mode
from corpus.errors import TashanError
from corpus.models import (
    EMBEDDING,
    embedding_options,
    find_device,
    loading,
    prompts,
)
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
        browsing: whether all that meets the conditions answers.
        lines: below them a practice is weak.
        rerank: whether a cross-encoder, where there is one, re-scores the first.
    """

    sparse: Sparse | None = None
    where: SearchFilter = field(default_factory=SearchFilter)
    mode: Mode = "hybrid"
    pool: int = 100
    attainable: float = 0.0
    order: Mapping[str, int] = field(default_factory=dict)
    browsing: bool = False
    lines: Lines = LINES
    rerank: bool = False


@dataclass(frozen=True)
class Pool(_Value):
    """The passages that both channels found."""

    candidates: Candidates


class QueryEmbedder(SentenceTransformersTextEmbedder):
    """The stock text embedder, safe for threads, its vector an array.

    Sentence Transformers takes twice as long to prepare a batch of one as a static model takes for
    the rest, so such a model's modules are asked without it.

    A component by inheritance: the decorator would make another class of it, of which ``super()``
    knows nothing.
    """

    def __init__(self, lock: threading.Lock | None = None, **options: Any) -> None:
        super().__init__(**options)
        # Fast tokenizers cannot be used by two threads at once ("Already borrowed").
        self._lock = lock or threading.Lock()
        self.static: list[Any] = []  # the modules of a static model; set by ``query_embedder``

    @component.output_types(embedding=Vector)
    def run(self, text: str) -> dict[str, Any]:
        """Embed one query; shape ``(dimension,)``, unit length if so configured."""
        with self._lock:
            embedding = self._static(text) if self.static else super().run(text)["embedding"]
        return {"embedding": np.asarray(embedding, dtype=np.float32)}

    def _static(self, text: str) -> Vector:
        """What the stock embedder gives, from the modules of a static model."""
        import torch

        first, *others = self.static
        prompt = (self.encode_kwargs or {}).get("prompt")
        with torch.inference_mode():
            features = first(first.preprocess([text], prompt=prompt))
            for module in others:
                features = module(features)
            vector = torch.nn.functional.normalize(features["sentence_embedding"][0], dim=0)
        array: Vector = vector.numpy()
        return array


def _static_modules(model: Any) -> list[Any]:
    """The modules of a static model on the CPU, its vectors whole; none of any other."""
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    first, *others = model
    static = isinstance(first, StaticEmbedding) and all(isinstance(m, Normalize) for m in others)
    whole = model.truncate_dim is None
    return [first, *others] if static and whole and model.device.type == "cpu" else []


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
        found = fuse(pool.candidates, lookup.mode, lookup.attainable, lookup.order, lookup.lines)
        if lookup.browsing:
            found = [one._replace(weak=False) for one in found]
        return {"found": found}


@component
class PracticeReranker:
    """Puts the first practices of a ranking in the order of a cross-encoder's scores."""

    def __init__(self, store: CorpusStore, reranker: Reranker) -> None:
        self.store = store
        self.reranker = reranker

    @component.output_types(found=list[Found])
    def run(self, found: list[Found], text: str, lookup: Lookup) -> dict[str, list[Found]]:
        """Re-score against the query ``text``, if ``lookup`` wants it."""
        first = found[: self.reranker.top] if lookup.rerank else []
        if not first:
            return {"found": found}
        practices = self.store.practices_found([one.candidate for one in first])
        scores = self.reranker.scores(text, [text_of(one) for one in practices.values()])
        return {"found": reordered(found, dict(zip(practices, scores, strict=True)))}


def query_embedder(
    model: str,
    prefix: str | None = None,
    lock: threading.Lock | None = None,
    device: str = "auto",
) -> QueryEmbedder:
    """The embedder of queries; loads the model.

    Args:
        model: Sentence Transformers name or folder.
        prefix: instruction put before a query; see :func:`corpus.models.prompts`.
        lock: held while embedding; given where others use the same model.
        device: what it runs on; see :func:`corpus.models.find_device`.

    Raises:
        InputError: it cannot be loaded.
    """
    device = find_device(device)
    embedder = QueryEmbedder(
        lock,
        device=ComponentDevice.from_str(device),
        **embedding_options(model, device),
    )
    with loading("向量模型", model, EMBEDDING):
        embedder.warm_up()
    backend = embedder.embedding_backend
    own = backend.model.prompts if backend else {}
    # Given as a prompt and not as a prefix: it takes the place of the model's default prompt, and
    # a model that leaves its prompt out of the pooling still does.
    embedder.encode_kwargs = {"prompt": prompts(model, own, prefix).query, "task": "query"}
    embedder.static = _static_modules(backend.model) if backend else []
    return embedder


class Retrieved(NamedTuple):
    """Practices found, best first, and the vector that they were looked for by."""

    found: list[Found]
    embedding: Vector | None


class Retrieval:
    """The retrieval pipeline, with the models and, for words alone, without."""

    def __init__(
        self, store: CorpusStore, embedder: QueryEmbedder, reranker: Reranker | None = None
    ) -> None:
        self._from_text = _pipeline(store, embedder, reranker)
        self._from_vector = _pipeline(store, None, reranker)
        self._words_only = _pipeline(store)
        self._retriever, self._ranker = HybridRetriever(store), PracticeRanker()
        self._reranks = reranker is not None

    def run(self, text: str | None, lookup: Lookup, embedding: Vector | None = None) -> Retrieved:
        """Search once.

        Args:
            text: what to embed, and to re-score for; None leaves both out.
            lookup: the rest of the query.
            embedding: the text's vector, where it is known from an earlier run.

        Raises:
            StoreError: the store cannot answer.
        """
        inputs: dict[str, Any] = {"retriever": {"lookup": lookup}, "ranker": {"lookup": lookup}}
        pipeline, last = self._words_only, "ranker"
        if text is not None and embedding is None:
            pipeline, inputs["embedder"] = self._from_text, {"text": text}
        elif text is not None:
            pipeline, inputs["retriever"]["embedding"] = self._from_vector, embedding
        if text is not None and self._reranks:
            last, inputs["reranker"] = "reranker", {"text": text, "lookup": lookup}
        try:
            outputs = pipeline.run(inputs, include_outputs_from={"embedder"})
        except PipelineRuntimeError as error:
            raise _own(error) from error
        made = outputs["embedder"]["embedding"] if "embedder" in inputs else embedding
        return Retrieved(outputs[last]["found"], made)

    def strongest(self, lookup: Lookup, embedding: Vector | None, enough: float) -> float:
        """How strong the strongest practice is, 0 where nothing is found; see ``strength``.

        Without a pipeline, which would take a third of the time: this is asked beside a search.

        Args:
            lookup: where to look, and for which words.
            embedding: the query's vector; None leaves that channel out.
            enough: once something is known to be as strong, no more is asked.

        Raises:
            StoreError: the store cannot answer.
        """
        if embedding is not None and lookup.sparse is not None:
            # Words can only add to what the nearest has without any.
            nearest = replace(lookup, sparse=None, pool=1)
            for one in self._retriever.run(nearest, embedding)["pool"].candidates.dense:
                known = strength(one.score, 0.0, lookup.mode)
                if known >= enough:
                    return known
        pool = self._retriever.run(lookup, embedding)["pool"]
        found = self._ranker.run(pool, lookup)["found"]
        return max((one.strength for one in found), default=0.0)


def _pipeline(
    store: CorpusStore, embedder: QueryEmbedder | None = None, reranker: Reranker | None = None
) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", HybridRetriever(store))
    pipeline.add_component("ranker", PracticeRanker())
    pipeline.connect("retriever.pool", "ranker.pool")
    if embedder is not None:
        pipeline.add_component("embedder", embedder)
        pipeline.connect("embedder.embedding", "retriever.embedding")
    if reranker is not None:
        pipeline.add_component("reranker", PracticeReranker(store, reranker))
        pipeline.connect("ranker.found", "reranker.found")
    return pipeline


def _own(error: PipelineRuntimeError) -> BaseException:
    """Our own error behind Haystack's, where there is one."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, TashanError):
        cause = cause.__cause__
    return cause or error
