"""A citation never breaks: ids that a new parse no longer gives go on answering."""

from __future__ import annotations

import random

import pytest

from corpus.model import Practice, Source
from corpus.store.aliases import carry_aliases
from corpus.store.corpus import QdrantCorpus
from tests.corpus.store.conftest import Open
from tests.corpus.store.factory import SPEC, embed, make_parsed, make_practice

WAGES = "重庆市全面推行农民工工资专户管理及银行代发制度，自二〇一七年开始"
CARDS = "芜湖市实行红黄蓝牌动态管理，对欠薪企业联合惩戒"
SCHOOL = "固始县建立劳务输出培训基地，打造劳务品牌"
OTHER = "林州市以建筑之乡带动返乡创业，提供信贷贴息"


def at(id_: str, n: int, text: str, **changes: object) -> Practice:
    return make_practice("d", n, text, id=id_, **changes)


CASES = {
    "nothing changes": ([at("a", 0, WAGES)], [at("a", 0, WAGES)], {}),
    "same text": ([at("a", 0, WAGES)], [at("b", 0, WAGES)], {"b": ["a"]}),
    "same text wins over the same place": (
        [at("a", 0, WAGES)],
        [at("b", 0, CARDS), at("c", 1, WAGES)],
        {"c": ["a"]},
    ),
    "nearest of several with the same text": (
        [at("a", 5, WAGES)],
        [at("b", 0, WAGES), at("c", 1, CARDS), at("d", 4, WAGES)],
        {"d": ["a"]},
    ),
    "a repaired text": (
        [at("a", 0, WAGES.replace("农民工", "农 民工").replace("二〇", "Ξ〇"))],
        [at("b", 0, CARDS), at("c", 1, WAGES)],
        {"c": ["a"]},
    ),
    "two merged into one that keeps an id": (
        [at("a", 0, WAGES), at("b", 1, WAGES[:-4])],
        [at("a", 0, WAGES)],
        {"a": ["b"]},
    ),
    "nothing like it": ([at("a", 0, WAGES)], [at("b", 0, OTHER)], {}),
    "older aliases go along": (
        [at("a", 0, WAGES, aliases=("x", "y"))],
        [at("b", 0, WAGES)],
        {"b": ["a", "x", "y"]},
    ),
    "older aliases stay": (
        [at("a", 0, WAGES, aliases=("x",))],
        [at("a", 0, CARDS)],
        {"a": ["x"]},
    ),
    "an alias that is given again is an id": (
        [at("a", 0, WAGES, aliases=("x",))],
        [at("a", 0, WAGES), at("x", 1, SCHOOL)],
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_ids_go_to_what_they_became(name: str) -> None:
    old, new, expected = CASES[name]
    carried = carry_aliases(old, new, same_source=False)
    assert [p.id for p in carried] == [p.id for p in new]
    assert {p.id: list(p.aliases) for p in carried if p.aliases} == expected


def test_the_same_stretch_of_the_same_file() -> None:
    def spread(id_: str, n: int, text: str, start: int, end: int) -> Practice:
        return at(id_, n, text, source=Source(start=start, end=end, spans=((start, end),)))

    old = [spread("a", 0, WAGES, 100, 200)]
    new = [spread("b", 0, OTHER, 0, 120), spread("c", 1, SCHOOL, 140, 260)]
    assert carry_aliases(old, new, same_source=True)[1].aliases == ("a",)
    assert not any(p.aliases for p in carry_aliases(old, new, same_source=False))
    far = [spread("a", 0, WAGES, 300, 400)]
    assert not any(p.aliases for p in carry_aliases(far, new, same_source=True))


def test_many_practices_with_a_common_beginning() -> None:
    rng = random.Random(0)
    texts = [
        "广东省广州市建立健全机制" + "".join(rng.choices(OTHER + SCHOOL, k=40)) for _ in range(400)
    ]
    old = [at(f"old{n}", n, text[:-3]) for n, text in enumerate(texts)]
    new = [at(f"new{n}", n, text) for n, text in enumerate(texts)]
    carried = carry_aliases(old, new, same_source=False)
    assert [p.aliases for p in carried] == [(f"old{n}",) for n in range(400)]


def test_aliases_answer_after_replacement(open_store: Open) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    rng = random.Random(1)

    def replace(*practices: Practice) -> QdrantCorpus:
        parsed = make_parsed("d", practices)
        kept = store.replace_document(parsed, embed(parsed, rng))
        assert store.parsed("d") == kept
        return kept

    replace(at("a", 0, WAGES), at("b", 1, CARDS))
    kept = replace(at("a2", 0, WAGES), at("b", 1, CARDS))
    assert kept.practices[0].aliases == ("a",)
    kept = replace(at("a3", 0, WAGES + "等"), at("b", 1, CARDS))
    assert kept.practices[0].aliases == ("a2", "a")
    for again in (store, None):
        again = again or open_store()
        assert [again.practice(id_).id for id_ in ("a", "a2", "a3", "b")] == ["a3", "a3", "a3", "b"]
        assert again.practices(["a", "b"]).keys() == {"b"}  # present ids only
        assert again.practice("c") is None


def test_a_present_id_wins_over_an_alias(store: QdrantCorpus) -> None:
    rng = random.Random(1)
    for id_, practices in {
        "one": [make_practice("one", 0, WAGES, id="x", aliases=("y",))],
        "two": [make_practice("two", 0, CARDS, id="y")],
    }.items():
        parsed = make_parsed(id_, practices)
        store.replace_document(parsed, embed(parsed, rng))
    assert store.practice("y").document_id == "two"
