"""What any store must do, on both engines."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

from corpus.errors import ModelMismatch
from corpus.model import ParsedDocument, Practice
from corpus.store import points
from corpus.store.base import EmbeddedPassage, SearchFilter, Sparse
from corpus.store.corpus import QdrantCorpus
from corpus.store.engine import Point, Where
from corpus.store.points import adcodes
from tests.corpus.store.conftest import Open
from tests.corpus.store.factory import (
    CHONGQING,
    GUSHI,
    HENAN,
    SPEC,
    WANZHOU,
    embed,
    make_corpus,
    make_parsed,
    make_practice,
    sparse_of,
    text_of,
    vector_of,
)
from tests.corpus.store.victim import OTHER, other_vectors

Made = list[tuple[ParsedDocument, list[EmbeddedPassage]]]

FILTERS = {
    "none": SearchFilter(),
    "province": SearchFilter(regions=("410000",)),
    "city": SearchFilter(regions=("411500",)),
    "county": SearchFilter(regions=("411525",)),
    "two regions": SearchFilter(regions=("411500", "500101")),
    "without": SearchFilter(exclude_regions=("410000",)),
    "within and without": SearchFilter(regions=("410000",), exclude_regions=("411500",)),
    "levels": SearchFilter(levels=("province", "county")),
    "task": SearchFilter(tasks=("保障权益",)),
    "measure": SearchFilter(measures=("加强监管", "推动制度")),
    "theme": SearchFilter(themes=("wages",)),
    "documents": SearchFilter(documents=("d1", "d4")),
    "kind": SearchFilter(kinds=("plan_item",)),
    "instrument": SearchFilter(instruments=("补贴",)),
    "from": SearchFilter(issued_from=date(2020, 3, 5)),
    "to": SearchFilter(issued_to=date(2020, 3, 5)),
    "between": SearchFilter(issued_from=date(2019, 1, 1), issued_to=date(2022, 1, 1)),
    "phrase": SearchFilter(phrases=("工资",)),
    "phrases": SearchFilter(phrases=("工", "制度")),
    "all": SearchFilter(
        regions=("410000", "500000"),
        levels=("province",),
        kinds=("practice",),
        issued_from=date(2019, 1, 1),
        phrases=("农",),
    ),
    "nothing": SearchFilter(regions=("990000",)),
}


def satisfies(practice: Practice, parsed: ParsedDocument, folded: str, where: SearchFilter) -> bool:
    """The contract's meaning of a filter, told in Python."""
    codes = adcodes(practice.region)
    issued = parsed.document.issued_on
    one_of = [
        (where.levels, practice.region.level if practice.region else None),
        (where.tasks, practice.task),
        (where.measures, practice.measure),
        (where.themes, practice.theme),
        (where.documents, practice.document_id),
        (where.kinds, practice.kind),
        (where.instruments, None),
    ]
    return (
        all(value in wanted for wanted, value in one_of if wanted)
        and (not where.regions or bool(set(codes) & set(where.regions)))
        and not set(codes) & set(where.exclude_regions)
        and (where.issued_from is None or (issued is not None and issued >= where.issued_from))
        and (where.issued_to is None or (issued is not None and issued <= where.issued_to))
        and all(phrase in folded for phrase in where.phrases)
    )


def chosen(made: Made, where: SearchFilter) -> list[tuple[Practice, EmbeddedPassage]]:
    pairs = []
    for parsed, passages in made:
        practices = {practice.id: practice for practice in parsed.practices}
        for embedded in passages:
            practice = practices[embedded.passage.practice_id]
            if satisfies(practice, parsed, embedded.folded, where):
                pairs.append((practice, embedded))
    return pairs


def fill(store: QdrantCorpus, made: Made) -> None:
    for parsed, passages in made:
        assert store.replace_document(parsed, passages) == parsed


def now_and_reopened(store: QdrantCorpus, open_store: Open) -> Iterator[QdrantCorpus]:
    yield store
    yield open_store()


@pytest.fixture
def made() -> Made:
    return make_corpus(seed=1)


def test_an_empty_store_answers(open_store: Open) -> None:
    store = open_store()
    assert store.embedding is None
    assert store.documents() == []
    assert store.document("x") is store.parsed("x") is store.practice("x") is None
    assert store.practices(["x"]) == {}
    assert store.tasks() == [] and store.undated() == set() and list(store.passages()) == []
    found = store.search([1.0] * 8, Sparse([1], [1.0]), SearchFilter(), 5)
    assert found.dense == found.sparse == []
    assert store.facet("regions") == {} and store.count(SearchFilter()) == 0
    assert not store.delete_document("x")
    assert vars(store.stats()) == dict.fromkeys(
        ("documents", "practices", "plan_items", "passages"), 0
    )


def test_what_is_stored_comes_back(open_store: Open, made: Made) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    fill(store, made)
    for again in now_and_reopened(store, open_store):
        assert again.embedding == SPEC
        by_order = sorted((p.document for p, _ in made), key=lambda d: (d.order, d.id))
        assert again.documents() == by_order
        for parsed, _ in made:
            id_ = parsed.document.id
            assert again.document(id_) == parsed.document
            assert again.parsed(id_) == parsed
            assert again.practices_of(id_) == list(parsed.practices)
            assert again.practice(parsed.practices[3].id) == parsed.practices[3]
        wanted = ["d1/p2", "d0/p0", "none", "d1/p2"]
        assert list(again.practices(wanted)) == ["d1/p2", "d0/p0"]
        passages = [p for batch in again.passages(batch=7) for p in batch]
        expected = [e.passage for _, embedded in made for e in embedded]
        assert sorted(passages, key=lambda p: p.id) == sorted(expected, key=lambda p: p.id)
        assert again.undated() == {"d0", "d3"}
        stats = again.stats()
        assert (stats.documents, stats.practices, stats.plan_items) == (6, 36, 36)
        assert stats.passages == len(expected)


@pytest.mark.parametrize("name", FILTERS)
def test_filters_choose_and_count(store: QdrantCorpus, made: Made, name: str) -> None:
    where = FILTERS[name]
    fill(store, made)
    expected = chosen(made, where)
    assert (len(expected) == 0) == (name in ("nothing", "instrument"))
    ids = {embedded.passage.id for _, embedded in expected}
    found = store.search(vector_of(random.Random(3)), None, where, 500)
    assert {candidate.passage_id for candidate in found.dense} == ids
    assert store.count(where) == len(ids)
    practices = {practice.id: practice for practice, _ in expected}.values()
    fields = {
        "task": lambda p: [p.task],
        "measure": lambda p: [p.measure],
        "theme": lambda p: [p.theme],
        "document_id": lambda p: [p.document_id],
        "kind": lambda p: [p.kind],
        "level": lambda p: [p.region.level if p.region else None],
        "regions": lambda p: adcodes(p.region),
    }
    for field, values in fields.items():
        counts = Counter(v for p in practices for v in values(p) if v is not None)
        assert store.facet(field, where) == counts, field


