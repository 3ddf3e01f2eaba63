"""Changing the store's embedding model in place.

The new vectors get a name of their own and are filled in beside the old ones, which go on being
searched. The meta point then names the new ones, in one step, and the old are removed. It notes
beforehand which vectors are to be cleared away if the process ends on the way.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from corpus.errors import ModelMismatch
from corpus.model import Passage
from corpus.store import points
from corpus.store.base import EmbeddingSpec
from corpus.store.core import Core, Meta
from corpus.store.engine import PointId, Revector, Where

BATCH = 256  # passages embedded and written at a time

Embed = Callable[[list[Passage]], list[list[float]]]
Progress = Callable[[int, int], None]


def set_embedding(
    core: Core, spec: EmbeddingSpec, embed: Embed, progress: Progress | None = None
) -> None:
    """Put ``spec`` in force once every passage has a vector of it; see ``CorpusStore``."""
    with core.writing():
        if _same(core.meta.embedding, spec):
            core.save(replace(core.meta, embedding=spec))
            return
        core.clear_discarded()
        # The engine makes room for a vector in every point at once, in those without one too.
        core.engine.require(4 * spec.dimension * core.engine.count(Where()))
        name = f"dense-{secrets.token_hex(4)}"
        core.save(replace(core.meta, discard=name))
        try:
            core.engine.create_dense(name, spec.dimension)
            _fill(core, name, spec, embed, progress)
            with core.visibility.closed():
                core.save(Meta(spec, name, discard=core.meta.vector))
        finally:
            core.clear_discarded()


def _same(present: EmbeddingSpec | None, spec: EmbeddingSpec) -> bool:
    """Whether the stored vectors are the model's already, whatever its name."""
    return present is not None and replace(present, name=spec.name) == spec


def _fill(
    core: Core, name: str, spec: EmbeddingSpec, embed: Embed, progress: Progress | None
) -> None:
    everything = Where(must=(points.PASSAGES,))
    total, done = core.engine.count(everything), 0
    after: PointId | None = None
    while True:
        fields = ("passage_id", "practice_id", "document_id", "text", "context")
        records, after = core.engine.page(everything, fields, BATCH, after)
        if records:
            vectors = embed([points.passage(record.payload) for record in records])
            if len(vectors) != len(records) or any(len(v) != spec.dimension for v in vectors):
                raise ModelMismatch(
                    f"模型 {spec.name} 给出的向量不是 {spec.dimension} 维，或数目不对",
                    hint="检查 TASHAN_EMBEDDING_MODEL",
                )
            ids = [record.id for record in records]
            core.engine.write(Revector(name, list(zip(ids, vectors, strict=True))))
            done += len(records)
            if progress is not None:
                progress(done, total)
        if after is None:
            return
