"""Folding: the one form in which queries, terms and exact phrases meet the text.

Folding makes alike what a reader takes for the same: full and half width, compatibility forms,
traditional and simplified characters, letter case and accents, the kinds of quotation marks,
brackets, dashes and dots, and the white space that typesetting and OCR leave inside Chinese. It is
idempotent, and :class:`Folded` can tell for any stretch of the folded text which stretch of the
original it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from corpus.model import Span

# Marks written differently by different hands, after NFKC. The ideographic full stop stays what
# it is: as an ASCII dot it would glue the number after it to the sentence before.
_ALIKE = {
    # quotation marks of all kinds and heights, primes, grave and acute accents
    **dict.fromkeys("“”„‟‘’\u201a\u201b「」『』\uff62\uff63\u2032\u2033`\u00b4'", '"'),
    **dict.fromkeys("\u3014【〖", "["),  # 〔 among them, as in 文号
    **dict.fromkeys("\u3015】〗", "]"),
    **dict.fromkeys("〈«\u2039", "《"),
    **dict.fromkeys("〉»\u203a", "》"),
    # hyphens, dashes, minus, box-drawing lines that OCR makes of them, and tildes
    **dict.fromkeys("\u2010\u2011\u2012–—―\u2212─━﹣～〜~\u223c", "-"),
    **dict.fromkeys("·•・‧∙⋅", "·"),
    "∶": ":",
}

_CJK = "⺀-〇〡-〩㇀-㇣㐀-䶿一-鿿豈-﫿𠀀-𲎯"
# A letter or digit of a script that puts spaces between its words.
_SPACED = rf"[^\W_{_CJK}]"
_SPACED_CHAR = re.compile(_SPACED)
_IDEOGRAPH = re.compile(rf"[{_CJK}]")
_SPACE = re.compile(r"\s+")
# Control, format, private-use, unassigned and half characters, and accents.
_DROPPED = frozenset(("Cc", "Cf", "Co", "Cn", "Cs", "Mn"))


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def simplified(text: str) -> str:
    """``text`` with traditional characters made simplified, phrase by phrase (乾隆 stays)."""
    return _converter()(text)


def _fold_char(char: str) -> str:
    """Fold one code point, by itself: the step where characters are replaced by equals."""
    if char in _ALIKE:
        return _ALIKE[char]
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    kept = (c for c in plain if c.isspace() or unicodedata.category(c) not in _DROPPED)
    return "".join(map(_alike, unicodedata.normalize("NFC", "".join(kept))))


def _alike(char: str) -> str:
    return simplified(char) if _IDEOGRAPH.match(char) else _ALIKE.get(char, char)


class _Table(dict[int, str]):
    """Translation table that fills itself, and remembers what does not fold one to one."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        self[code] = folded
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """The folded form of ``text``. Accents, control and private-use characters vanish.

    White space stays, as one space, only between two words of a spaced script ("BIM LAB").
    """
    raw = text.translate(_TABLE)
    return _SPACE.sub(_one_space, raw)


def _one_space(match: re.Match[str]) -> str:
    """What is left of a stretch of white space: one space between spaced words, else nothing."""
    text, start, end = match.string, match.start(), match.end()
    between = start > 0 and end < len(text) and _is_spaced(text[start - 1])
    return " " if between and _is_spaced(text[end]) else ""


def _is_spaced(char: str) -> bool:
    """Whether ``char`` is a letter or digit of a script that puts spaces between words."""
    return _SPACED_CHAR.match(char) is not None


@dataclass(frozen=True)
class Folded:
    """A folded text and where each of its characters stands in the original.

    ``starts[i]`` and ``ends[i]`` bound, in code points of the original, what became ``text[i]``.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, original: str) -> Folded:
        """Fold ``original`` and keep the map; ``Folded.of(x).text == fold(x)``."""
        raw, starts, ends = _pieces(original)
        kept: list[int] = []
        at = 0
        for match in _SPACE.finditer(raw):
            kept.extend(range(at, match.start() + len(_one_space(match))))
            at = match.end()
        if not kept and at == 0:
            return cls(raw, starts, ends)
        kept.extend(range(at, len(raw)))
        text = "".join(" " if raw[i].isspace() else raw[i] for i in kept)
        return cls(text, [starts[i] for i in kept], [ends[i] for i in kept])

    def original(self, start: int, end: int) -> Span:
        """The original's span behind ``text[start:end]``; empty spans are not allowed."""
        return self.starts[start], self.ends[end - 1]

    def find(self, needle: str) -> Iterator[Span]:
        """Original spans of every place where the folded ``needle`` stands, as whole words.

        A needle that begins or ends with a letter or digit of a spaced script does not match
        inside a longer run of those: ``1`` is not in ``2017``, ``bim`` not in ``bimodal``.
        """
        for start, end in occurrences(self.text, needle):
            yield self.original(start, end)


def _pieces(original: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Folded characters before white space is settled, with their original spans."""
    raw = original.translate(_TABLE)
    if _TABLE.uneven.isdisjoint(original):
        return raw, range(len(original)), range(1, len(original) + 1)
    sizes = [len(_TABLE[ord(char)]) for char in original]
    starts = [place for place, size in enumerate(sizes) for _ in range(size)]
    return raw, starts, [start + 1 for start in starts]


def occurrences(text: str, needle: str) -> Iterator[Span]:
    """Spans of the folded ``needle`` in the folded ``text``, without overlaps, as whole words."""
    if not needle:
        return
    head, tail = _is_spaced(needle[0]), _is_spaced(needle[-1])
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        inside = (head and at > 0 and _is_spaced(text[at - 1])) or (
            tail and end < len(text) and _is_spaced(text[end])
        )
        if not inside:
            yield at, end
        at = text.find(needle, at + 1 if inside else end)


def has_words(text: str) -> bool:
    """Whether there is any letter, digit or ideograph in ``text``."""
    return any(char.isalnum() for char in text)


def merge_spans(spans: Sequence[Span]) -> list[Span]:
    """Sorted spans with those that touch or overlap made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
