"""The themes of a practice: a linear model whose weights are the cue words of a file.

The score of a theme is the sum over its cue words and the places they stand in: title, measure and
task headings, body. Each find counts the word's weight times the place's; in a heading a word
counts once, in the body by how often it stands there, normalised by length and saturated as in
BM25 (Robertson and Zaragoza, *The Probabilistic Relevance Framework*, 2009)::

    tf = count / (1 - B + B · length / LENGTH),    find = weight · place · 2 · tf / (tf + 1)

Of a theme's finds the strongest counts in full and each further one ``decay`` times the one before
it, so that a theme with many words for it does not drown one with few. The highest score is the
main theme; equal scores follow the order of the taxonomy. A heading names the main theme, so the
secondary ones are those that stand out in the body alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from corpus.errors import InputError
from corpus.model import Frozen, Practice, Span
from corpus.settings import VOCABULARY
from corpus.tables import read_table
from corpus.text import Folded, fold
from corpus.themes import Taxonomy, taxonomy

CUES = VOCABULARY / "theme_cues.toml"

B = 0.75  # how far a body's length counts
LENGTH = 250.0  # a usual length of a body, in characters
GAP = 16  # characters that may stand between the halves of a cue "甲…乙"
SECONDARY = 3  # secondary themes at most

Place = Literal["title", "measure", "task", "body"]
# Theme → what a cue weighs for it.
Weighing = Mapping[str, float]

# What a heading says besides, and the titles of cited documents, whose themes are not the text's.
_BESIDES = re.compile(r"\([^()]*\)$|[。:;,]$")
_TITLES = re.compile(r"(?<=《)[^《》]*(?=》)")


class Places(Frozen):
    """What a cue counts in each place."""

    title: float = Field(ge=0)
    measure: float = Field(ge=0)
    task: float = Field(ge=0)
    body: float = Field(ge=0)


class Weights(Frozen):
    """What the cues of each list weigh."""

    sure: float = Field(gt=0)
    strong: float = Field(gt=0)
    plain: float = Field(gt=0)
    weak: float = Field(gt=0)
    heading: float = Field(gt=0)
    under: float = Field(gt=0)
    against: float = Field(lt=0)


class Limits(Frozen):
    """How a score is summed, and from where on a theme is secondary or an assignment doubtful."""

    decay: float = Field(gt=0, le=1, description="Share of each further cue of a theme.")
    fallback: str = Field(description="Theme of a text in which no cue stands.")
    secondary: float = Field(gt=0, le=1, description="Least share of the body's best score.")
    floor: float = Field(ge=0, description="Least score of a secondary theme.")
    margin: float = Field(ge=0, le=1, description="Margins below are for a person to look at.")
    least: float = Field(0.0, ge=0, description="Scores below are for a person to look at.")
    field: tuple[str, ...] = Field((), description="Words of which a text of the field has one.")


class ThemeCues(Frozen):
    """The cue words of a theme; ``theme_cues.toml`` says what each list is for."""

    id: str
    factor: float = Field(1.0, gt=0, description="Below 1 for means that serve other themes.")
    sure: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class CueTable(Frozen):
    """``theme_cues.toml``."""

    weights: Weights
    places: Places
    limits: Limits
    theme: tuple[ThemeCues, ...]

    def weighing(self, *lists: str) -> dict[str, dict[str, float]]:
        """Cue → theme → weight, over some of the lists; the lists named later win."""
        result: dict[str, dict[str, float]] = {}
        for cues in self.theme:
            for name in lists:
                for word in getattr(cues, name):
                    result.setdefault(word, {})[cues.id] = getattr(self.weights, name)
        return result


@dataclass(frozen=True)
class Cue:
    """A cue word found: what it says for a theme, and where it stands first.

    Attributes:
        words: as the text or heading has them, of a heading folded.
        place: where they stand.
        score: what they count for the theme before decay; negative where they speak against it.
        start: offset in the practice's text, for cues in the body.
        end: the offset behind them.
    """

    words: str
    place: Place
    score: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Themes:
    """The themes of one practice.

    Attributes:
        main: id of the main theme, always a child of the taxonomy.
        secondary: ids of up to three other themes, the strongest first.
        margin: how far the next theme is behind, as a share of the main one's score, 0 to 1;
            0 where the text may be of no theme at all.
        evidence: the cues that decided for the main theme, the strongest first.
        candidates: the main theme and the next one, where the margin is small; else empty.
    """

    main: str
    secondary: tuple[str, ...]
    margin: float
    evidence: tuple[Cue, ...]
    candidates: tuple[str, ...]

    @property
    def needs_review(self) -> bool:
        """Whether another theme is nearly as strong, or nothing speaks for any."""
        return bool(self.candidates)


@dataclass(frozen=True)
class Lexicon:
    """All cues, folded, with what they weigh."""

    words: Mapping[str, Weighing]
    gaps: Mapping[re.Pattern[str], Weighing]
    headings: Mapping[str, Weighing]
    parents: Mapping[str, Weighing]

    @classmethod
    def of(cls, table: CueTable) -> Lexicon:
        """The cues of a table."""
        cues = table.weighing("weak", "plain", "strong", "sure", "against")
        return cls(
            words={fold(word): of for word, of in cues.items() if "…" not in word},
            gaps={_with_gap(word): of for word, of in cues.items() if "…" in word},
            headings={fold(word): of for word, of in table.weighing("heading").items()},
            parents={fold(word): of for word, of in table.weighing("under").items()},
        )

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(word) for word in self.words}, reverse=True))

    def found(self, text: str) -> Iterator[tuple[Weighing, list[Span]]]:
        """What each cue in a folded text weighs, and its places; none inside a longer word."""
        places: dict[str, list[Span]] = {}
        reached = 0
        for start in range(len(text)):
            ends = (start + length for length in self._lengths if start + length <= len(text))
            end = next((end for end in ends if text[start:end] in self.words), 0)
            # A word that does not reach beyond those begun before it stands inside one.
            if end > reached:
                places.setdefault(text[start:end], []).append((start, end))
                reached = end
        yield from ((self.words[word], spans) for word, spans in places.items())
        for pattern, weighing in self.gaps.items():
            if spans := [match.span() for match in pattern.finditer(text)]:
                yield weighing, spans

    def ending(self, heading: str, place: Place) -> tuple[str, Weighing]:
        """The longest known end of a plan's folded heading, and what it weighs; none: ``""``.

        A heading's last word says what stands below it: 实施步骤, 试点阶段（2019年1月底前完成）.
        """
        known = self.headings if place == "title" else self.parents
        head = _BESIDES.sub("", heading)
        ends = (head[start:] for start in range(len(head)))
        return next(((end, known[end]) for end in ends if end in known), ("", {}))


def _with_gap(cue: str) -> re.Pattern[str]:
    """A cue "甲…乙" as a pattern that stays within a sentence."""
    gap = f"[^。;!?]{{0,{GAP}}}?"
    return re.compile(gap.join(re.escape(fold(part)) for part in cue.split("…")))


@dataclass(frozen=True)
class Classifier:
    """Assigns themes by a table of cues. Safe for threads."""

    table: CueTable
    lexicon: Lexicon

    @classmethod
    def read(cls, path: Path = CUES, themes: Taxonomy | None = None) -> Classifier:
        """The classifier of a file of cues.

        Args:
            path: the file.
            themes: the taxonomy it must cover; the shipped one by default.

        Raises:
            InputError: the file is malformed, or its themes are not the taxonomy's children.
        """
        table = read_table(path, CueTable)
        expected = [theme.id for theme in (themes or taxonomy()).children]
        if [cues.id for cues in table.theme] != expected:
            raise InputError(
                f"词表 {path.name} 的主题与主题表不一致",
                hint="每个下级主题恰有一节，次序与 themes.toml 相同",
            )
        if table.limits.fallback not in expected:
            raise InputError(
                f"词表 {path.name} 的 limits.fallback 不是下级主题：{table.limits.fallback}",
                hint="请写一个下级主题的 id",
            )
        return cls(table, Lexicon.of(table))

    def assign(self, practice: Practice) -> Themes:
        """The themes of a practice; deterministic, and total over texts."""
        cues, limits = self.cues(practice), self.table.limits
        scores = self.scores(cues)
        main, second, *_ = sorted(scores, key=lambda theme: -scores[theme])
        best = scores[main]
        if best <= 0:
            return Themes(limits.fallback, (), 0.0, (), (limits.fallback,))
        margin = (best - max(0.0, scores[second])) / best
        # Whatever wins on a text of another field (林长制), nothing much speaks for it.
        if best < limits.least or not self._of_the_field(practice):
            margin = 0.0
        return Themes(
            main=main,
            secondary=self._secondary(cues, main),
            margin=margin,
            evidence=tuple(sorted((c for c in cues[main] if c.score > 0), key=lambda c: -c.score)),
            candidates=(main, second) if margin < limits.margin else (),
        )

    def _of_the_field(self, practice: Practice) -> bool:
        """Whether the text or a heading has a word of the field that the taxonomy is of."""
        parts = (practice.title, practice.measure, practice.task, practice.text)
        text = fold("\n".join(filter(None, parts)))
        words = self.table.limits.field
        return not words or any(fold(word) in text for word in words)

    def cues(self, practice: Practice) -> dict[str, list[Cue]]:
        """Theme → the cues found for and against it, in taxonomy order; there may be none."""
        found: dict[str, list[Cue]] = {cues.id: [] for cues in self.table.theme}
        for theme, cue in [*self._in_headings(practice), *self._in_body(practice.text)]:
            found[theme].append(cue)
        return found

    def _in_headings(self, practice: Practice) -> Iterator[tuple[str, Cue]]:
        headings: tuple[tuple[Place, str | None], ...] = (
            ("title", practice.title), ("measure", practice.measure), ("task", practice.task),
        )  # fmt: skip
        for place, heading in headings:
            text = fold(heading or "")
            if practice.kind == "plan_item":
                end, weighing = self.lexicon.ending(text, place)
                yield from ((theme, Cue(end, place, weight)) for theme, weight in weighing.items())
            share = getattr(self.table.places, place)
            for weighing, ((start, stop), *_) in self.lexicon.found(text):
                for theme, weight in weighing.items():
                    yield theme, Cue(text[start:stop], place, weight * share)

    def _in_body(self, original: str) -> Iterator[tuple[str, Cue]]:
        body = Folded.of(original)
        text = _TITLES.sub(lambda match: " " * len(match.group()), body.text)
        for weighing, spans in self.lexicon.found(text):
            start, end = body.original(*spans[0])
            share = self.table.places.body * _saturated(len(spans), len(text))
            for theme, weight in weighing.items():
                yield theme, Cue(original[start:end], "body", weight * share, start, end)

    def scores(self, cues: Mapping[str, Sequence[Cue]]) -> dict[str, float]:
        """Theme → its score by what :meth:`cues` found."""
        return {
            theme.id: theme.factor * self._sum(cue.score for cue in cues[theme.id])
            for theme in self.table.theme
        }

    def _secondary(self, cues: Mapping[str, Sequence[Cue]], main: str) -> tuple[str, ...]:
        """The themes that the body says most for, besides the main one."""
        scores = {
            theme: self._sum(cue.score for cue in found if cue.place == "body")
            for theme, found in cues.items()
        }
        limits = self.table.limits
        least = max(limits.floor, limits.secondary * max(scores.values()))
        ranked = sorted(scores, key=lambda theme: -scores[theme])
        others = [theme for theme in ranked if theme != main and scores[theme] >= least]
        return tuple(others[:SECONDARY])

    def _sum(self, values: Iterator[float]) -> float:
        """Gains, each further one for less, and losses in full."""
        ordered = sorted(values, reverse=True)
        decay = self.table.limits.decay
        return sum(
            value * decay**rank if value > 0 else value for rank, value in enumerate(ordered)
        )


def _saturated(count: int, length: int) -> float:
    """A count in a body of so many characters, normalised and saturated: 0 to 2."""
    tf = count / (1 - B + B * length / LENGTH)
    return 2 * tf / (tf + 1)


@cache
def classifier() -> Classifier:
    """The shipped cues, read on the first call."""
    return Classifier.read()


def assign(practice: Practice) -> Themes:
    """The themes of a practice, by the shipped cues."""
    return classifier().assign(practice)
