"""Reading a query: its words, the exact phrases it asks for, and what else to look for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice

from api.conditions import Conditions, read_conditions
from api.thesaurus import Reading, Thesaurus
from corpus.errors import InputError
from corpus.segment import Segmenter
from corpus.sparse import SparseEncoder
from corpus.text import fold, has_words, simplified

MAX_QUERY = 2000  # characters; a practice has 100 to 500
# Distinct index terms of a long query that are looked for; more only slow the engine down.
MAX_TERMS = 128
# Exact phrases of one query; in a pasted text full of quotation marks the rest are only words.
MAX_PHRASES = 8
# What a word that a thesaurus group adds counts, beside 1 for a word that was asked for: for what
# documents call so themselves, for what people say and no document, and for a narrower term. The
# words that a compound is made of share as much, or with PARTS below 1 somewhat more, between them.
SYNONYM = 0.5
SPOKEN = 0.8
NARROWER = 0.2
PARTS = 0.5
# What a pair of characters across the border of two words counts, beside 1 for a word. On the
# judged queries (tune split) and on lay questions over articles of law (STARD, even) .4 to .7
# hardly differ; without such pairs hybrid has .410 on the latter, which .4 raised to .421.
PAIR = 0.5
YEAR = 1.5  # what a year that is asked for counts: texts rarely say when, so it is no condition

# Words about the asking itself: a query of these and conditions wants all that meets them.
ABOUT = frozenset({
    "做法", "经验", "经验做法", "先例", "案例", "例子", "举措", "措施", "情况", "地区", "地方",
    "省份", "城市", "实践", "典型", "可复制", "清单", "政策", "全部", "所有",
})  # fmt: skip

_QUOTED = re.compile(
    r"“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|\"([^\"]*)\"|\uff02([^\uff02]*)\uff02"
)


@dataclass(frozen=True)
class Understood:
    """A query as it was read.

    Attributes:
        text: what was asked, without control characters.
        plain: the same, simplified, without conditions and marks of exact phrases; embedded.
        terms: its words, for people: distinct, folded, in order.
        phrases: exact phrases as they were written, and their folded forms.
        expansions: the query's words → words looked for as well.
        weights: index terms → weight, for the sparse query.
        asked: sum of the weights of its own terms and pairs, without expansions.
        conditions: regions, levels, years and document numbers.
        browsing: whether it has conditions and nothing else to look for.
    """

    text: str
    plain: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    folded_phrases: tuple[str, ...]
    expansions: dict[str, tuple[str, ...]]
    weights: dict[str, float]
    asked: float = 0.0
    conditions: Conditions = field(default_factory=Conditions)
    browsing: bool = False

    @cached_property
    def added(self) -> tuple[tuple[str, str], ...]:
        """The words looked for as well, each once, with their folded forms."""
        words = dict.fromkeys(chain.from_iterable(self.expansions.values()))
        return tuple((word, fold(word)) for word in words)


@dataclass(frozen=True)
class Understanding:
    """Reads queries with the project's vocabulary.

    Args:
        encoder: the sparse encoder that also encodes the passages.
        thesaurus: words for the same thing.
    """

    encoder: SparseEncoder
    thesaurus: Thesaurus

    @property
    def segmenter(self) -> Segmenter:
        """What cuts passages and queries into words."""
        return self.encoder.segmenter

    def read(
        self, query: str, without: Sequence[str] = (), *, conditions: bool = True
    ) -> Understood:
        """Read a query, leaving out the readings named in ``without``.

        Without ``conditions`` what it names is its matter: a draft's regions, years and quotes.

        A reading is named by its words as they were echoed: a phrase, a condition's words or label,
        an expanded word (all its expansions go) or one expansion.

        Raises:
            InputError: nothing to look for, or too long.
        """
        off = {fold(reading) for reading in without}
        text = _clean(query)
        _check(text)
        phrases, unmarked = _phrases(text, off)
        if conditions:
            read = read_conditions(simplified(unmarked), off)
        else:
            phrases, read = [], Conditions((), simplified(unmarked))
        plain = read.rest
        terms = self.segmenter.words(plain)
        browsing = read.restricting and ABOUT.issuperset(terms)
        if browsing:
            plain = simplified(unmarked)
        expansions = {} if browsing else self._readings(fold(plain), off)
        own = self._own(plain)
        return Understood(
            text=text,
            plain=plain,
            terms=tuple(terms),
            phrases=tuple(phrases),
            folded_phrases=tuple(fold(phrase) for phrase in phrases),
            expansions={
                word: reading.others + reading.narrower for word, reading in expansions.items()
            },
            weights=_dated(self._weights(own, expansions), read.years),
            asked=sum(own.values()),
            conditions=read,
            browsing=browsing,
        )

    def _readings(self, folded: str, off: set[str]) -> dict[str, Reading]:
        """The query's words that the thesaurus knows, with what is to be looked for as well."""
        found = self.thesaurus.readings(folded, self.segmenter.boundaries(folded))
        kept = (_wanted(reading, folded, off) for reading in found if reading.word not in off)
        return {one.word: one for one in kept if one.others or one.narrower}

    def _own(self, plain: str) -> dict[str, float]:
        """The index terms of what was asked itself, and the pairs between its words."""
        terms, pairs = self.segmenter.terms_and_pairs(plain)
        weights = dict.fromkeys(terms, 1.0)
        for pair in pairs:
            weights.setdefault(pair, PAIR)
        return dict(islice(weights.items(), MAX_TERMS))

    def _weights(self, own: dict[str, float], readings: dict[str, Reading]) -> dict[str, float]:
        weights = dict(own)
        for reading in readings.values():
            share = SPOKEN if reading.spoken else SYNONYM
            for others, counts in ((reading.others, share), (reading.narrower, NARROWER)):
                for other in others:
                    for term, weight in self._expansion_weights(other, counts).items():
                        weights[term] = max(weight, weights.get(term, 0.0))
        return weights

    def _expansion_weights(self, word: str, share: float) -> dict[str, float]:
        terms = list(dict.fromkeys(self.segmenter.label_terms(word)))
        whole = fold(word)
        parts = [term for term in terms if term != whole]
        weights = dict.fromkeys(parts, share / max(1, len(parts)) ** PARTS)
        if len(parts) < len(terms):
            weights[whole] = share
        return weights


