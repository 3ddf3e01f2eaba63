"""Chinese segmentation: jieba with the domain's lexicon, as terms for the index and the query.

One :class:`Segmenter` serves all threads of a process. :func:`in_processes` spreads work that is
mostly segmentation over processes, because jieba alone would take most of a large ingestion.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar

from corpus.errors import InputError
from corpus.settings import VOCABULARY
from corpus.text import fold, has_words

Item = TypeVar("Item")
Result = TypeVar("Result")

LEXICON = VOCABULARY / "lexicon.txt"
STOPWORDS = VOCABULARY / "stopwords.txt"

# A run of letters or digits longer than this (base64, a hash) is no word anybody looks for.
MAX_TERM = 64
# jieba lets these stand inside a word ("c++", "3.5%"); at a word's edge they are punctuation.
_EDGE = "-._&#+"
_HAN_PAIR = re.compile(r"[一-鿿]{2}").fullmatch
_CHUNK = 256
AHEAD = 8  # chunks under way for each process
WORDS = 1 << 16  # whose terms are remembered, some 10 MB


@dataclass(frozen=True)
class Segmenter:
    """Cuts text into folded terms. Light to make; loads its dictionaries at the first use.

    Args:
        cache_dir: folder in which jieba keeps its compiled dictionary (5 MB); made if need be.
        lexicon: words to keep whole, one a line, ``#`` begins a comment.
        stopwords: words never indexed nor looked for, one a line.
    """

    cache_dir: Path
    lexicon: Path = LEXICON
    stopwords: Path = STOPWORDS

    def terms(self, text: str) -> list[str]:
        """Index terms in text order, with repeats: each word, and the words inside it.

        Stop words and punctuation are left out; numbers and Latin words are kept.
        """
        return self.terms_and_pairs(text)[0]

    def terms_and_pairs(self, text: str) -> tuple[list[str], list[str]]:
        """``terms``, and the pairs of characters that stand on either side of a word's border.

        Where a query's words are cut otherwise than a passage's, such pairs still meet: 要回|工钱
        and 要|回工|钱. Both with repeats; a pair that is a stop word is left out.
        """
        loaded = self._loaded()
        raw = loaded.raw(fold(text))
        pairs = (one[-1] + other[0] for one, other in pairwise(raw))
        return (
            list(chain.from_iterable(map(loaded.terms, raw))),
            [pair for pair in pairs if _HAN_PAIR(pair) and pair not in loaded.stop],
        )

    def label_terms(self, label: str) -> tuple[str, ...]:
        """``terms`` of a heading, a name or a word of the thesaurus, which come again and again."""
        return _label_terms(self, label)

    def words(self, text: str) -> list[str]:
        """What a reader would call the words of ``text``: distinct, in order, no stop words.

        A compound of the lexicon that is made of dictionary words is given as these: 工资专户 is
        工资 and 专户.
        """
        loaded = self._loaded()
        words = filter(None, map(_freed, loaded.raw(fold(text))))
        parts = chain.from_iterable(map(loaded.split, words))
        return [word for word in dict.fromkeys(parts) if word not in loaded.stop]

    def boundaries(self, folded: str) -> set[int]:
        """Offsets in a folded text at which a word, or a part of a compound, begins or ends."""
        loaded = self._loaded()
        offsets, at = {0}, 0
        for word in loaded.raw(folded):
            for part in loaded.split(word):
                at += len(part)
                offsets.add(at)
        return offsets

    def warm_up(self) -> None:
        """Load the dictionaries now (0.2 s from the cache, 1 s without)."""
        self._loaded()

    def _loaded(self) -> _Loaded:
        loaded = _LOADED.get(self)
        if loaded is None:
            with _LOCK:
                loaded = _LOADED.get(self)
                if loaded is None:
                    loaded = _LOADED[self] = _Loaded(self)
        return loaded


class _Loaded:
    """The dictionaries of a segmenter, in memory."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.own = set(read_words(segmenter.lexicon))
        self.stop = frozenset(read_words(segmenter.stopwords))
        self._tokenizer = _tokenizer(segmenter.cache_dir)
        self._frequency: dict[str, int] = self._tokenizer.FREQ
        self._compounds = {word for word in self.own if not self._frequency.get(word)}
        for word in sorted(self.own):
            self._tokenizer.add_word(word)
        # A text is made of few words: nearly all have been looked into before.
        self.terms = lru_cache(maxsize=WORDS)(self._terms)
        # A query is cut for its terms, for its words and for where they end.
        self.raw = lru_cache(maxsize=16)(self._raw)

    def _raw(self, folded: str) -> tuple[str, ...]:
        """Everything in order, punctuation too: the pieces joined are ``folded``."""
        return tuple(self._tokenizer.cut(folded))

    def _terms(self, raw: str) -> tuple[str, ...]:
        """A word and, before it, the words inside it, but no stop words.

        As jieba's search mode, but with lexicon words of any length, and with the character
        pairs of words that only the hidden Markov model believes in: it may cut the same name
        otherwise in another sentence.

        Args:
            raw: a word as jieba cuts it, maybe with punctuation at its edges or nothing else.
        """
        word = _freed(raw)
        if not word:
            return ()
        known = bool(self._frequency.get(word))
        found = []
        for size in range(2, len(word)):
            for start in range(len(word) - size + 1):
                part = word[start : start + size]
                if self._is_word(part) or (size == 2 and not known and not part.isascii()):
                    found.append(part)
        return tuple(term for term in (*found, word) if term not in self.stop)

    def split(self, word: str) -> list[str]:
        """The dictionary words, of two characters or more, that a lexicon compound is made of."""
        if word not in self._compounds or len(word) < 4:
            return [word]
        parts = self._fewest(word)
        return list(chain.from_iterable(map(self.split, parts))) if parts else [word]

    def _fewest(self, word: str) -> list[str] | None:
        """The fewest shorter words that are ``word`` when joined."""
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(end - 1):
                part, before = word[start:end], best[start]
                if before is None or len(part) == len(word) or not self._frequency.get(part):
                    continue
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = [*before, part]
        return best[-1]

    def _is_word(self, part: str) -> bool:
        if len(part) > 3:
            return part in self.own
        return bool(self._frequency.get(part))


