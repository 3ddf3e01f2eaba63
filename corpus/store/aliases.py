"""Ids that a new parse of a document no longer gives stay alive as aliases of its practices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from corpus.model import Practice, Source

LIKE_ENOUGH = 0.6  # share of common bigrams from which a text counts as the same practice
COMMON = 64  # a bigram in more practices than this picks out none of them


def carry_aliases(
    old: Sequence[Practice], new: Sequence[Practice], *, same_source: bool
) -> tuple[Practice, ...]:
    """The new practices, with the ids of the old that they lack as aliases.

    An old practice's id and its own aliases go to the new practice with the same id, else with the
    same text, else with the most similar text (Dice coefficient of character bigrams, at least
    0.6), else, if both come from the same file, with the one that covers most of its source (at
    least half), else to none.
    """
    present = {practice.id for practice in new}
    found: dict[str, list[str]] = defaultdict(list)
    search = _Search(new, same_source)
    for practice in old:
        ids = [id_ for id_ in (practice.id, *practice.aliases) if id_ not in present]
        if not ids:
            continue
        heir = practice.id if practice.id in present else search.heir(practice)
        if heir is not None:
            found[heir].extend(ids)
    return tuple(_with_aliases(practice, found[practice.id], present) for practice in new)


def _with_aliases(practice: Practice, ids: Iterable[str], present: set[str]) -> Practice:
    """The practice with further aliases; an alias is never some practice's present id."""
    aliases = tuple(id_ for id_ in dict.fromkeys((*practice.aliases, *ids)) if id_ not in present)
    if aliases == practice.aliases:
        return practice
    return practice.model_copy(update={"aliases": aliases})


class _Search:
    """Finds the practice that an old one has become."""

    def __init__(self, practices: Sequence[Practice], same_source: bool) -> None:
        self._practices = practices
        self._same_source = same_source
        self._by_text: dict[str, list[int]] = defaultdict(list)
        self._by_bigram: dict[str, list[int]] = defaultdict(list)
        self._bigrams = [_bigrams(practice.text) for practice in practices]
        for i, practice in enumerate(practices):
            self._by_text[practice.text].append(i)
            for bigram in self._bigrams[i]:
                self._by_bigram[bigram].append(i)

    def heir(self, old: Practice) -> str | None:
        same = self._by_text.get(old.text)
        if same:
            nearest = min(same, key=lambda i: abs(self._practices[i].sequence - old.sequence))
            return self._practices[nearest].id
        found = self._similar(old)
        if found is None and self._same_source:
            found = self._overlapping(old)
        return None if found is None else self._practices[found].id

    def _similar(self, old: Practice) -> int | None:
        wanted = _bigrams(old.text)
        shared: Counter[int] = Counter()
        for bigram in wanted:
            holders = self._by_bigram.get(bigram, ())
            if len(holders) <= COMMON:
                shared.update(holders)
        scored = [
            (_dice(wanted, self._bigrams[i]), -abs(self._practices[i].sequence - old.sequence), i)
            for i, _ in shared.most_common(8)
        ]
        best = max(scored, default=None)
        return best[2] if best is not None and best[0] >= LIKE_ENOUGH else None

    def _overlapping(self, old: Practice) -> int | None:
        overlaps = [(_overlap(old.source, p.source), i) for i, p in enumerate(self._practices)]
        size, found = max(overlaps, key=lambda pair: pair[0], default=(0, 0))
        return found if 2 * size >= _length(old.source) > 0 else None


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(max(1, len(text) - 1)))


def _dice(left: frozenset[str], right: frozenset[str]) -> float:
    return 2 * len(left & right) / (len(left) + len(right))


def _length(source: Source) -> int:
    return sum(end - start for start, end in source.spans)


def _overlap(left: Source, right: Source) -> int:
    """Code points of the source that both cover."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in left.spans
        for other_start, other_end in right.spans
    )
