"""From two channels of passages to one ranking of practices; weak lines, facets and groups.

Pure functions over what the store returned: no engine, no model.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.schemas import Mode
from corpus.store.base import Candidate, Candidates

# Share of the dense score in the fused one; the sparse score has the rest. On the shipped corpus
# .4 was best of 0, .1 … 1 for 70 questions of all kinds, on 772 lay questions over 60,726 articles
# of law (STARD) .3, and neither is far from its best between .3 and .5. Reciprocal rank fusion and
# sums of unscaled scores were worse.
DENSE_SHARE = 0.4

# Below these lines a hit is weak. Chosen on the shipped corpus with the bundled model, on 70
# questions that it answers and 35 on other matters: the hybrid rule lets 96 % of the right answers
# through and calls 94 % of the others weak; words alone cannot tell as much, since a word that is
# rare here (森林, 股票) may be all that a question on another matter has in common with a text.
HYBRID_LINE = 0.34  # of cosine + WORDS · share of the words
WORDS = 0.4
SEMANTIC_LINE = 0.32  # of the cosine alone
KEYWORD_LINE = 0.22  # of the share of the words alone
# Without a word in common the cosine alone would have to be this high: two strings of letters that
# the model does not know are alike to it (qwerty and hello have .5).
UNWORDED_LINE = 0.55
NO_WORD = 0.02  # a share of the words that counts as none

FACETS: dict[str, Callable[[Candidate], Iterable[str | None]]] = {
    "regions": lambda c: c.regions,
    "levels": lambda c: (c.level,),
    "tasks": lambda c: (c.task,),
    "measures": lambda c: (c.measure,),
    "themes": lambda c: (c.theme,),
    "documents": lambda c: (c.document_id,),
    "kinds": lambda c: (c.kind,),
    "instruments": lambda c: c.instruments,
}
GROUPS: dict[str, Callable[[Candidate], str | None]] = {
    "region": lambda c: c.regions[-1] if c.regions else None,
    "theme": lambda c: c.theme,
    "document": lambda c: c.document_id,
}


@dataclass(frozen=True)
class Found:
    """A practice that was found: by its best passage, with the best score of each channel.

    ``share`` is the sparse score as a share of what a passage with every word of the query,
    each as rare as can be, would have.
    """

    candidate: Candidate
    dense: float | None
    sparse: float | None
    share: float
    score: float
    weak: bool

    @property
    def practice_id(self) -> str:
        """The practice found."""
        return self.candidate.practice_id


def attainable(weights: Iterable[float], passages: int) -> float:
    """Sparse score of a passage that has all of a query's terms once and alone.

    Args:
        weights: of the query's terms.
        passages: number of passages stored, which bounds the inverse document frequency.
    """
    idf = math.log(1 + (passages + 0.5) / 1.5)
    return sum(weights) * idf


def is_weak(dense: float, share: float, mode: Mode) -> bool:
    """Whether a passage is hardly an answer.

    Args:
        dense: its cosine with the query, or what it is at most.
        share: see :class:`Found`.
        mode: the channels that were asked.
    """
    if mode == "keyword":
        return share < KEYWORD_LINE
    if mode == "semantic":
        return dense < SEMANTIC_LINE
    if share < NO_WORD:
        return dense < UNWORDED_LINE
    return dense + WORDS * share < HYBRID_LINE


def fuse(
    candidates: Candidates, mode: Mode, attainable: float, order: Mapping[str, int]
) -> list[Found]:
    """Practices by fused score, the strong before the weak; equals by document order, then id.

    The fused score is a convex combination of the dense score, between the worst and the best of
    the pool, and of the sparse score's share of the best one's. A practice that one channel did
    not return counts as that channel's worst.

    Args:
        candidates: passages, best first, by channel.
        mode: the channels that were asked.
        attainable: see :func:`attainable`.
        order: place of each document among all.
    """
    dense, sparse = _best(candidates.dense), _best(candidates.sparse)
    low, high = _bounds([c.score for c in dense.values()])
    top = max((c.score for c in sparse.values()), default=0.0)
    dense_share = DENSE_SHARE if dense and sparse else float(bool(dense))

    def found(practice_id: str) -> Found:
        by_dense, by_sparse = dense.get(practice_id), sparse.get(practice_id)
        d = by_dense.score if by_dense else low
        s = by_sparse.score if by_sparse else 0.0
        share = s / attainable if attainable > 0 else 0.0
        fused = dense_share * _scaled(d, low, high) + (1 - dense_share) * _scaled(s, 0.0, top)
        return Found(
            candidate=by_sparse or dense[practice_id],
            dense=by_dense.score if by_dense else None,
            sparse=by_sparse.score if by_sparse else None,
            share=share,
            score=fused,
            weak=is_weak(d, share, mode),
        )

    last = len(order)

    def place(one: Found) -> tuple[bool, float, int, str]:
        # Rounded, so that what differs by the arithmetic of an engine only is equal.
        document = order.get(one.candidate.document_id, last)
        return one.weak, -round(one.score, 6), document, one.practice_id

    return sorted(map(found, dict.fromkeys([*dense, *sparse])), key=place)


def _best(channel: Sequence[Candidate]) -> dict[str, Candidate]:
    """Each practice's best passage."""
    best: dict[str, Candidate] = {}
    for candidate in channel:
        known = best.get(candidate.practice_id)
        if known is None or candidate.score > known.score:
            best[candidate.practice_id] = candidate
    return best


def _scaled(score: float, low: float, high: float) -> float:
    """The score's place between two bounds; 1 where they are the same and it is at them."""
    return (score - low) / (high - low) if high > low else float(score >= high > 0)


def _bounds(scores: Sequence[float]) -> tuple[float, float]:
    return (min(scores), max(scores)) if scores else (0.0, 0.0)


def facet_counts(found: Iterable[Found]) -> dict[str, list[tuple[str, int]]]:
    """Values and their counts by facet, over the strong ones; most frequent first."""
    strong = [one.candidate for one in found if not one.weak]
    return {name: _counted(strong, values) for name, values in FACETS.items()}


def _counted(
    candidates: Iterable[Candidate], values: Callable[[Candidate], Iterable[str | None]]
) -> list[tuple[str, int]]:
    counts = Counter(value for c in candidates for value in set(values(c)) if value is not None)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def grouped(found: Sequence[Found], by: str) -> list[Found]:
    """The same practices with those of one group together; groups in order of their best."""
    groups: dict[str | None, list[Found]] = {}
    for one in found:
        groups.setdefault(GROUPS[by](one.candidate), []).append(one)
    return [one for group in groups.values() for one in group]
