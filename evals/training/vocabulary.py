"""The tokenizer of the static embedding: a Unigram model over the words of the training text.

Its pieces are words of at most three characters as jieba cuts them in search mode, so a piece is a
word rather than a frequent string, and single characters for everything else. Punctuation and white
space are dropped.
"""

from __future__ import annotations

import logging
import math
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"
LONGEST = 3
SEPARATORS = r"[^\p{L}\p{N}]+"


def word_cutter(extra: Iterable[str] = ()) -> Callable[[str], list[str]]:
    """Return a function that cuts a text into jieba's search-mode words, without punctuation.

    Args:
        extra: words that jieba must know besides its own.
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    # jieba would keep a cache in the shared temporary folder.
    with tempfile.TemporaryDirectory() as folder:
        segmenter.tmp_dir = folder
        segmenter.initialize()
    for word in extra:
        segmenter.add_word(word)
    return lambda text: [word for word in segmenter.lcut_for_search(text) if word.isalnum()]


def count_words(texts: Iterable[str], extra: Iterable[str] = ()) -> Counter[str]:
    """Count jieba's search-mode words of ``texts`` and every single character.

    Args:
        texts: what to count in.
        extra: words that jieba must know.
    """
    cut = word_cutter(extra)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word for word in cut(text) if len(word) <= LONGEST)
        counts.update(char for char in text if char.isalnum())
    return counts


def make_tokenizer(counts: Counter[str], size: int, keep: Iterable[str] = ()) -> Tokenizer:
    """Make a Unigram tokenizer of the ``size`` best pieces; id 0 is the unknown piece.

    Args:
        counts: how often each candidate piece occurs.
        size: most pieces, the unknown one included.
        keep: pieces to keep however rare they are.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    pieces = _choose(counts, size - 1, set(keep))
    total = sum(counts[piece] + 1 for piece in pieces)
    # A single character pays a toll, so that words win against their characters.
    scored = [
        (piece, math.log((counts[piece] + 1) / total) - (4.0 if len(piece) == 1 else 0.0))
        for piece in pieces
    ]
    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, -30.0), *scored], unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(SEPARATORS), behavior="removed")
    return tokenizer


def _choose(counts: Counter[str], size: int, keep: set[str]) -> list[str]:
    normal: Counter[str] = Counter()
    for piece, count in counts.items():
        normal[_normalise(piece)] += count
    kept = sorted({_normalise(piece) for piece in keep})
    ranked = sorted(normal, key=lambda piece: (-normal[piece], piece))
    chosen = dict.fromkeys([*kept, *ranked])
    return sorted(list(chosen)[:size], key=lambda piece: (-normal[piece], piece))


def _normalise(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece).lower()
