"""From two channels of passages to one ranking of practices; weak lines, facets and groups.

Pure functions over what the store returned: no engine, no model.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from api.schemas import FACET_VALUES, Mode
from corpus.store.base import Candidate, Candidates

# Share of the dense score in the fused one; the sparse score has the rest. On the judged queries
# (tune split) .55 was best of .5, .55 … .65 with the bundled model; on lay questions over 60,726
# articles of law (STARD, even) .5 to .7 were alike. Reciprocal rank fusion was worse, and so were
# sums of unscaled scores. A dense score between the worst and the best that were found, instead of
# a share of the best, needs another share for every size of corpus: the worst of a few is far away.
DENSE_SHARE = 0.55

# What the words of a query count beside the cosine when a hit's strength is judged. Of 0, .1 … 2
# the best at telling 120 questions that the shipped corpus answers from 100 on other matters.
WORDS = 0.2
MOST_WORDS = 1.5  # a passage that is full of a query's synonyms has no more than this
# Without a word in common the cosine has to be this much higher: two strings of letters that the
# bundled model does not know are alike to it (qwerty and hello have .5).
UNWORDED = 0.13
NO_WORD = 0.02  # a share of the words that counts as none


class Lines(NamedTuple):
    """If nothing is as strong, the whole answer is weak; by mode, see :func:`strength`."""

    hybrid: float
    semantic: float
    keyword: float


# Where something is above the line, what is this much of it as strong is no weak hit either: it is
# known then that the question is one that the corpus answers.
BESIDE = 0.75
# Of the bundled model; for others they are found out, see :mod:`api.weakness`.
LINES = Lines(hybrid=0.42, semantic=0.38, keyword=0.48)

FACETS: dict[str, Callable[[Candidate], tuple[str | None, ...]]] = {
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


class Found(NamedTuple):
    """A practice that was found: by its best passage, with the best score of each channel.

    ``share`` is the sparse score as a share of what a passage with every word of the query,
    each as rare as can be, would have; with synonyms it may be more. ``rerank`` is what a
    cross-encoder says of it, 0 to 1. ``strength`` is what speaks for it whatever else was found.
    """

    candidate: Candidate
    dense: float | None
    sparse: float | None
    share: float
    score: float
    strength: float = 0.0
    weak: bool = False
    rerank: float | None = None

    @property
    def practice_id(self) -> str:
        """The practice found."""
        return self.candidate.practice_id


def attainable(asked: float, passages: int) -> float:
    """Sparse score of a passage that has all of a query's own terms once and alone.

    Args:
        asked: sum of the weights of the terms that were asked for; expansions do not count.
        passages: number of passages stored, which bounds the inverse document frequency.
    """
    return asked * math.log(1 + (passages + 0.5) / 1.5)


def strength(dense: float, share: float, mode: Mode) -> float:
    """How much speaks for a passage as an answer, whatever else was found.

    Args:
        dense: its cosine with the query, or what it is at most.
        share: see :class:`Found`.
        mode: the channels that were asked.
    """
    words = min(share, MOST_WORDS)
    if mode == "keyword":
        return words
    if mode == "semantic":
        return dense
    return dense + WORDS * words - (UNWORDED if share < NO_WORD else 0.0)


def weak_below(strengths: Iterable[float], mode: Mode, lines: Lines = LINES) -> float:
    """The strength below which a hit is weak, among hits of these strengths.

    Where none reaches the mode's line all are weak.
    """
    line: float = getattr(lines, mode)
    return BESIDE * line if max(strengths, default=0.0) >= line else math.inf


def fuse(
    candidates: Candidates,
    mode: Mode,
    attainable: float,
    order: Mapping[str, int],
    lines: Lines = LINES,
) -> list[Found]:
    """Practices by fused score, the strong before the weak; equals by document order, then id.

    The fused score is a convex combination of what each channel's score is as a share of its best.
    A practice without a word of the query has no sparse score; what only the words found, where the
    vectors were not asked for it, has the dense score of the worst that they found.

    Args:
        candidates: passages, best first, by channel.
        mode: the channels that were asked.
        attainable: see :func:`attainable`.
        order: place of each document among all.
        lines: below them a practice is weak.
    """
    dense, sparse = _best(candidates.dense), _best(candidates.sparse)
    low = min((c.score for c in dense.values()), default=0.0)
    dense_share = DENSE_SHARE if dense and sparse else float(bool(dense))
    dense_weight = _weight(dense_share, dense)
    sparse_weight = _weight(1 - dense_share, sparse)

    every: list[tuple[Candidate, float | None, float | None, float, float, float]] = []
    for practice_id in dense | sparse:
        by_dense, by_sparse = dense.get(practice_id), sparse.get(practice_id)
        d = low if by_dense is None else by_dense.score
        s = 0.0 if by_sparse is None else by_sparse.score
        share = s / attainable if attainable > 0 else 0.0
        every.append((
            by_sparse or dense[practice_id],
            by_dense and by_dense.score,
            by_sparse and by_sparse.score,
            share,
            dense_weight * max(0.0, d) + sparse_weight * s,
            strength(d, share, mode),
        ))  # fmt: skip
    line = weak_below((one[-1] for one in every), mode, lines)
    last = len(order)

    def place(one: Found) -> tuple[bool, float, int, str]:
        # Rounded, so that what differs by the arithmetic of an engine only is equal.
        candidate = one.candidate
        document = order.get(candidate.document_id, last)
        return one.weak, -round(one.score, 6), document, candidate.practice_id

    return sorted((Found(*one, one[-1] < line) for one in every), key=place)


def _best(channel: Sequence[Candidate]) -> dict[str, Candidate]:
    """Each practice's best passage, of passages that come best first."""
    best: dict[str, Candidate] = {}
    for candidate in channel:
        best.setdefault(candidate.practice_id, candidate)
    return best


def _weight(share: float, channel: Mapping[str, Candidate]) -> float:
    """What a score counts whose channel's best is to count ``share``; nothing where that is 0."""
    best = max((candidate.score for candidate in channel.values()), default=0.0)
    return share / best if best > 0 else 0.0


def facet_counts(found: Iterable[Found]) -> dict[str, list[tuple[str, int]]]:
    """Values and their counts by facet, over the strong ones; the most frequent, these first."""
    strong = [one.candidate for one in found if not one.weak]
    return {name: _counted(strong, values) for name, values in FACETS.items()}


def _counted(
    candidates: Iterable[Candidate], values: Callable[[Candidate], tuple[str | None, ...]]
) -> list[tuple[str, int]]:
    # A practice counts once for a value, however often it has it; most have one value or none.
    own = (found if len(found) < 2 else set(found) for found in map(values, candidates))
    counts = Counter(chain.from_iterable(own))
    named = [(value, count) for value, count in counts.items() if value is not None]
    return sorted(named, key=lambda item: (-item[1], item[0]))[:FACET_VALUES]


def grouped(found: Sequence[Found], by: str) -> list[Found]:
    """The same practices with those of one group together; groups in order of their best."""
    groups: dict[str | None, list[Found]] = {}
    for one in found:
        groups.setdefault(GROUPS[by](one.candidate), []).append(one)
    return [one for group in groups.values() for one in group]
