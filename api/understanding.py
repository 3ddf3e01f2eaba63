"""Reading a query: its words, the exact phrases it asks for, and what else to look for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from api.thesaurus import Reading, Thesaurus
from corpus.errors import InputError
from corpus.segment import Segmenter
from corpus.sparse import SparseEncoder
from corpus.text import fold, has_words

MAX_QUERY = 2000  # characters; a practice has 100 to 500
# Distinct index terms of a long query that are looked for; more only slow the engine down.
MAX_TERMS = 128
# Exact phrases of one query; in a pasted text full of quotation marks the rest are only words.
MAX_PHRASES = 8
# A word that a thesaurus group adds counts this much of a word that was asked for; the words it
# is made of share as much between them.
EXPANSION_WEIGHT = 0.4

_QUOTED = re.compile(
    r"“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|\"([^\"]*)\"|\uff02([^\uff02]*)\uff02"
)


@dataclass(frozen=True)
class Understood:
    """A query as it was read.

    Attributes:
        text: what was asked, without control characters.
        plain: the same without the marks of exact phrases; what is embedded.
        terms: its words, for people: distinct, folded, in order.
        phrases: exact phrases as they were written, and their folded forms.
        expansions: the query's words → words looked for as well.
        weights: index terms → weight, for the sparse query.
    """

    text: str
    plain: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    folded_phrases: tuple[str, ...]
    expansions: dict[str, tuple[str, ...]]
    weights: dict[str, float]


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

    def read(self, query: str, without: Sequence[str] = ()) -> Understood:
        """Read a query, leaving out the readings named in ``without``.

        A reading is named by its words as they were echoed: a phrase, an expanded word (all its
        expansions go) or one expansion.

        Raises:
            InputError: nothing to look for, or too long.
        """
        off = {fold(reading) for reading in without}
        text = _clean(query)
        _check(text)
        phrases, plain = _phrases(text, off)
        folded = fold(plain)
        expansions = self._expansions(folded, off)
        return Understood(
            text=text,
            plain=plain,
            terms=tuple(self.segmenter.words(plain)),
            phrases=tuple(phrases),
            folded_phrases=tuple(fold(phrase) for phrase in phrases),
            expansions=expansions,
            weights=self._weights(plain, expansions),
        )

    def _expansions(self, folded: str, off: set[str]) -> dict[str, tuple[str, ...]]:
        readings = self.thesaurus.readings(folded, self.segmenter.boundaries(folded))
        kept = (reading for reading in readings if reading.word not in off)
        return {
            reading.word: others for reading in kept if (others := _others(reading, folded, off))
        }

    def _weights(self, plain: str, expansions: dict[str, tuple[str, ...]]) -> dict[str, float]:
        weights = dict.fromkeys(self.segmenter.terms(plain), 1.0)
        weights = dict(list(weights.items())[:MAX_TERMS])
        for others in expansions.values():
            for other in others:
                for term, weight in self._expansion_weights(other).items():
                    weights[term] = max(weight, weights.get(term, 0.0))
        return weights

    def _expansion_weights(self, word: str) -> dict[str, float]:
        terms = list(dict.fromkeys(self.segmenter.terms(word)))
        whole = fold(word)
        parts = [term for term in terms if term != whole]
        weights = dict.fromkeys(parts, EXPANSION_WEIGHT / max(1, len(parts)))
        if len(parts) < len(terms):
            weights[whole] = EXPANSION_WEIGHT
        return weights


def _others(reading: Reading, folded: str, off: set[str]) -> tuple[str, ...]:
    """A reading's expansions that are not switched off nor in the query anyway."""
    return tuple(
        other for other in reading.others if fold(other) not in off and fold(other) not in folded
    )


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
