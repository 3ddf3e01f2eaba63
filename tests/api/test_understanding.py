from __future__ import annotations

import pytest

from api.thesaurus import Thesaurus
from api.understanding import (
    MAX_PHRASES,
    MAX_QUERY,
    MAX_TERMS,
    PAIR,
    Understanding,
    Understood,
)
from corpus.errors import InputError
from corpus.segment import Segmenter
from corpus.sparse import SparseEncoder


@pytest.fixture(scope="module")
def understanding(segmenter: Segmenter) -> Understanding:
    return Understanding(SparseEncoder(segmenter), Thesaurus.read())


def test_words_and_expansions(understanding: Understanding) -> None:
    query = understanding.read("工资专户代发")
    assert query.terms == ("工资", "专户", "代发")
    assert "专用账户" in query.expansions["工资专户"]
    assert query.weights["工资"] == 1.0
    assert 0 < query.weights["专用账户"] < 1.0
    assert query.phrases == ()


def test_pairs_between_words_are_looked_for_too(understanding: Understanding) -> None:
    query = understanding.read("推进实名制管理")
    assert query.weights["进实"] == PAIR
    terms, pairs = map(set, understanding.segmenter.terms_and_pairs("推进实名制管理"))
    assert query.asked == pytest.approx(len(terms) + PAIR * len(pairs - terms))


def test_everyday_words_lead_to_official_ones(understanding: Understanding) -> None:
    query = understanding.read("老板跑路拿不到钱怎么办")
    assert "欠薪" in query.expansions["老板跑路"]
    assert "欠薪" in query.weights


@pytest.mark.parametrize(
    "text", ["“一试双证”的做法", '"一试双证"的做法', "「一试双证」的做法", "『一试双证』的做法"]
)
def test_phrases(understanding: Understanding, text: str) -> None:
    query = understanding.read(text)
    assert query.phrases == ("一试双证",)
    assert query.folded_phrases == ("一试双证",)
    assert query.plain == "一试双证的做法"


@pytest.mark.parametrize("text", ["“工资", "“”工资", "“，”工资", "工资”"])
def test_no_phrase(understanding: Understanding, text: str) -> None:
    query = understanding.read(text)
    assert query.phrases == ()
    assert query.terms == ("工资",)


def test_a_text_full_of_quotation_marks(understanding: Understanding) -> None:
    text = "".join(f"“一人{n}码”" for n in range(50))
    assert len(understanding.read(text).phrases) == MAX_PHRASES


def test_readings_can_be_switched_off(understanding: Understanding) -> None:
    assert understanding.read("工资专户", ["工资专户"]).expansions == {}
    assert "专用账户" not in understanding.read("工资专户", ["专用账户"]).expansions["工资专户"]
    off = understanding.read("“一试双证”培训", ["一试双证"])
    assert off.phrases == ()
    assert "一试双证" in off.terms


@pytest.mark.parametrize("text", ["", "   ", "，。！", "\x00\x01", "\ud800", "😀", "“”"])
def test_nothing_to_look_for(understanding: Understanding, text: str) -> None:
    with pytest.raises(InputError, match="没有可检索的文字") as caught:
        understanding.read(text)
    assert caught.value.field == "query"


def test_too_long(understanding: Understanding) -> None:
    assert understanding.read("工资专户" * (MAX_QUERY // 4)).terms
    with pytest.raises(InputError, match="10000"):
        understanding.read("工" * 10_000)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("专", ("专",)),
        ("的", ()),
        ("怎么办", ()),
        ("工资\x00专户\u200b\n代发", ("工资", "专户", "代发")),
        ("ＢＩＭ技术", ("bim", "技术")),
        ("hello world", ("hello", "world")),
    ],
)
def test_odd_input(understanding: Understanding, text: str, terms: tuple[str, ...]) -> None:
    query: Understood = understanding.read(text)
    assert query.terms == terms
    assert query.text.isprintable()


def test_a_long_query_does_not_weigh_on_the_engine(understanding: Understanding) -> None:
    text = "".join(chr(0x4E00 + 7 * n) + "、" for n in range(900))
    weights = understanding.read(text).weights
    assert sum(weight in (1.0, PAIR) for weight in weights.values()) <= MAX_TERMS
    prose = "".join(chr(0x4E00 + 7 * n) for n in range(900))
    weights = understanding.read(prose).weights
    assert sum(weight in (1.0, PAIR) for weight in weights.values()) <= MAX_TERMS
