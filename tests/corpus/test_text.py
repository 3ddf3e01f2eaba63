from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import Folded, fold, has_words, merge_spans, occurrences

CASES = [
    ("截至 2023 年底", "截至2023年底"),
    ("健 康\n\n体　检", "健康体检"),
    ("ＢＩＭ　技术１００％", "bim技术100%"),
    ("BIM  LAB 中心", "bim lab中心"),
    ("a , b", "a,b"),
    ("“桂建通”「平台」『一』＂二＂'三'", '"桂建通""平台""一""二""三"'),
    ("豫建人教〔2022〕132 号", "豫建人教[2022]132号"),
    ("【通知】", "[通知]"),
    ("〈办法〉", "《办法》"),
    ("2.5%—4% 3－5 六～七", "2.5%-4%3-5六-七"),
    ("市•县・乡", "市·县·乡"),
    ("结束。3.5", "结束。3.5"),
    ("㎡ ① ⼯", "m2 1工"),
    ("\x00工\u200b资\ufeff\ud800", "工资"),
    ("Cafe\u0301 É", "cafe e"),
    ("👍工资 😀", "👍工资😀"),
    (" \t\n", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "folded"), CASES)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@given(st.text(st.characters(exclude_categories=())))
def test_folding_is_idempotent_and_mapped(text: str) -> None:
    folded = Folded.of(text)
    assert folded.text == fold(text)
    assert fold(folded.text) == folded.text
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    bounds = list(zip(folded.starts, folded.ends, strict=True))
    assert all(0 <= start < end <= len(text) for start, end in bounds)
    assert bounds == sorted(bounds)


def test_spans_of_the_original() -> None:
    text = "开发 “桂 建\n通” 平台，覆盖１００％、BIM…桂建通"
    found = [text[start:end] for start, end in Folded.of(text).find("桂建通")]
    assert found == ["桂 建\n通", "桂建通"]
    assert [text[a:b] for a, b in Folded.of(text).find("100%")] == ["１００％"]
    assert [text[a:b] for a, b in Folded.of(text).find(".")] == ["…", "…", "…"]


def test_spans_survive_combining_marks() -> None:
    text = "A\u030angstro\u0308m 单位"
    assert [text[a:b] for a, b in Folded.of(text).find("angstrom")] == ["A\u030angstro\u0308m"]


@pytest.mark.parametrize(
    ("text", "needle", "spans"),
    [
        ("2017年1月", "1", [(5, 6)]),
        ("bimodal bim", "bim", [(8, 11)]),
        ("工资工资", "工资", [(0, 2), (2, 4)]),
        ("aaa", "a", []),
        ("啊啊啊", "啊啊", [(0, 2)]),
        ("1+x证书", "x", [(2, 3)]),
        ("工资", "", []),
    ],
)
def test_occurrences_are_whole_words(text: str, needle: str, spans: list[tuple[int, int]]) -> None:
    assert list(occurrences(text, needle)) == spans


def test_merge_spans() -> None:
    assert merge_spans([(5, 7), (0, 2), (2, 4), (6, 9), (1, 2)]) == [(0, 4), (5, 9)]
    assert merge_spans([]) == []


def test_has_words() -> None:
    assert has_words("，工")
    assert has_words("7")
    assert not has_words("，。——“” \n😀")
