from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.pipeline import query_embedder
from corpus.settings import Settings
from corpus.sparse import SparseEncoder
from ingest.extract.measure import extracted
from tests.api import made
from tests.api.conftest import LOCK, MODEL, embedded, make_services
from tests.api.registered import folder
from tests.api.server import client

DRAFT = """第三条 施工总承包企业应当开设农民工工资专用账户，工资由银行代发。
第四条 鼓励有能力的班组长牵头组建专业作业企业，建立装配式建筑技能人才培训考核基地。
第五条 量子通信卫星应当按期发射入轨。
"""
RATE = "list-1-1.indicators.2248bb840be9"


@pytest.fixture(scope="module")
def http(encoder: SparseEncoder) -> Iterator[httpx.Client]:
    """A real server over the documents made by hand, with what was extracted from them."""
    with folder() as data:
        settings = Settings(data_dir=data)
        services = make_services(settings, encoder)
        embedder = query_embedder(MODEL, lock=LOCK)
        for parsed in made.documents():
            passages = embedded(parsed, embedder, encoder)
            services.store.replace_document(parsed, passages, extracted(parsed))
        with client(settings, lambda: services) as served:
            yield served


def clauses(http: httpx.Client, text: str = DRAFT, **fields: Any) -> list[dict[str, Any]]:
    answer = http.post("/v1/precedents", json={"text": text, **fields})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["clauses"]
    return found


def test_figures_are_those_of_the_strong_hits_in_their_order(http: httpx.Client) -> None:
    rows = http.get("/v1/registry/indicators", params={"limit": 1000}).json()["rows"]
    found = clauses(http, limit=12)
    assert len(found) == 3
    for clause in found:
        assert DRAFT[clause["start"] : clause["end"]] == clause["text"]
        expected = [
            (hit["id"], row["id"])
            for hit in clause["hits"]
            if not hit["weak"]
            for row in rows
            if row["measure_id"] == hit["id"]
        ]
        assert [(one["practice_id"], one["id"]) for one in clause["indicators"]] == expected
        titles = {hit["id"]: hit["title"] for hit in clause["hits"]}
        assert all(one["title"] == titles[one["practice_id"]] for one in clause["indicators"])
    assert found[0]["indicators"]
    assert len({one["practice_id"] for one in found[1]["indicators"]}) > 1


def test_a_search_gives_the_figures_of_its_hits_when_asked(http: httpx.Client) -> None:
    rows = http.get("/v1/registry/indicators", params={"limit": 1000}).json()["rows"]
    asked = {"query": "工资专户代发"}
    assert http.post("/v1/search", json=asked).json()["indicators"] == []
    found = http.post("/v1/search", json=asked | {"figures": True}).json()
    own = [row for hit in found["hits"] for row in rows if row["measure_id"] == hit["id"]]
    assert found["indicators"] == own and RATE in [row["id"] for row in own]


def test_a_figure_says_what_where_and_in_which_words(http: httpx.Client) -> None:
    (figure,) = (one for one in clauses(http)[0]["indicators"] if one["id"] == RATE)
    assert (figure["subject"], figure["value"], figure["unit"]) == ("工资专户开户率", 97.0, "%")
    assert figure["quote"] == "97%"
    assert figure["region_label"] == "重庆市"
    assert figure["region"] is None
    assert figure["title"].startswith("全面推行农民工工资专户管理")


def test_what_nobody_did_has_no_figures(http: httpx.Client) -> None:
    *_, odd = clauses(http)
    assert all(hit["weak"] for hit in odd["hits"])
    assert odd["indicators"] == []


def test_figures_are_as_people_decided(http: httpx.Client) -> None:
    def decide(decision: str, **fields: Any) -> None:
        body = {"table": "indicators", "row_id": RATE, "decision": decision, "reviewer": "王"}
        assert http.post("/v1/reviews", json=body | fields).status_code == 201

    decide("correct", field="region", value="万州")
    (figure,) = (one for one in clauses(http)[0]["indicators"] if one["id"] == RATE)
    assert figure["region_label"] == "重庆市万州区"
    decide("reject")
    found = clauses(http)[0]
    assert found["hits"][0]["id"] == "list-1-1"
    assert RATE not in {one["id"] for one in found["indicators"]}
    decide("accept")
    assert RATE in {one["id"] for one in clauses(http)[0]["indicators"]}


def test_the_drafters_own_region_comes_later(http: httpx.Client) -> None:
    text = "施工总承包企业应当开设农民工工资专用账户，工资由银行代发。"
    elsewhere, at_home = (
        [hit["id"] for hit in clauses(http, text, limit=12, **fields)[0]["hits"]]
        for fields in ({}, {"region": "重庆"})
    )
    assert sorted(elsewhere) == sorted(at_home)
    assert elsewhere.index("list-1-1") <= at_home.index("list-1-1")
