"""Score a model on the STARD questions: alone, and fused with BM25 over words and bigrams.

::

    python -m evals.training.stard --corpus PATH --queries PATH --model FOLDER --part even

Questions with an even ``qid`` are for choosing, the odd ones for reporting once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from evals.training.pairs import read_jsonl
from evals.training.vocabulary import word_cutter

Floats = npt.NDArray[np.float32]
Part = Literal["even", "odd", "all"]


@dataclass(frozen=True)
class Benchmark:
    """A corpus and its judged questions.

    Attributes:
        texts: title and text of each article.
        questions: what is asked.
        gold: for each question, rows of ``texts`` that answer it.
    """

    texts: list[str]
    questions: list[str]
    gold: list[frozenset[int]]


@dataclass(frozen=True)
class Scores:
    """Means over the questions: nDCG@10 (binary gains), hit@10 and recall@100."""

    ndcg: float
    hit: float
    recall: float

    def __str__(self) -> str:
        return f"nDCG@10 {self.ndcg:.3f}   hit@10 {self.hit:.3f}   recall@100 {self.recall:.3f}"


def read(corpus: Path, queries: Path, part: Part) -> Benchmark:
    """Read the benchmark, with the questions of even, odd or all ``qid``."""
    articles = list(read_jsonl(corpus))
    row = {article["id"]: number for number, article in enumerate(articles)}
    wanted = {"even": {0}, "odd": {1}, "all": {0, 1}}[part]
    asked = [query for query in read_jsonl(queries) if query["qid"] % 2 in wanted]
    return Benchmark(
        [f"{article['law']} {article['text']}" for article in articles],
        [query["question"] for query in asked],
        [frozenset(row[number] for number in query["gold"]) for query in asked],
    )


def bm25_scores(benchmark: Benchmark, cut: Callable[[str], list[str]]) -> Floats:
    """Score by BM25 over the words that ``cut`` makes; shape (questions, articles)."""
    import bm25s

    index = bm25s.BM25()
    index.index([cut(text) for text in benchmark.texts], show_progress=False)
    known = index.vocab_dict
    asked = ([word for word in cut(question) if word in known] for question in benchmark.questions)
    return np.stack([index.get_scores(words) for words in asked]).astype(np.float32)


def model_scores(benchmark: Benchmark, folder: Path) -> Floats:
    """Score by the cosine of a Sentence Transformers model; shape (questions, articles)."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    texts = model.encode(benchmark.texts, batch_size=512)
    questions = model.encode(benchmark.questions, batch_size=512)
    scores: Floats = np.asarray(questions @ texts.T, dtype=np.float32)
    return scores


def fuse(dense: Floats, sparse: Floats, weight: float = 0.5) -> Floats:
    """Average the two, each standardised over the articles; ``weight`` is that of ``dense``."""
    return weight * _standardise(dense) + (1 - weight) * _standardise(sparse)


def score(scores: Floats, gold: Sequence[frozenset[int]]) -> Scores:
    """Measure a ranking of all articles for each question."""
    rows = [_score_one(row, wanted) for row, wanted in zip(scores, gold, strict=True)]
    return Scores(*np.mean(rows, axis=0).tolist())


def _score_one(row: Floats, gold: frozenset[int]) -> tuple[float, float, float]:
    count = min(100, len(row))
    top = np.argpartition(-row, count - 1)[:count]
    top = top[np.lexsort((top, -row[top]))]
    found = np.array([number in gold for number in top.tolist()])
    discount = 1 / np.log2(np.arange(2, 12))
    ideal = discount[: len(gold)].sum()
    first = found[:10]
    gain = (discount[: len(first)] * first).sum() / ideal
    return float(gain), float(first.any()), float(found.sum() / len(gold))


def _standardise(scores: Floats) -> Floats:
    spread = scores.std(axis=1, keepdims=True)
    result: Floats = (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread, spread, 1)
    return result


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring characters of ``text``, punctuation left out."""
    return ["".join(pair) for pair in pairwise(char for char in text if char.isalnum())]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the scores of a model, of BM25 and of both fused."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.stard")
    parser.add_argument("--corpus", type=Path, required=True, help="articles: id, law, text")
    parser.add_argument("--queries", type=Path, required=True, help="qid, question, gold")
    parser.add_argument("--model", type=Path, required=True, help="Sentence Transformers folder")
    parser.add_argument("--part", choices=("even", "odd", "all"), default="even")
    given = parser.parse_args(arguments)
    benchmark = read(given.corpus, given.queries, given.part)
    words, pairs = bm25_scores(benchmark, word_cutter()), bm25_scores(benchmark, bigrams)
    dense = model_scores(benchmark, given.model)
    both = fuse(words, pairs)
    print(f"{len(benchmark.questions)} questions ({given.part}), {len(benchmark.texts)} articles")
    rankings = {
        "bm25 words": words,
        "bm25 bigrams": pairs,
        "static": dense,
        "static + words, z-scored 6:4": fuse(dense, words, 0.6),
        "static + words, 20 cosine + bm25": 20 * dense + words,
        "static + words + bigrams, z-scored 2:1:1": fuse(dense, both),
        "static + words + bigrams, 40 cosine + bm25 + bm25 / 2": 40 * dense + words + pairs / 2,
    }
    for name, ranking in rankings.items():
        print(f"{name:<54} {score(ranking, benchmark.gold)}")


if __name__ == "__main__":
    main()
