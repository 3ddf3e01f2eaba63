"""The store as a Haystack DocumentStore: Haystack's own tests, and ours."""

from __future__ import annotations

import os

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from haystack import Document, Pipeline
from haystack.components.retrievers import FilterRetriever
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ByteStream, SparseEmbedding
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack.errors import FilterError
from haystack.testing.document_store import DocumentStoreBaseTests
from haystack.utils.filters import document_matches_filter

from corpus.errors import Conflict, ModelMismatch, StoreError
from corpus.settings import Settings
from corpus.store.base import EmbeddingSpec, SearchFilter, Sparse
from corpus.store.corpus import QdrantCorpus
from corpus.store.documents import TashanDocumentStore
from corpus.store.engine import Operation, Where
from tests.corpus.store.conftest import Open
from tests.corpus.store.factory import (
    GUSHI,
    SPEC,
    embed,
    make_corpus,
    make_parsed,
    make_practice,
    sparse_of,
    vector_of,
)


def alike(left: Document, right: Document) -> bool:
    """The same, but that vectors come back in single precision and dense ones at unit length."""
    one, other = left.to_dict(flatten=False), right.to_dict(flatten=False)
    vectors = []
    for fields in (one, other):
        dense, sparse = fields.pop("embedding"), fields.pop("sparse_embedding")
        unit = [] if dense is None else np.array(dense) / np.linalg.norm(dense)
        vectors.append((*unit, *(sparse["values"] + sparse["indices"] if sparse else ())))
    return one == other and vectors[0] == pytest.approx(vectors[1], abs=1e-5)


def same(received: list[Document], expected: list[Document]) -> bool:
    """The same documents, in any order."""
    left, right = (sorted(docs, key=lambda d: d.id) for docs in (received, expected))
    return len(left) == len(right) and all(map(alike, left, right))


class TestHaystackContract(DocumentStoreBaseTests):
    """What Haystack asks of every document store, on both engines."""

    @pytest.fixture
    def document_store(self, open_store: Open) -> TashanDocumentStore:
        return TashanDocumentStore(open_store(), return_embedding=True)

    @staticmethod
    def assert_documents_are_equal(received: list[Document], expected: list[Document]) -> None:
        assert same(received, expected)

    def test_write_documents(self, document_store: TashanDocumentStore) -> None:
        one = Document(content="全面推行实名制", meta={"name": "a"})
        assert document_store.write_documents([one]) == 1
        with pytest.raises(DuplicateDocumentError):
            document_store.write_documents([one])


@pytest.fixture
def documents(store: QdrantCorpus) -> TashanDocumentStore:
    return TashanDocumentStore(store, return_embedding=True)


def test_parsed_passages_are_documents(documents: TashanDocumentStore) -> None:
    rng = random.Random(1)
    practices = [
        make_practice("d", 0, "固始县建立劳务输出培训基地", region=GUSHI, theme="training"),
        make_practice("d", 1, "银行代发工资", task=None, measure=None),
    ]
    parsed = make_parsed("d", practices, issued_on=date(2021, 3, 4))
    passages = embed(parsed, rng)
    documents.store.replace_document(parsed, passages)
    found = {document.id: document for document in documents.filter_documents()}
    assert documents.count_documents() == len(found) == 2
    first = found["d/p0/0"]
    assert first.content == practices[0].text
    assert first.meta == {
        "practice_id": "d/p0",
        "document_id": "d",
        "kind": "practice",
        "task": "保障权益",
        "measure": "举措0",
        "theme": "training",
        "regions": ["410000", "411500", "411525"],
        "level": "county",
        "issued_on": "2021-03-04",
        "context": "保障权益 固始县建立劳务输",
    }
    assert first.sparse_embedding.indices == passages[0].sparse.indices
    direction = np.array(passages[0].dense) / np.linalg.norm(passages[0].dense)
    assert first.embedding == pytest.approx(direction.tolist(), abs=1e-5)
    assert "task" not in found["d/p1/0"].meta
    plain = TashanDocumentStore(documents.store).filter_documents()
    assert all(d.embedding is None and d.sparse_embedding is None for d in plain)


