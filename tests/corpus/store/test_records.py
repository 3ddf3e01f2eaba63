"""The registry's records and people's decisions on them, in either engine."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from corpus.model import ParsedDocument
from corpus.registry import InstrumentRow, PlatformRow, Records, Review, read_row
from corpus.store.base import EmbeddedPassage, SearchFilter
from tests.corpus.store.conftest import Open
from tests.corpus.store.factory import SPEC, embed, make_parsed, make_practice


def document(name: str = "d") -> tuple[ParsedDocument, list[EmbeddedPassage], dict[str, Records]]:
    practices = [
        make_practice(name, n, f"第{n}条：开发“甬建码”平台，开展技能培训。") for n in (2, 0, 1)
    ]
    parsed = make_parsed(name, practices)
    first = practices[0]
    records = {
        first.id: Records(
            theme="skill-training",
            secondary_themes=("real-name-platform",),
            instruments=(
                read_row(InstrumentRow, first, (17, 21), type="training", words="技能培训"),
            ),
            platforms=(read_row(PlatformRow, first, (7, 10), name="甬建码", kind="code"),),
        )
    }
    return parsed, embed(parsed, random.Random(1)), records


def review(id_: str = "r1", row: str = "d/p2.platforms.x") -> Review:
    return Review(
        id=id_, table="platforms", row_id=row, measure_id="d/p2", decision="accept",
        reviewer="王", at=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip


def test_records_come_back_in_source_order(open_store: Open) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    parsed, passages, records = document()
    store.replace_document(parsed, passages, records)
    store = open_store()
    found = store.records("d")
    assert [practice.sequence for practice, _ in found] == [0, 1, 2]
    assert [bool(own.platforms) for _, own in found] == [False, False, True]
    assert found[2][1] == records["d/p2"]
    assert found[2][0].theme == "skill-training"
    assert store.records_of("d/p2") == records["d/p2"]
    assert store.records_of("d/p0") == store.records_of("nobody") == Records()


def test_themes_and_instruments_are_filtered_and_counted(open_store: Open) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    store.replace_document(*document())
    trained = SearchFilter(instruments=("training",))
    assert store.facet("instruments") == {"training": 1}
    assert store.facet("theme") == {"skill-training": 1}
    assert [practice.id for practice, _ in store.records("d", trained)] == ["d/p2"]
    assert store.records("d", SearchFilter(themes=("wages",))) == []
    found = store.search(embed(document()[0], random.Random(1))[0].dense, None, trained, 9)
    assert [one.practice_id for one in found.dense] == ["d/p2"]
    assert found.dense[0].instruments == ("training",)
    assert [p.id for p, _ in store.records("d", SearchFilter(phrases=("第2条",)))] == ["d/p2"]
    assert store.records("d", SearchFilter(phrases=("第9条",))) == []


def test_records_stand_and_fall_with_their_document(open_store: Open) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    parsed, passages, records = document()
    store.replace_document(parsed, passages, records)
    store.replace_document(parsed, passages)
    assert store.records_of("d/p2") == Records()
    assert store.facet("instruments") == {}
    store.replace_document(parsed, passages, records)
    store.delete_document("d")
    assert store.records("d") == []


def test_decisions_outlive_documents_and_processes(open_store: Open) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    store.replace_document(*document())
    assert store.reviews() == []
    store.add_review(review())
    store.add_review(review("r2"))
    store.delete_document("d")
    store.replace_document(*document())
    assert {one.id for one in store.reviews()} == {"r1", "r2"}
    store = open_store()
    assert {one.id for one in store.reviews()} == {"r1", "r2"}
    assert review() in store.reviews()
    assert store.stats().practices == 3
