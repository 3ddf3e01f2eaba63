"""BM25 as sparse vectors: a passage's weights here, the inverse document frequencies by the engine.

A passage is indexed by fields. After BM25F (Robertson, Zaragoza and Taylor, *Simple BM25 Extension
to Multiple Weighted Fields*, CIKM 2004), a term's frequencies are first added up over the fields,
each weighted and the body's also normalised by length, and then saturated once. The body also has
the pairs of characters across the borders of its words, which are no part of its length::

    tf(t) = Σ_field boost(field) · count(t, field) + count(t, body) / (1 - B + B · length / LENGTH)
    w(t)  = (K1 + 1) · tf(t) / (K1 + tf(t)),    0 < w(t) < K1 + 1

A query is the sum over its terms of weight · idf(t) · w(t); the engine multiplies by idf
(``Modifier.IDF``), so a passage's vector does not change when other documents come or go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import chain

from corpus.model import Practice
from corpus.segment import Segmenter, in_processes
from corpus.store.base import Sparse
from corpus.text import fold

K1 = 1.2  # saturation
B = 0.75  # how far a body's length counts
# A usual length of a body in index terms: articles of law have 60, practices 200. A constant, not
# the average of what happens to be stored: else every vector would depend on every document.
LENGTH = 100.0
BOOST = {"title": 1.5, "region": 1.0, "measure": 0.6, "task": 0.3}


@dataclass(frozen=True)
class Fields:
    """What of a passage is indexed. The body is the passage's own text."""

    body: str
    title: str = ""
    region: str = ""
    task: str = ""
    measure: str = ""

    @classmethod
    def of(cls, practice: Practice, body: str) -> Fields:
        """The fields of a passage of ``practice`` whose own text is ``body``."""
        region = practice.region.name if practice.region else ""
        return cls(body, practice.title, region, practice.task or "", practice.measure or "")


@lru_cache(maxsize=1 << 18)
def term_id(term: str) -> int:
    """The term's dimension: 32 bits of its hash, the same on every machine and in every version.

    With 200,000 terms some five pairs share a dimension, which costs a rank now and then.
    """
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")


@dataclass(frozen=True)
class SparseEncoder:
    """Makes the sparse vectors of passages and of queries. Picklable; safe for threads."""

    segmenter: Segmenter

    def document(self, fields: Fields) -> Sparse:
        """BM25F weights of one passage."""
        body, pairs = self.segmenter.terms_and_pairs(fields.body)
        norm = 1 - B + B * len(body) / LENGTH
        frequency = {term: count / norm for term, count in Counter(chain(body, pairs)).items()}
        for name, boost in BOOST.items():
            for term in self.segmenter.label_terms(getattr(fields, name)):
                frequency[term] = frequency.get(term, 0.0) + boost
        return _vector({term: (K1 + 1) * tf / (K1 + tf) for term, tf in frequency.items()})

    def passages(
        self, passages: Iterable[Fields], processes: int | None = None
    ) -> Iterator[tuple[Sparse, str]]:
        """The vectors and folded bodies of many passages, in order, made in several processes."""
        return in_processes(partial(_encode, self), passages, processes)

    def query(self, weights: Mapping[str, float]) -> Sparse:
        """A query vector from its terms' weights: 1 for the query's own, less for expansions."""
        return _vector(weights)


def _encode(encoder: SparseEncoder, passages: list[Fields]) -> list[tuple[Sparse, str]]:
    return [(encoder.document(fields), fold(fields.body)) for fields in passages]


def _vector(weights: Mapping[str, float]) -> Sparse:
    """Ordered by dimension; terms that share one are added up."""
    merged = dict(zip(map(term_id, weights), weights.values(), strict=True))
    if len(merged) < len(weights):  # hardly ever
        merged = dict.fromkeys(merged, 0.0)
        for term, weight in weights.items():
            merged[term_id(term)] += weight
    indices = sorted(merged)
    return Sparse(indices, [merged[index] for index in indices])