FILTERS = [
    {"field": "meta.regions", "operator": "==", "value": "410000"},
    {"field": "meta.regions", "operator": "in", "value": ["411500", "500101"]},
    {"field": "meta.kind", "operator": "==", "value": "plan_item"},
    {"field": "kind", "operator": "!=", "value": "plan_item"},
    {"field": "meta.theme", "operator": "==", "value": None},
    {"field": "meta.theme", "operator": "not in", "value": ["wages", None]},
    {"field": "meta.issued_on", "operator": ">=", "value": "2020-01-01"},
    {"field": "meta.issued_on", "operator": "<", "value": "2022-05-07T00:00:00"},
    {"field": "meta.issued_on", "operator": "==", "value": "2020-03-05"},
    {"field": "id", "operator": "in", "value": ["d1/p2/1", "d0/p3/0"]},
    {
        "operator": "NOT",
        "conditions": [
            {"field": "meta.level", "operator": "==", "value": "province"},
            {
                "operator": "OR",
                "conditions": [
                    {"field": "meta.measure", "operator": "==", "value": "加强监管"},
                    {"field": "meta.document_id", "operator": "==", "value": "d1"},
                ],
            },
        ],
    },
]


def matches(filters: dict, document: Document) -> bool:
    """Haystack's own reading of a filter; but a value matches a list that holds it."""
    if "conditions" in filters:
        results = [matches(part, document) for part in filters["conditions"]]
        return {"AND": all(results), "OR": any(results), "NOT": not all(results)}[
            filters["operator"]
        ]
    if filters["field"] == "meta.regions":
        wanted = filters["value"]
        wanted = wanted if isinstance(wanted, list) else [wanted]
        return bool(set(wanted) & set(document.meta.get("regions", [])))
    return document_matches_filter(filters, document)


@pytest.mark.parametrize("filters", FILTERS, ids=lambda f: str(f)[:60])
def test_filters_on_the_corpus_fields(documents: TashanDocumentStore, filters: dict) -> None:
    for parsed, passages in make_corpus(seed=2):
        documents.store.replace_document(parsed, passages)
    everything = documents.filter_documents()
    expected = [d for d in everything if matches(_prefixed(filters), d)]
    assert 0 < len(expected) < len(everything)
    assert same(documents.filter_documents(filters), expected)


def _prefixed(filters: dict) -> dict:
    return filters | {"field": "meta.kind"} if filters.get("field") == "kind" else filters


META_FILTERS = [
    {"field": "meta.flag", "operator": "==", "value": True},
    {"field": "meta.flag", "operator": "!=", "value": False},
    {"field": "meta.deep.flag", "operator": "in", "value": [False]},
    {"field": "meta.deep.n", "operator": ">", "value": 1.5},
    {"field": "meta.ratio", "operator": "==", "value": 0.5},
    {"field": "meta.n", "operator": "in", "value": [1, "x", None]},
    {"field": "meta.两 词", "operator": "==", "value": "值"},
    {"field": "meta.day", "operator": "==", "value": "2020-01-01T00:00:00"},
    {"field": "content", "operator": "==", "value": "正文1"},
]


@pytest.mark.parametrize("filters", META_FILTERS, ids=lambda f: str(f)[:60])
def test_filters_on_any_meta(documents: TashanDocumentStore, filters: dict) -> None:
    written = [
        Document(content="正文0", meta={"flag": True, "n": 1, "deep": {"flag": False, "n": 1}}),
        Document(content="正文1", meta={"flag": False, "n": "x", "ratio": 0.5, "两 词": "值"}),
        Document(content="正文2", meta={"n": 2, "deep": {"n": 2, "flag": True}}),
        Document(content="正文3", meta={"day": "2020-01-01", "n": 3}),
    ]
    documents.write_documents(written)
    expected = [d for d in written if _deep(filters, d)]
    assert expected and same(documents.filter_documents(filters), expected)


def _deep(filters: dict, document: Document) -> bool:
    """Haystack's own reading knows no keys below the first."""
    first, _, second = filters["field"].removeprefix("meta.").partition(".")
    if second:
        flat = Document(content="", meta={"x": document.meta.get(first, {}).get(second)})
        return document_matches_filter(filters | {"field": "meta.x"}, flat)
    return document_matches_filter(filters, document)


@pytest.mark.parametrize(
    "filters",
    [
        {"field": "meta.x", "operator": "~", "value": 1},
        {"field": "meta.x", "operator": "==", "value": {"a": 1}},
        {"field": "meta.x", "operator": ">", "value": True},
        {"field": "meta.x", "operator": ">", "value": "一月"},
        {"field": 'meta."x', "operator": "==", "value": 1},
        {"operator": "XOR", "conditions": []},
        {"operator": "AND", "conditions": ["x"]},
        ["x"],
    ],
    ids=str,
)
def test_what_cannot_be_filtered_is_refused(documents: TashanDocumentStore, filters: dict) -> None:
    with pytest.raises(FilterError):
        documents.filter_documents(filters)
    with pytest.raises(FilterError):
        documents.search(vector_of(random.Random(1)), filters=filters)


def test_written_documents_are_part_of_the_corpus(
    documents: TashanDocumentStore, open_store: Open
) -> None:
    """They have a practice and a document, are searched, counted, reopened and deleted."""
    store, rng = documents.store, random.Random(3)
    meta = {
        "document_id": "notes",
        "task": "保障权益",
        "measure": "推动制度",
        "regions": ["410000", "411500"],
        "level": "city",
        "instruments": ["补贴"],
        "issued_on": "2022-02-02",
        "own": [1, {"a": None}],
    }
    sparse = sparse_of(rng)
    one = Document(
        id="n1",
        content="银行代发ＡＢＣ工资",
        meta=meta,
        embedding=vector_of(rng),
        sparse_embedding=SparseEmbedding(sparse.indices, sparse.values),
    )
    two = Document(id="n2", content=None, blob=ByteStream(b"\x00\x01", mime_type="image/png"))
    assert documents.write_documents([one, two]) == 2
    assert same(documents.filter_documents(), [one, two])
    where = SearchFilter(
        regions=("410000",),
        instruments=("补贴",),
        issued_from=date(2022, 1, 1),
        phrases=("代发abc",),
    )
    for again in (store, None):
        again = again or open_store()
        assert again.count(where) == 1
        found = again.search(one.embedding, None, where, 5).dense[0]
        assert found.passage_id == found.practice_id == "n1" and found.instruments == ("补贴",)
        practice = again.practice("n1")
        assert practice.text == one.content and practice.document_id == "notes"
        assert {d.id for d in again.documents()} == {"notes", "haystack"}
        assert again.parsed("notes").practices == (practice,)
        assert again.facet("instruments") == {"补贴": 1}
        assert again.tasks() == [("保障权益", "推动制度", "notes", 1)]
        assert again.stats().passages == 2
    documents = TashanDocumentStore(again)
    documents.delete_documents(["n1", "nothing"])
    assert again.practice("n1") is None and [d.id for d in again.documents()] == ["haystack"]
    assert again.tasks() == []
    documents.delete_documents(["n2"])
    assert again.documents() == [] and again.core.engine.count(Where()) == 1


def test_a_parsed_passage_goes_without_its_practice(documents: TashanDocumentStore) -> None:
    """It is kept with the practice, which stays, and counts in no search any longer."""
    store, rng = documents.store, random.Random(6)
    practices = [make_practice("d", n, text, region=GUSHI) for n, text in enumerate("实代")]
    parsed = make_parsed("d", practices)
    store.replace_document(parsed, embed(parsed, rng, parts=2))
    gone = ["d/p0/0"]
    before = store.search(None, Sparse(list(range(60)), [1.0] * 60), SearchFilter(), 9).sparse
    documents.delete_documents(gone)
    assert store.parsed("d") == parsed and store.stats().passages == 3
    assert store.facet("regions")["411525"] == 2 and store.count(SearchFilter()) == 3
    found = store.search(vector_of(rng), Sparse(list(range(60)), [1.0] * 60), SearchFilter(), 9)
    left = {one.passage_id for one in before} - set(gone)
    assert {c.passage_id for c in found.dense} == {c.passage_id for c in found.sparse} == left
    assert documents.count_documents() == 3
    other = Document(
        id="d/p1/0",
        content="另写一条",
        embedding=vector_of(rng),
        meta={"document_id": "d", "practice_id": "d/p1"},
    )
    documents.write_documents([other], DuplicatePolicy.OVERWRITE)
    assert store.parsed("d") == parsed and store.stats().passages == 3
    assert [d.content for d in documents.filter_documents() if d.id == other.id] == ["另写一条"]
    store.delete_document("d")
    assert store.core.engine.count(Where()) == 1


def test_a_parsed_passage_is_never_there_twice(
    documents: TashanDocumentStore, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes its place is written at once with the practice that it leaves."""
    store, rng = documents.store, random.Random(7)
    parsed = make_parsed("d", [make_practice("d", 0, "实名"), make_practice("d", 1, "代发")])
    store.replace_document(parsed, embed(parsed, rng))
    other = Document(
        id="d/p0/0",
        content="另写一条",
        embedding=vector_of(rng),
        meta={"document_id": "d", "practice_id": "d/p1"},
    )
    write, calls = store.core.engine.write, iter(range(9))

    def once(*operations: Operation) -> None:
        if next(calls):
            raise StoreError("断了")
        write(*operations)

    with monkeypatch.context() as broken:
        broken.setattr(store.core.engine, "write", once)
        with pytest.raises(StoreError, match="断了"):
            documents.write_documents([other], DuplicatePolicy.OVERWRITE)
    for again in (store, None):
        again = again or open_store()
        texts = {p.id: p.text for page in again.passages() for p in page}
        assert texts == {"d/p0/0": "另写一条", "d/p1/0": "代发"}
        assert again.stats().passages == 2 and again.parsed("d") == parsed


def test_documents_join_practices_and_parsed_documents(documents: TashanDocumentStore) -> None:
    store, rng = documents.store, random.Random(5)
    parsed = make_parsed("d", [make_practice("d", 0, "全面推行实名制", region=GUSHI)])
    store.replace_document(parsed, embed(parsed, rng))
    joined = Document(
        id="extra", content="补充说明", meta={"document_id": "d", "practice_id": "d/p0"}
    )
    beside = Document(id="beside", content="另有一条", meta={"document_id": "d", "task": "其他"})
    documents.write_documents([joined, beside])
    assert store.stats().practices == 2 and store.stats().passages == 3
    assert store.tasks() == [("保障权益", "举措0", "d", 1), ("其他", None, "d", 1)]
    assert store.count(SearchFilter(regions=("411525",))) == 2  # joined it in its region too
    assert [p.id for p in store.practices_of("d")] == ["d/p0", "beside"]
    documents.delete_documents(["extra", "beside"])
    assert store.parsed("d") == parsed and store.tasks() == [("保障权益", "举措0", "d", 1)]
    documents.write_documents([joined])
    stray = Document(id="s", content="", meta={"document_id": "x", "practice_id": "d/p0"})
    with pytest.raises(Conflict, match="d/p0 属于文件 d"):
        documents.write_documents([stray])
    kept = store.replace_document(parsed, embed(parsed, rng))
    assert kept == parsed and store.stats().passages == 1


def test_overwriting_a_parsed_passage_keeps_its_place(documents: TashanDocumentStore) -> None:
    """Fetched from the store, changed and written back, as components do."""
    store, rng = documents.store, random.Random(5)
    parsed = make_parsed("d", [make_practice("d", n, f"第{n}条") for n in range(3)])
    store.replace_document(parsed, embed(parsed, rng))
    fetched = documents.filter_documents({"field": "id", "operator": "==", "value": "d/p1/0"})[0]
    query = vector_of(rng)
    changed = Document(id=fetched.id, content="改过的", meta=fetched.meta, embedding=query)
    assert documents.write_documents([changed], DuplicatePolicy.OVERWRITE) == 1
    assert documents.count_documents() == 3 and store.stats().practices == 3
    best = documents.search(query, top_k=1)[0]
    assert (best.id, best.content, best.meta["practice_id"]) == ("d/p1/0", "改过的", "d/p1")
    assert store.search(query, None, SearchFilter(), 1).dense[0].theme is None
    themed = Document(
        id="d/p1/0", content="又改", meta=fetched.meta | {"theme": "x"}, embedding=query
    )
    documents.write_documents([themed], DuplicatePolicy.OVERWRITE)
    assert store.search(query, None, SearchFilter(), 1).dense[0].theme == "x"
    moved = Document(id="d/p1/0", content="搬走了", meta={"document_id": "other"})
    documents.write_documents([moved], DuplicatePolicy.OVERWRITE)
    assert documents.count_documents() == 3
    assert store.count(SearchFilter(documents=("d",))) == 2


def test_policies(documents: TashanDocumentStore) -> None:
    old, new = Document(id="a", content="旧"), Document(id="a", content="新")
    other = Document(id="b", content="乙")
    assert documents.write_documents([old], DuplicatePolicy.SKIP) == 1
    assert documents.write_documents([new, other], DuplicatePolicy.SKIP) == 1
    with pytest.raises(DuplicateDocumentError, match="a"):
        documents.write_documents([new, Document(id="c", content="丙")], DuplicatePolicy.FAIL)
    with pytest.raises(DuplicateDocumentError):
        documents.write_documents([Document(id="c"), Document(id="c")])
    assert {d.id: d.content for d in documents.filter_documents()} == {"a": "旧", "b": "乙"}
    assert documents.write_documents([new, other], DuplicatePolicy.OVERWRITE) == 2
    assert {d.content for d in documents.filter_documents()} == {"新", "乙"}
    assert documents.write_documents([], DuplicatePolicy.OVERWRITE) == 0


def test_embeddings_of_another_length(open_store: Open) -> None:
    documents = TashanDocumentStore(open_store())
    documents.write_documents([Document(id="a", content="甲", embedding=[1.0, 0.0, 0.0])])
    assert documents.store.embedding.dimension == 3
    with pytest.raises(ModelMismatch):
        documents.write_documents([Document(id="b", content="乙", embedding=[1.0, 0.0])])
    assert documents.count_documents() == 1
    documents.store.set_embedding(SPEC, lambda ps: [vector_of(random.Random(p.id)) for p in ps])
    assert documents.search(vector_of(random.Random("a")), top_k=5)[0].score == pytest.approx(1.0)
    assert isinstance(documents.store.embedding, EmbeddingSpec)


def test_search_by_either_vector_or_both(documents: TashanDocumentStore) -> None:
    for parsed, passages in make_corpus(seed=6):
        documents.store.replace_document(parsed, passages)
    rng = random.Random(7)
    dense, tokens = vector_of(rng), sparse_of(rng)
    sparse = SparseEmbedding(tokens.indices, tokens.values)
    store = documents.store
    found = store.search(dense, tokens, SearchFilter(), 10)
    channels = found.dense[:10], found.sparse[:10]
    by_dense, by_sparse = documents.search(dense), documents.search(sparse=sparse)
    assert [d.id for d in by_dense] == [c.passage_id for c in channels[0]]
    assert [d.score for d in by_dense] == pytest.approx([c.score for c in channels[0]])
    assert [d.score for d in by_sparse] == pytest.approx([c.score for c in channels[1]])
    both = documents.search(dense, sparse, top_k=10)
    ranks = {}
    for channel in channels:
        for rank, candidate in enumerate(channel, 1):
            ranks[candidate.passage_id] = ranks.get(candidate.passage_id, 0) + 1 / (60 + rank)
    assert [d.score for d in both] == pytest.approx(sorted(ranks.values())[::-1][:10])
    only = {"field": "meta.document_id", "operator": "==", "value": "d3"}
    assert {d.meta["document_id"] for d in documents.search(dense, sparse, only, 5)} == {"d3"}
    assert documents.search() == []


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(data_dir=tmp_path, qdrant_api_key="secret")
    yield settings
    from corpus.store.open import shared_store

    shared_store(settings).close()


def test_it_drops_into_a_pipeline(settings: Settings) -> None:
    """Written, saved, loaded and run again; both pipelines share one opened store."""
    writing = Pipeline()
    writing.add_component("writer", DocumentWriter(TashanDocumentStore(settings=settings)))
    documents = [Document(content="银行代发工资"), Document(content="全面推行实名制")]
    assert writing.run({"writer": {"documents": documents}})["writer"]["documents_written"] == 2
    saved = writing.dumps()
    assert "secret" not in saved and str(settings.data_dir) in saved
    again = Pipeline.loads(saved, allowed_modules=["corpus.store.documents"])
    with pytest.raises(Exception, match="already"):
        again.run({"writer": {"documents": documents, "policy": DuplicatePolicy.FAIL}})
    reading = Pipeline()
    store = TashanDocumentStore.from_dict(TashanDocumentStore(settings=settings).to_dict())
    reading.add_component("retriever", FilterRetriever(store))
    found = reading.run({"retriever": {"filters": {}}})["retriever"]["documents"]
    assert same(found, documents)
    reading.close()
    writing.close()


def test_an_opened_store_alone_cannot_be_saved(documents: TashanDocumentStore) -> None:
    with pytest.raises(ValueError, match="settings"):
        documents.to_dict()


def test_naming_a_store_opens_nothing(tmp_path: Path) -> None:
    store = TashanDocumentStore(settings=Settings(data_dir=tmp_path / "data"))
    TashanDocumentStore.from_dict(store.to_dict())
    assert not (tmp_path / "data").exists()