def _dated(weights: dict[str, float], years: Iterable[int]) -> dict[str, float]:
    """The weights with those of the years asked for raised."""
    named = tuple(map(str, years))
    return {
        term: weight * YEAR if named and term.startswith(named) else weight
        for term, weight in weights.items()
    }


def _wanted(reading: Reading, folded: str, off: set[str]) -> Reading:
    """A reading without what is switched off or in the query anyway."""

    def kept(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in words if fold(word) not in off and fold(word) not in folded)

    return replace(reading, others=kept(reading.others), narrower=kept(reading.narrower))


def _clean(query: str) -> str:
    """Without control characters and half characters; white space of any kind is one space."""
    visible = (
        " " if char.isspace() else char
        for char in query
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )
    return " ".join("".join(visible).split())


def _check(text: str) -> None:
    if len(text) > MAX_QUERY:
        raise InputError(
            f"检索词有 {len(text)} 个字符，上限是 {MAX_QUERY} 个",
            hint="请只留要点，或按条款分开检索",
            field="query",
        )
    if not has_words(text):
        raise InputError(
            "没有可检索的文字",
            hint="请输入问题、关键词或一段条文，如：工资专户代发",
            field="query",
        )


def _phrases(text: str, off: set[str]) -> tuple[list[str], str]:
    """Exact phrases that are on, and the text without the marks around phrases."""
    found = [next(filter(None, match.groups()), "") for match in _QUOTED.finditer(text)]
    phrases = [
        phrase for phrase in dict.fromkeys(found) if has_words(phrase) and fold(phrase) not in off
    ]
    plain = _QUOTED.sub(lambda match: next(filter(None, match.groups()), " "), text)
    return phrases[:MAX_PHRASES], plain