def _freed(raw: str) -> str:
    """A word freed of punctuation at its edges; empty if nothing is left or it is no word."""
    word = raw.strip(_EDGE)
    return word if len(word) <= MAX_TERM and has_words(word) else ""


@lru_cache(maxsize=1 << 14)
def _label_terms(segmenter: Segmenter, label: str) -> tuple[str, ...]:
    return tuple(segmenter.terms(label))


_LOADED: dict[Segmenter, _Loaded] = {}
_LOCK = threading.Lock()


def _tokenizer(cache_dir: Path) -> Any:
    """A jieba tokenizer of our own, its cache in our folder and its log at ours."""
    with warnings.catch_warnings():
        # jieba looks for pkg_resources, which warns that it is deprecated, and has invalid
        # escapes in its patterns, of which Python warns when it first compiles them.
        warnings.filterwarnings("ignore", category=UserWarning, message=".*pkg_resources.*")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=SyntaxWarning)
        import jieba
    log = logging.getLogger("jieba")
    log.handlers.clear()
    log.setLevel(logging.WARNING)
    folder = cache_dir / f"jieba-{jieba.__version__}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"缓存目录 {cache_dir} 无法建立：{error.strerror}",
            hint="请检查 TASHAN_DATA_DIR 指向的目录是否可写",
        ) from error
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    return tokenizer


def read_words(path: Path) -> list[str]:
    """The words of a vocabulary file, folded, in file order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if (word := fold(line.split("#")[0]))]


def in_processes(
    work: Callable[[list[Item]], list[Result]],
    items: Iterable[Item],
    processes: int | None = None,
) -> Iterator[Result]:
    """``work`` done on chunks of ``items`` in fresh processes, results in the items' order.

    Fewer items than a few chunks are worked on here, since a process takes a second to start.
    Only so many chunks are under way that memory stays bounded.

    Args:
        work: a picklable function from a list of items to as many results.
        processes: how many, 1 for this one alone; by default one for each processor but the one
            that whoever takes the results keeps busy.
    """
    count = processes or os.cpu_count() or 1
    workers = processes or count - 1
    source = iter(items)
    first = list(islice(source, 4 * _CHUNK))
    if count == 1 or len(first) < 4 * _CHUNK:
        for chunk in _chunks(chain(first, source)):
            yield from work(chunk)
        return
    # Fresh processes: a fork of one that runs threads (the API, torch) can lock up.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        under_way: deque[_Task[Item, Result]] = deque()
        for chunk in _chunks(chain(first, source)):
            under_way.append(_Task(chunk, pool.submit(work, chunk)))
            if len(under_way) > AHEAD * workers:
                yield from _next(under_way, work)
        while under_way:
            yield from _next(under_way, work)


@dataclass
class _Task(Generic[Item, Result]):
    """A chunk and what comes of it."""

    chunk: list[Item]
    result: Future[list[Result]]


def _next(
    under_way: deque[_Task[Item, Result]], work: Callable[[list[Item]], list[Result]]
) -> list[Result]:
    """The next chunk's results; what no process has begun is worked on here until they are there.

    So neither side ever waits for the other while there is work.
    """
    task = under_way.popleft()
    for later in reversed(under_way):
        if task.result.done():
            break
        if later.result.cancel():
            later.result = Future()
            later.result.set_result(work(later.chunk))
    return task.result.result()


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk
