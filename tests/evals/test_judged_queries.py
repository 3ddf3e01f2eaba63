"""Form of the judged queries: ids, grades, splits, and words shared with what answers them."""

from __future__ import annotations

import logging
import re
from collections import Counter
from itertools import product

import jieba
import pytest

from corpus.model import Practice
from corpus.settings import DOCUMENTS, SOURCES
from evals.retrieval import KINDS, JudgedQuery, load

AT_LEAST = {
    "keyword": 35, "question": 40, "everyday": 40, "clause": 25, "region": 20, "figure": 20,
    "name": 20, "compound": 20, "unanswerable": 20,
}  # fmt: skip
# Words that ask or join, and say nothing of what is asked for.
FUNCTION_WORDS = set(
    re.findall(
        r"\w+",
        "怎么 怎样 哪些 什么 多少 有没有 能不能 如何 哪里 可以 是否 一个 几个 多少钱 并且 同时 以及 "
        "进行 开展 情况 或者 而且 不要 做法 经验 应当 按照 要求 相关 通过 各地 各市 方面 还要 还是 "
        "不能 没有 时候 一起 一次 这个 那个 自己 给予 实行 推动 建立 实现",
    )
)
TUNE, TEST = load("tune"), load("test")
ALL = [*TUNE, *TEST]
ANSWERABLE = [query for query in ALL if query.kind != "unanswerable"]


@pytest.fixture(scope="module")
def practices() -> dict[str, Practice]:
    from corpus.metadata import manifest
    from ingest.parse import parse
    from ingest.readers import read_path

    parsed = [
        parse(read_path(DOCUMENTS / entry.file, max_bytes=2**20), entry.id or "")
        for entry in manifest(SOURCES)
    ]
    return {practice.id: practice for document in parsed for practice in document.practices}


@pytest.fixture(scope="module")
def texts(practices: dict[str, Practice]) -> dict[str, str]:
    """Id → all words of a practice: text, task, measure and headings."""
    return {
        id_: " ".join([p.text, p.task or "", p.measure or "", *p.path])
        for id_, p in practices.items()
    }


def test_every_judged_id_is_a_parsed_practice(practices: dict[str, Practice]) -> None:
    unknown = [(q.id, id_) for q in ALL for id_ in q.judgments if id_ not in practices]
    assert unknown == []


def test_grades_are_one_to_three() -> None:
    assert {grade for query in ALL for grade in query.judgments.values()} == {1, 2, 3}


def test_answerable_queries_have_an_answer() -> None:
    assert [q.id for q in ANSWERABLE if max(q.judgments.values(), default=0) < 2] == []


def test_unanswerable_queries_have_no_judgment() -> None:
    assert [q.id for q in ALL if q.kind == "unanswerable" and q.judgments] == []


def test_ids_and_queries_are_unique() -> None:
    assert [id_ for id_, times in Counter(q.id for q in ALL).items() if times > 1] == []
    texts = Counter(re.sub(r"\W", "", q.query) for q in ALL)
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_large_enough_and_balanced(kind: str) -> None:
    tune, test = (sum(q.kind == kind for q in split) for split in (TUNE, TEST))
    assert tune + test >= AT_LEAST[kind]
    assert abs(tune - test) <= max(2, 0.1 * (tune + test))


def test_there_are_enough_queries_in_each_split() -> None:
    assert len(ANSWERABLE) >= 200
    assert abs(len(TUNE) - len(TEST)) <= 0.05 * len(ALL)


def test_clauses_have_the_length_of_clauses() -> None:
    assert [q.id for q in ALL if q.kind == "clause" and not 40 <= len(q.query) <= 120] == []


def test_no_need_is_in_both_splits() -> None:
    assert {q.need for q in TUNE} & {q.need for q in TEST} == set()


def test_no_query_has_a_near_duplicate_in_the_other_split() -> None:
    alike = [
        (first.id, second.id)
        for first, second in product(TUNE, TEST)
        if _jaccard(_runs(first.query, 2), _runs(second.query, 2)) > 0.6
    ]
    assert alike == []


def test_shares_words_says_what_the_texts_say(texts: dict[str, str]) -> None:
    wrong = [q.id for q in ANSWERABLE if q.shares_words != bool(_shared(q, texts))]
    assert wrong == []


def test_everyday_queries_mostly_share_no_word() -> None:
    everyday = [q for q in ALL if q.kind == "everyday"]
    assert sum(q.shares_words for q in everyday) <= 0.1 * len(everyday)


def _shared(query: JudgedQuery, texts: dict[str, str]) -> set[str]:
    """Words and runs of three characters that the query has in common with its answers."""
    answers = [texts[id_] for id_, grade in query.judgments.items() if grade >= 2]
    return {
        word
        for word in _words(query.query) | _runs(query.query, 3)
        if any(word in answer for answer in answers)
        and sum(word in text for text in texts.values()) <= len(texts) / 2
    }


def _words(text: str) -> set[str]:
    words = _TOKENIZER.cut(text)
    return {w for w in words if len(w) > 1 and re.fullmatch(r"\w+", w)} - FUNCTION_WORDS


def _runs(text: str, length: int) -> set[str]:
    runs = (text[i : i + length] for i in range(len(text) - length + 1))
    return {run for run in runs if re.fullmatch(r"\w+", run)}


def _jaccard(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first | second else 0.0


jieba.setLogLevel(logging.WARNING)
# A tokenizer of its own, so that no word list of the product decides what a word is.
_TOKENIZER = jieba.Tokenizer()
