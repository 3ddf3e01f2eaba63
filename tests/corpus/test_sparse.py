from __future__ import annotations

from pathlib import Path

import pytest

from corpus.segment import Segmenter
from corpus.sparse import BOOST, K1, LENGTH, B, Fields, SparseEncoder, term_id
from corpus.store.base import Sparse
from corpus.text import fold


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SparseEncoder:
    return SparseEncoder(Segmenter(tmp_path_factory.mktemp("cache")))


def weight(vector: Sparse, term: str) -> float:
    return dict(zip(vector.indices, vector.values, strict=True)).get(term_id(term), 0.0)


def test_term_ids_never_change() -> None:
    # Stored vectors depend on these.
    assert term_id("工资") == 726516950
    assert term_id("bim") == 931246234
    assert 0 <= term_id("") < 2**32


def test_the_formula(encoder: SparseEncoder) -> None:
    vector = encoder.document(Fields("工资工资专户", title="工资"))
    terms = len(encoder.segmenter.terms("工资工资专户"))
    tf = 2 / (1 - B + B * terms / LENGTH) + BOOST["title"]
    assert weight(vector, "工资") == pytest.approx((K1 + 1) * tf / (K1 + tf))


def test_pairs_across_words_count_but_make_no_text_longer(encoder: SparseEncoder) -> None:
    text = "推进实名制管理"
    terms, pairs = encoder.segmenter.terms_and_pairs(text)
    assert pairs
    vector = encoder.document(Fields(text))
    tf = 1 / (1 - B + B * len(terms) / LENGTH)
    for pair in pairs:
        assert weight(vector, pair) == pytest.approx((K1 + 1) * tf / (K1 + tf))
    assert weight(encoder.document(Fields("管理", title=text)), pairs[0]) == 0.0


def test_title_before_region_before_measure_before_task(encoder: SparseEncoder) -> None:
    names = ("title", "region", "measure", "task")
    weights = [
        weight(encoder.document(Fields("其余文字", **{name: "芜湖"})), "芜湖") for name in names
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4


def test_long_bodies_count_less(encoder: SparseEncoder) -> None:
    short = encoder.document(Fields("工资专户管理"))
    long = encoder.document(Fields("工资专户管理" + "提升建筑工人居住环境" * 60))
    assert 0 < weight(long, "专户") < weight(short, "专户") < K1 + 1


def test_vectors_are_as_the_engine_wants_them(encoder: SparseEncoder) -> None:
    vector = encoder.document(Fields("重庆市全面推行农民工工资专户管理", region="重庆市"))
    assert vector.indices == sorted(set(vector.indices))
    assert len(vector.indices) == len(vector.values)
    assert all(value > 0 for value in vector.values)
    assert encoder.document(Fields("，。")) == Sparse([], [])


def test_query(encoder: SparseEncoder) -> None:
    vector = encoder.query({"工资": 1.0, "专用账户": 0.4})
    assert weight(vector, "工资") == 1.0
    assert weight(vector, "专用账户") == 0.4


def test_many_are_encoded_as_one_is(encoder: SparseEncoder, tmp_path: Path) -> None:
    passages = [Fields(f"第{n}条 工资专户{n}", region="重庆市") for n in range(1500)]
    vectors, folded = zip(*encoder.passages(passages, processes=2), strict=True)
    assert list(vectors) == [encoder.document(fields) for fields in passages]
    assert list(folded) == [fold(fields.body) for fields in passages]