def test_facets_without_a_filter_follow_writes(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    assert store.facet("document_id") == {f"d{n}": 12 for n in range(6)}
    store.delete_document("d2")
    assert "d2" not in store.facet("document_id")
    with pytest.raises(ValueError, match="title"):
        store.facet("title")


def test_candidates_say_what_ranking_needs(store: QdrantCorpus) -> None:
    rng = random.Random(5)
    practices = [
        make_practice("d", 0, text_of(rng), region=GUSHI, theme="wages"),
        make_practice("d", 1, text_of(rng), task=None, measure=None, kind="plan_item"),
    ]
    parsed = make_parsed("d", practices)
    store.replace_document(parsed, embed(parsed, rng))
    assert len(store.core.known) == 2, "what was just written is not asked for"
    forget = partial(store.core.forget, attributes=True)
    steps: list[list[Callable[[], object]]]
    steps = [[], [forget], [], [store.optimize], [forget, store.warm_up]]
    for before in steps:
        for step in before:
            step()
        found = store.search(vector_of(rng), sparse_of(rng), SearchFilter(), 5)
        for channel in (found.dense, found.sparse):
            by_id = {candidate.practice_id: candidate for candidate in channel}
            first, second = by_id["d/p0"], by_id["d/p1"]
            assert first.passage_id == "d/p0/0" and first.document_id == "d"
            assert first.regions == ("410000", "411500", "411525") and first.level == "county"
            assert (first.task, first.measure, first.theme) == ("保障权益", "举措0", "wages")
            assert first.kind == "practice" and first.instruments == ()
            assert (second.task, second.measure, second.theme) == (None, None, None)
            assert second.regions == () and second.level is None and second.kind == "plan_item"


def test_dense_ranking_is_cosine(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    query = vector_of(random.Random(9))
    everything = [embedded for _, passages in made for embedded in passages]
    matrix = np.array([embedded.dense for embedded in everything])
    scores = matrix @ query / np.linalg.norm(matrix, axis=1) / np.linalg.norm(query)
    best = np.argsort(-scores)[:10]
    found = store.search(query, None, SearchFilter(), 10).dense
    assert [c.passage_id for c in found] == [everything[i].passage.id for i in best]
    assert [c.score for c in found] == pytest.approx(scores[best], abs=1e-5)


def test_what_one_channel_found_has_its_score_in_the_other(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    rng = random.Random(4)
    dense, sparse = vector_of(rng), sparse_of(rng)
    every = store.search(dense, sparse, SearchFilter(), 500)
    found = store.search(dense, sparse, SearchFilter(), 10)
    nearest, by_words = every.dense[:10], every.sparse[:10]
    either = {one.passage_id for one in nearest + by_words}
    assert len(either) > 10
    for channel, scored in ((found.dense, every.dense), (found.sparse, every.sparse)):
        expected = [one for one in scored if one.passage_id in either]
        assert [one.passage_id for one in channel] == [one.passage_id for one in expected]
        assert [one.score for one in channel] == pytest.approx(
            [o.score for o in expected], abs=1e-5
        )


def test_sparse_ranking_weighs_rare_terms(store: QdrantCorpus, made: Made) -> None:
    """Query weight × stored weight × ln(1 + (N − n + ½) / (n + ½)), N passages, n with the term."""
    fill(store, made)
    everything = [embedded for _, passages in made for embedded in passages]
    query = sparse_of(random.Random(11))
    holders = Counter(i for embedded in everything for i in embedded.sparse.indices)
    total = len(everything)
    expected = {}
    for embedded in everything:
        stored = dict(zip(embedded.sparse.indices, embedded.sparse.values, strict=True))
        score = sum(
            weight * stored[i] * np.log(1 + (total - holders[i] + 0.5) / (holders[i] + 0.5))
            for i, weight in zip(query.indices, query.values, strict=True)
            if i in stored
        )
        if score:
            expected[embedded.passage.id] = score
    found = store.search(None, query, SearchFilter(), 500).sparse
    assert {c.passage_id: c.score for c in found} == pytest.approx(expected, rel=1e-4)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_a_channel_that_is_not_asked_is_empty(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    rng = random.Random(2)
    assert store.search(vector_of(rng), None, SearchFilter(), 3).sparse == []
    assert store.search(None, sparse_of(rng), SearchFilter(), 3).dense == []
    assert store.search(None, Sparse([], []), SearchFilter(), 3).sparse == []
    both = store.search(vector_of(rng), sparse_of(rng), SearchFilter(), 3)
    assert len(both.dense) >= 3 and len(both.sparse) >= 3
    assert store.search(vector_of(rng), None, SearchFilter(), 0).dense == []


def test_replacing_leaves_only_the_new(open_store: Open, made: Made) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    fill(store, made)
    rng = random.Random(21)
    fresh = make_parsed("d1", [make_practice("d1", n, text_of(rng)) for n in range(3)], order=9)
    passages = embed(fresh, rng)
    for again in now_and_reopened(store, open_store):
        if again is store:
            store.replace_document(fresh, passages)
        assert again.document("d1") == fresh.document
        own = SearchFilter(documents=("d1",))
        found = again.search(vector_of(rng), sparse_of(rng), own, 100).dense
        assert {c.passage_id for c in found} == {e.passage.id for e in passages}
        assert again.facet("document_id")["d1"] == again.count(own) == 3
        assert [p.id for p in again.practices_of("d1")] == [p.id for p in fresh.practices]
        assert again.documents()[-1].id == "d1"
        assert again.stats().documents == 6
        kept = again.core.engine.facet("document_id", Where())
        assert kept["d1"] == 1 + 1 + 3  # head, content, practices with their passages
        assert again.core.engine.facet("state", Where()) == {}


def test_the_same_again_changes_nothing(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    before = store.search(vector_of(random.Random(4)), None, SearchFilter(), 40).dense
    fill(store, made)
    after = store.search(vector_of(random.Random(4)), None, SearchFilter(), 40).dense
    assert [c.passage_id for c in after] == [c.passage_id for c in before]
    assert [c.score for c in after] == pytest.approx([c.score for c in before], abs=1e-6)
    assert store.stats().passages == sum(len(passages) for _, passages in made)


def test_deleting_leaves_nothing(open_store: Open, made: Made) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    fill(store, made)
    assert store.delete_document("d1")
    assert not store.delete_document("d1")
    for again in now_and_reopened(store, open_store):
        assert again.document("d1") is again.parsed("d1") is again.practice("d1/p1") is None
        assert again.practices_of("d1") == []
        assert again.count(SearchFilter(documents=("d1",))) == 0
        assert "d1" not in again.core.engine.facet("document_id", Where())
        assert again.stats().documents == 5


def test_tasks_come_in_document_order(store: QdrantCorpus) -> None:
    rng = random.Random(8)
    for order, id_ in enumerate(("b", "a")):
        practices = [
            make_practice(id_, 0, text_of(rng), task="乙", measure="二"),
            make_practice(id_, 1, text_of(rng), task="甲", measure=None),
            make_practice(id_, 2, text_of(rng), task="乙", measure="二"),
            make_practice(id_, 3, text_of(rng), task=None, measure=None),
        ]
        parsed = make_parsed(id_, practices, order=order)
        store.replace_document(parsed, embed(parsed, rng))
    assert store.tasks() == [
        ("乙", "二", "b", 2),
        ("甲", None, "b", 1),
        ("乙", "二", "a", 2),
        ("甲", None, "a", 1),
    ]


def test_vectors_must_be_of_the_stored_model(open_store: Open) -> None:
    store = open_store()
    rng = random.Random(1)
    parsed = make_parsed("d", [make_practice("d", 0, "全面推行")])
    with pytest.raises(ModelMismatch, match="登记"):
        store.replace_document(parsed, embed(parsed, rng))
    store.set_embedding(SPEC, lambda passages: [])
    with pytest.raises(ModelMismatch, match=r"测试模型.*8 维.*16 维"):
        store.replace_document(parsed, embed(parsed, rng, dimension=16))
    assert store.documents() == []
    store.replace_document(parsed, embed(parsed, rng))
    with pytest.raises(ModelMismatch):
        store.search([1.0] * 16, None, SearchFilter(), 5)


def test_stores_with_practices_and_passages_apart(
    open_store: Open, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Practices and their first passages were two points once; such stores go on working."""

    def apart(*args: Any, **options: Any) -> Iterator[Point]:
        for point in document_points(*args, **options):
            payload = dict(point.payload)
            if payload["record"] != ["practice", "passage"]:
                yield point
                continue
            yield Point(point.id, points.without_passage(payload))
            own = {k: v for k, v in payload.items() if k not in ("practice", "records", "aliases")}
            id_ = points.point_id("passage", own["passage_id"], own["generation"])
            yield Point(id_, own | {"record": "passage"}, point.vectors)

    document_points = points.document_points
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    with monkeypatch.context() as then:
        then.setattr(points, "document_points", apart)
        fill(store, made)
    stored = [embedded.passage for _, passages in made for embedded in passages]
    practices = {practice.id: practice for parsed, _ in made for practice in parsed.practices}
    for again in now_and_reopened(store, open_store):
        assert [again.parsed(parsed.document.id) for parsed, _ in made] == [p for p, _ in made]
        assert again.stats().passages == len(stored)
        assert sum(again.facet("kind").values()) == len(practices)
        for where in FILTERS.values():
            assert again.count(where) == len(chosen(made, where))
        found = again.search(vector_of(random.Random(3)), None, SearchFilter(), 1000).dense
        assert {one.passage_id for one in found} == {passage.id for passage in stored}
        assert again.practices_found(found) == {
            one.practice_id: practices[one.practice_id] for one in found
        }
    parsed, passages = made[1]
    again.replace_document(parsed, passages)
    own = again.core.engine.facet("document_id", Where())[parsed.document.id]
    assert own == 2 + len(passages)  # head, content, passages with or without their practices
    again.set_embedding(OTHER, other_vectors)
    assert len(again.search(vector_of(random.Random(3), 24), None, SearchFilter(), 1000).dense) == (
        len(stored)
    )
    for document in again.documents():
        again.delete_document(document.id)
    assert again.core.engine.count(Where()) == 1


def test_a_stray_passage_is_refused_and_nothing_kept(store: QdrantCorpus) -> None:
    rng = random.Random(1)
    old = make_parsed("d", [make_practice("d", 0, "全面推行")])
    store.replace_document(old, embed(old, rng))
    new = make_parsed("d", [make_practice("d", n, text_of(rng)) for n in range(600)])
    passages = embed(new, rng)
    stray = embed(make_parsed("x", [make_practice("x", 0, "代发")]), rng)
    with pytest.raises(ValueError, match="x/p0/0"):
        store.replace_document(new, passages + stray)
    assert store.parsed("d") == old
    assert store.count(SearchFilter()) == 1
    assert store.core.engine.count(Where()) == 1 + 1 + 1 + 1


def test_long_texts_and_many_points(store: QdrantCorpus) -> None:
    """More points than one write holds, more blocks than one point holds, a very long passage."""
    rng = random.Random(6)
    practices = [make_practice("d", n, text_of(rng)) for n in range(700)]
    practices.append(make_practice("d", 700, "长" * 150_000 + "末尾之词"))
    parsed = make_parsed("d", practices)
    store.replace_document(parsed, embed(parsed, rng))
    assert store.parsed("d") == parsed
    assert store.count(SearchFilter(phrases=("末尾之词",))) == 1
    assert len(store.practices([p.id for p in practices])) == 701


def test_practices_of_candidates(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    rng = random.Random(3)
    found = store.search(vector_of(rng), None, SearchFilter(), 20).dense
    ids = list(dict.fromkeys(one.practice_id for one in found))
    assert list(store.practices_found(found)) == ids
    assert store.practices_found(found) == store.practices(ids)
    assert store.practices_found([]) == {}
    parsed, passages = next(pair for pair in made if pair[0].document.id == found[0].document_id)
    store.replace_document(parsed, passages)  # the candidates' generation is gone
    assert store.practices_found(found) == store.practices(ids)
    assert store.delete_document(parsed.document.id)
    left = store.practices_found(found)
    assert list(left) == [id_ for id_ in ids if id_ in left] and len(left) < len(ids)


def test_region_codes_run_from_the_province_down() -> None:
    assert adcodes(None) == []
    assert adcodes(HENAN) == ["410000"]
    assert adcodes(GUSHI) == ["410000", "411500", "411525"]
    assert adcodes(CHONGQING) == ["500000"]
    assert adcodes(WANZHOU) == ["500000", "500101"]


def test_filters_cover_every_condition() -> None:
    fields = {f for where in FILTERS.values() for f, v in vars(where).items() if v}
    assert fields == set(vars(SearchFilter()))


def test_all_pairs_of_filters_hold_together(store: QdrantCorpus, made: Made) -> None:
    fill(store, made)
    names = ["within and without", "levels", "task", "kind", "between", "phrase"]
    for one, other in product(names, repeat=2):
        merged = {k: v for k, v in vars(FILTERS[one]).items() if v}
        merged |= {k: v for k, v in vars(FILTERS[other]).items() if v}
        where = SearchFilter(**merged)
        assert store.count(where) == len(chosen(made, where))
