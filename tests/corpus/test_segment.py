from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.segment import LEXICON, STOPWORDS, Segmenter, in_processes, read_words
from corpus.text import fold


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("工资专户代发", ["工资", "专户", "代发"]),
        ("农民工工资专用账户", ["农民工", "工资", "专用", "账户"]),
        ("“桂建通”平台怎么做的？", ["桂建通", "平台"]),
        ("一试双证", ["一试双证"]),
        ("河南省固始县", ["河南省", "固始县"]),
        ("占比97%，共165.01亿元", ["占", "比", "97%", "共", "165.01", "亿元"]),
        ("ＢＩＭ 技术 bim", ["bim", "技术"]),
        ("的 了 有没有", []),
        ("，。——", []),
        ("", []),
    ],
)
def test_words(segmenter: Segmenter, text: str, words: list[str]) -> None:
    assert segmenter.words(text) == words


def test_terms_hold_the_words_inside_words(segmenter: Segmenter) -> None:
    terms = segmenter.terms("推行农民工工资专户制度")
    assert {"农民工", "工资", "专户", "工资专户", "农民工工资专户"} <= set(terms)
    assert segmenter.terms("工资，工资").count("工资") == 2


def test_an_unknown_name_meets_itself_in_another_sentence(segmenter: Segmenter) -> None:
    alone = set(segmenter.terms("蓉筑通"))
    inside = set(segmenter.terms("全市推广应用蓉筑通平台的做法"))
    assert alone & inside


def test_terms_keep_no_stop_word_and_no_punctuation(segmenter: Segmenter) -> None:
    stop = set(read_words(STOPWORDS))
    terms = segmenter.terms("一是壮队伍，并且打通道；二是（给）激励——“的”。A-b C++ - . 3.5%")
    assert not stop & set(terms)
    assert all(any(char.isalnum() for char in term) for term in terms)
    assert "3.5%" in terms


def test_endless_runs_are_no_terms(segmenter: Segmenter) -> None:
    assert segmenter.terms("a" * 5000 + " 工资") == ["工资"]
    assert segmenter.terms("专" * 10_000)


def test_boundaries(segmenter: Segmenter) -> None:
    assert segmenter.boundaries("工资专户 代发") == {0, 2, 4, 5, 7}
    folded = fold("老板跑路，拿不到钱！")
    assert {0, len(folded)} <= segmenter.boundaries(folded)


def test_threads_share_one_loading(tmp_path: Path) -> None:
    segmenter = Segmenter(tmp_path / "cache")
    results: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(segmenter.terms("桂建通实名制")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == ["桂建通", "实名", "实名制"] for result in results)
    assert list((tmp_path / "cache").rglob("jieba.cache"))


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    Segmenter(tmp_path / "a").warm_up()
    cache = next((tmp_path / "a").rglob("jieba.cache"))
    other = tmp_path / "b" / cache.relative_to(tmp_path / "a")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"not a dictionary")
    assert Segmenter(tmp_path / "b").terms("实名制") == ["实名", "实名制"]


def test_own_lexicon_and_stop_words(tmp_path: Path) -> None:
    lexicon, stopwords = tmp_path / "lexicon.txt", tmp_path / "stop.txt"
    lexicon.write_text("红黄蓝三色牌  # 芜湖\n\n# 注释\n", encoding="utf-8")
    stopwords.write_text("推行\n", encoding="utf-8")
    segmenter = Segmenter(tmp_path / "cache", lexicon, stopwords)
    assert segmenter.words("推行红黄蓝三色牌") == ["红黄蓝三色牌"]


def test_a_cache_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="缓存目录"):
        Segmenter(tmp_path / "file" / "cache").warm_up()


def test_the_shipped_vocabulary_is_well_formed() -> None:
    lexicon, stop = read_words(LEXICON), read_words(STOPWORDS)
    assert len(lexicon) > 500
    assert len(lexicon) == len(set(lexicon))
    assert len(stop) == len(set(stop))
    assert not set(lexicon) & set(stop)
    assert all(len(word) > 1 for word in lexicon)


def _doubled(items: list[int]) -> list[int]:
    return [2 * item for item in items]


def test_processes_keep_the_order() -> None:
    numbers = range(3000)
    assert list(in_processes(_doubled, numbers, 2)) == [2 * n for n in numbers]


def _here(items: list[int]) -> list[int]:
    return [os.getpid()] * len(items)


def test_who_waits_for_a_process_works_meanwhile() -> None:
    pids = list(in_processes(_here, range(10_000), 2))
    assert len(pids) == 10_000
    assert os.getpid() in pids, "processes take a moment to start"
    assert len(set(pids)) > 1


def test_few_items_are_not_worth_a_process() -> None:
    seen: list[int] = []

    def work(items: list[int]) -> list[int]:  # cannot be pickled
        seen.extend(items)
        return items

    assert list(in_processes(work, range(10), 2)) == list(range(10))
    assert seen == list(range(10))


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def items() -> Iterator[int]:
        nonlocal drawn
        for n in range(100_000):
            drawn += 1
            yield n

    results = in_processes(partial(_doubled), items(), 1)
    assert next(results) == 0
    assert drawn < 5000


def test_pairs_stand_on_either_side_of_a_words_border(segmenter: Segmenter) -> None:
    terms, pairs = segmenter.terms_and_pairs("推进实名制管理，bim技术的应用")
    assert terms == segmenter.terms("推进实名制管理，bim技术的应用")
    assert "进实" in pairs
    assert not {"推进", "理，", "m技"} & set(pairs), "within words, and beside other signs"
    assert not set(read_words(STOPWORDS)) & set(pairs)
    assert segmenter.terms_and_pairs("工资") == (["工资"], [])


def test_what_is_cut_otherwise_meets_by_its_pairs(segmenter: Segmenter) -> None:
    inside, inside_pairs = segmenter.terms_and_pairs("发给工友钱")
    assert {"友钱"} & {*inside, *inside_pairs}
