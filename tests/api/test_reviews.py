from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.registry import RegistryService
from corpus.model import ParsedDocument, Practice
from corpus.registry import Review
from tests.api import made
from tests.api.registered import Served, serving, shipped, take_in
from tests.api.test_documents_route import upload

RATE = "list-1-1.indicators.2248bb840be9"  # 工资专户开户率 97%
COURT = "list-1-3.actors.426c2460f7ef"  # 各级法院, a court, joint
GUI = "list-1-4.platforms.d36f54fb861b"  # 桂建通
SINCE = "list-1-1.deadlines.b5517264d245"  # 自2017年开始
STATION = "plan-1.instruments.69f32efe4099"  # 建立“提升站”


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(made.documents()) as found:
        yield found


@pytest.fixture(scope="module")
def shared() -> Iterator[Served]:
    """For what is refused, and for corrections that do not touch one another."""
    with serving(made.documents()) as found:
        yield found


# Decisions and what they change -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row_id", "column", "value", "kept"),
    [
        ("indicators", RATE, "value", 96.5, 96.5),
        ("indicators", RATE, "value", "96.5", 96.5),
        ("indicators", RATE, "comparator", "≥", "≥"),
        ("indicators", RATE, "kind", "target", "target"),
        ("indicators", RATE, "per", None, None),
        ("indicators", RATE, "unit", "  ‰ ", "‰"),
        ("indicators", RATE, "subject", "", None),
        ("indicators", RATE, "as_of", "2017/2023-06", "2017/2023-06"),
        ("indicators", RATE, "as_of", "2023/", "2023/"),
        ("indicators", RATE, "adcode", "500101", "500101"),
        ("indicators", RATE, "region", "万州区", "重庆市万州区"),
        ("actors", COURT, "role", "support", "support"),
        ("actors", COURT, "name", "<b onclick='x'>法院</b>", "<b onclick='x'>法院</b>"),
        ("actors", COURT, "name", '=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")'),
        ("platforms", GUI, "functions", ["培训", " ", "招工"], ["培训", "招工"]),
        ("platforms", GUI, "functions", [], []),
        ("platforms", GUI, "region", "广西", "广西壮族自治区"),
        ("deadlines", SINCE, "start", "2017-03", "2017-03"),
        ("deadlines", SINCE, "end", "--08-15", "--08-15"),
        ("deadlines", SINCE, "end", "---25", "---25"),
        ("measures", "list-1-1", "theme", "attendance", "attendance"),
        ("measures", "list-1-2", "secondary_themes", ["attendance", "attendance"], ["attendance"]),
        ("measures", "list-1-1", "mechanisms", ["=代发"], ["=代发"]),
        ("measures", "list-1-1", "target_groups", [], []),
    ],
)
def test_a_correction_shows_in_the_table(
    shared: Served, table: str, row_id: str, column: str, value: Any, kept: Any
) -> None:
    before = shared.row(table, row_id)
    assert before
    review = shared.decided(table, row_id, "correct", field=column, value=value, note="见原文")
    assert (review["value"], review["before"]) == (kept, before[column])
    assert (review["reviewer"], review["note"]) == ("王", "见原文")
    assert datetime.fromisoformat(review["at"]).tzinfo
    after = shared.row(table, row_id)
    assert after
    assert after[column] == kept
    status = "review_status" if table == "measures" else "status"
    assert after[status] == "corrected"
    if "not_stated" in after:
        assert (column in after["not_stated"]) == (kept is None)
    paired = {column, status, "not_stated", "region", "adcode"}
    assert {k: v for k, v in after.items() if k not in paired} == {
        k: v for k, v in before.items() if k not in paired
    }
    assert shared.reviews()["reviews"][0] == review


@pytest.mark.parametrize(
    ("table", "row_id", "column", "value", "field"),
    [
        ("indicators", RATE, "value", "很多", "value"),
        ("indicators", RATE, "value", True, "value"),
        ("indicators", RATE, "value", [1], "value"),
        ("indicators", RATE, "value", {"$gt": 0}, "value"),
        ("indicators", RATE, "comparator", "≈", "value"),
        ("indicators", RATE, "comparator", None, "value"),
        ("indicators", RATE, "as_of", "去年", "value"),
        ("indicators", RATE, "as_of", "2023-02-30", "value"),
        ("indicators", RATE, "adcode", "999999", "value"),
        ("indicators", RATE, "region", "亚特兰蒂斯", "value"),
        ("indicators", RATE, "region", "朝阳区", "value"),
        ("indicators", RATE, "unit", 7, "value"),
        ("indicators", RATE, "unit", "位" * 2001, "value"),
        ("indicators", RATE, "colour", "红", "field"),
        ("indicators", RATE, "quote", "98%", "field"),
        ("indicators", RATE, "start", 0, "field"),
        ("indicators", RATE, "status", "accepted", "field"),
        ("indicators", RATE, "id", "x", "field"),
        ("indicators", RATE, None, "x", "field"),
        ("actors", COURT, "name", " ", "value"),
        ("actors", COURT, "type", "法庭", "value"),
        ("platforms", GUI, "functions", "培训", "value"),
        ("platforms", GUI, "functions", ["项"] * 101, "value"),
        ("platforms", GUI, "functions", None, "value"),
        ("platforms", GUI, "functions", [["培训"]], "value"),
        ("deadlines", SINCE, "start", "2017-13", "value"),
        ("deadlines", SINCE, "start", "2017-W01-1", "value"),
        ("deadlines", SINCE, "quote_start", 0, "field"),
        ("measures", "list-1-1", "theme", "no-such-theme", "value"),
        ("measures", "list-1-1", "theme", "wages", "value"),
        ("measures", "list-1-1", "secondary_themes", ["no-such-theme"], "value"),
        ("measures", "list-1-1", "text", "别的", "field"),
        ("measures", "list-1-1", "region", "重庆市", "field"),
        ("measures", "list-1-1", "actors", 3, "field"),
        ("documents", "list-1", "title", "别的", "table"),
        ("reviews", "x", "note", "别的", "table"),
        ("nothing", "x", "y", "z", "table"),
    ],
)
def test_corrections_that_cannot_be(
    shared: Served, table: str, row_id: str, column: str | None, value: Any, field: str
) -> None:
    kept = shared.reviews()["reviews"]
    answer = shared.decide(table, row_id, "correct", field=column, value=value)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["field"] == field
    assert error["message"]
    assert error["hint"]
    assert shared.reviews()["reviews"] == kept


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"reviewer": ""}, 422, "reviewer"),
        ({"reviewer": "  \n"}, 422, "reviewer"),
        ({"reviewer": "王" * 101}, 422, "reviewer"),
        ({"reviewer": None}, 422, "reviewer"),
        ({"note": "字" * 2001}, 422, "note"),
        ({"decision": "perhaps"}, 422, "decision"),
        ({"colour": "red"}, 422, "colour"),
        ({"row_id": "x" * 401}, 422, "row_id"),
        ({"row_id": "list-1-1.indicators.000000000000"}, 404, None),
        ({"row_id": "list-9-1.indicators.2248bb840be9"}, 404, None),
        ({"row_id": "list-1-1"}, 404, None),
        ({"row_id": ""}, 404, None),
        ({"table": "actors"}, 404, None),
    ],
)
def test_decisions_that_cannot_be(
    shared: Served, fields: dict[str, Any], status: int, field: str | None
) -> None:
    kept = shared.reviews()["reviews"]
    body = {"table": "indicators", "row_id": RATE, "decision": "accept", "reviewer": "王"}
    answer = shared.http.post("/v1/reviews", json=body | fields)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["field"] == field
    assert shared.reviews()["reviews"] == kept


@pytest.mark.parametrize("text", ['"\\ud800"', "NaN", "Infinity", "1e999", "-1e999"])
def test_values_that_no_file_could_hold_are_refused(shared: Served, text: str) -> None:
    kept = shared.reviews()["reviews"]
    column = "unit" if text.startswith('"') else "value"
    body = (
        f'{{"table": "indicators", "row_id": "{RATE}", "decision": "correct", "reviewer": "王", '
        f'"field": "{column}", "value": {text}}}'
    )
    headers = {"content-type": "application/json"}
    answer = shared.http.post("/v1/reviews", content=body.encode(), headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert shared.reviews()["reviews"] == kept


def test_the_longest_reviewer_and_note_are_kept_as_written(served: Served) -> None:
    who, note = "王" * 100, "<script>alert(1)</script>" + "字" * 1900
    review = served.decided("indicators", RATE, "accept", reviewer=f" {who} ", note=note)
    assert (review["reviewer"], review["note"]) == (who, note)


def test_accepting_changes_the_status_alone(served: Served) -> None:
    before = served.row("indicators", RATE)
    assert before
    served.decided("indicators", RATE, "accept")
    assert served.row("indicators", RATE) == before | {"status": "accepted"}
    served.decided("indicators", RATE, "accept", field="value")
    assert served.row("indicators", RATE) == before | {"status": "accepted"}


def test_a_rejected_value_is_gone_and_an_accepted_one_is_back(served: Served) -> None:
    before = served.row("indicators", RATE)
    assert before
    served.decided("indicators", RATE, "reject", field="subject")
    after = served.row("indicators", RATE)
    assert after
    assert after["subject"] is None
    assert after["status"] == "corrected"
    assert after["not_stated"][0] == "subject"
    served.decided("indicators", RATE, "accept", field="subject")
    assert served.row("indicators", RATE) == before | {"status": "accepted"}
    served.decided("platforms", GUI, "reject", field="functions")
    platform = served.row("platforms", GUI)
    assert platform
    assert platform["functions"] == []


def test_a_value_that_every_row_has_cannot_be_rejected(served: Served) -> None:
    answer = served.decide("actors", COURT, "reject", field="name")
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "decision"


def test_to_accept_a_corrected_value_leaves_it_corrected(served: Served) -> None:
    served.decided("indicators", RATE, "correct", field="value", value=96)
    second = served.decided("indicators", RATE, "accept", field="value", reviewer="李")
    assert second["before"] == 96
    row = served.row("indicators", RATE)
    assert row
    assert (row["value"], row["status"]) == (96, "corrected")
    served.decided("indicators", RATE, "correct", field="value", value=97)
    row = served.row("indicators", RATE)
    assert row
    assert row["value"] == 97
    states = {row["reviewer"] + row["decision"]: row["state"] for row in served.rows("reviews")}
    assert states == {"王correct": "in_force", "李accept": "superseded"}


def test_a_region_and_its_code_go_together(served: Served) -> None:
    def place() -> tuple[Any, Any]:
        row = served.row("indicators", RATE)
        assert row
        return row["region"], row["adcode"]

    served.decided("indicators", RATE, "correct", field="region", value="万州")
    assert place() == ("重庆市万州区", "500101")
    served.decided("indicators", RATE, "correct", field="adcode", value="500102")
    assert place() == ("重庆市涪陵区", "500102")
    served.decided("indicators", RATE, "reject", field="region")
    assert place() == (None, None)


def test_a_rejected_row_leaves_tables_files_and_counts_but_not_the_log(served: Served) -> None:
    review = served.decided("indicators", RATE, "reject", note="不是指标")
    assert review["before"]["value"] == 97.0
    assert review["quote"] == "97%"
    assert served.row("indicators", RATE) is None
    measure = served.row("measures", "list-1-1")
    assert measure
    assert measure["indicators"] == 1
    body = served.http.get("/v1/practices/list-1-1").json()
    assert [row["quote"] for row in body["registry"]["indicators"]] == ["92%"]
    for fmt in ("csv", "jsonl"):
        text = served.http.get("/v1/registry/indicators", params={"format": fmt}).text
        assert RATE not in text
        assert "list-1-1.indicators.43ea80476081" in text
    assert RATE in served.http.get("/v1/registry/reviews", params={"format": "csv"}).text
    found = served.reviews()
    assert found["reviews"] == [review]
    assert found["conflicts"] == []
    served.decided("indicators", RATE, "accept")
    row = served.row("indicators", RATE)
    assert row
    assert row["status"] == "accepted"


def test_a_rejected_measure_leaves_with_all_its_rows(served: Served) -> None:
    themes = {row["id"]: row["measures"] for row in served.rows("themes")}
    served.decided("measures", "list-1-1", "reject", note="不是做法")
    assert served.row("measures", "list-1-1") is None
    assert served.row("indicators", RATE) is None
    assert served.http.get("/v1/practices/list-1-1").json()["registry"] == {}
    (document,) = served.rows("documents", documents="list-1")
    assert document["practices"] == 5
    now = {row["id"]: row["measures"] for row in served.rows("themes")}
    assert now == themes | {"wage-account": themes["wage-account"] - 1}
    assert served.reviews()["conflicts"] == []
    served.decided("measures", "list-1-1", "accept")
    assert served.row("indicators", RATE)


def test_a_corrected_theme_holds_wherever_the_registry_is_read(served: Served) -> None:
    def count(theme: str) -> int:
        tree = served.http.get("/v1/themes").json()["themes"]
        (node,) = (c for node in tree for c in node["children"] if c["id"] == theme)
        found: int = node["count"]
        return found

    assert (count("wage-account"), count("arrears-warning")) == (1, 2)
    served.decided("measures", "list-1-2", "correct", field="theme", value="wage-account")
    assert (count("wage-account"), count("arrears-warning")) == (2, 1)
    found = [row["id"] for row in served.rows("measures", themes="wage-account")]
    assert found == ["list-1-1", "list-1-2"]
    # It was among the secondary ones.
    measure = served.row("measures", "list-1-2")
    assert measure
    assert measure["secondary_themes"] == ["labour-contract", "real-name-coverage"]
    practice = served.http.get("/v1/practices/list-1-2").json()
    assert practice["theme"]["id"] == "wage-account"
    assert len(served.rows("instruments", themes="wage-account")) == 3
    served.decided("measures", "list-1-2", "reject", field="theme")
    assert (count("wage-account"), count("arrears-warning")) == (1, 1)


def test_filters_by_instrument_go_by_what_was_decided(served: Served) -> None:
    wanted = {"instruments": "base_or_park", "documents": "plan"}
    assert [row["id"] for row in served.rows("measures", **wanted)] == [
        "plan-1",
        "plan-2",
        "plan-3",
    ]
    served.decided("instruments", STATION, "reject")
    assert [row["id"] for row in served.rows("measures", **wanted)] == ["plan-2", "plan-3"]
    served.decided(
        "instruments", "plan-2.instruments.d67103d06b96", "correct", field="type", value="service"
    )
    assert [row["id"] for row in served.rows("measures", **wanted)] == ["plan-3"]
    assert [
        row["id"] for row in served.rows("measures", instruments="service", documents="plan")
    ] == ["plan-2"]


# What waits ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def second_list() -> ParsedDocument:
    return next(parsed for parsed in shipped() if parsed.document.id == "practice-list-2")


def test_measures_with_unsure_themes_wait_until_these_are_decided(
    second_list: ParsedDocument,
) -> None:
    with serving([second_list]) as served:
        queue = served.reviews()["queue"]
        waiting = [row["id"] for row in queue if row["table"] == "measures"]
        statuses = {row["id"]: row["review_status"] for row in served.rows("measures")}
        assert len(waiting) >= 4
        assert waiting == [id_ for id_, status in statuses.items() if status == "needs_review"]
        assert len(served.http.get("/v1/reviews", params={"limit": 2}).json()["queue"]) == 2
        first, second, third, fourth, *rest = waiting
        served.decided("measures", first, "accept", field="theme")
        served.decided("measures", second, "correct", field="theme", value="attendance")
        served.decided("measures", third, "accept")
        served.decided("measures", fourth, "correct", field="mechanisms", value=["机制"])
        assert [row["id"] for row in served.reviews()["queue"]] == [fourth, *rest]
        after = {row["id"]: row["review_status"] for row in served.rows("measures")}
        assert after[second] == "corrected"
        assert after[third] == "accepted"
        assert after[fourth] == "needs_review"


def test_a_measure_has_the_status_of_what_most_needs_a_look(served: Served) -> None:
    def status() -> str:
        row = served.row("measures", "list-1-1")
        assert row
        return str(row["review_status"])

    children = [
        (table, row["id"])
        for table, rows in served.http.get("/v1/practices/list-1-1").json()["registry"].items()
        for row in rows
    ]
    assert status() == "extracted"
    for table, row_id in children[1:]:
        served.decided(table, row_id, "accept")
    assert status() == "extracted"
    served.decided(*children[0], "accept")
    assert status() == "accepted"
    served.decided("indicators", RATE, "correct", field="value", value=98)
    assert status() == "corrected"


# What lasts ---------------------------------------------------------------------------------------


def changed(parsed: ParsedDocument, place: int, **fields: Any) -> ParsedDocument:
    """The document with one practice changed."""
    practices = list(parsed.practices)
    practices[place] = practices[place].model_copy(update=fields)
    return parsed.model_copy(update={"practices": tuple(practices)})


def test_decisions_hold_again_when_the_document_comes_back(served: Served) -> None:
    (first, *_) = made.documents()
    served.decided("indicators", RATE, "correct", field="value", value=98)
    served.decided("platforms", GUI, "reject")
    served.decided("measures", "list-1-1", "correct", field="theme", value="attendance")
    before = {table: served.rows(table) for table in ("measures", "indicators", "platforms")}
    log = served.reviews()["reviews"]
    assert served.http.delete("/v1/documents/list-1").is_success
    found = served.reviews()
    assert found["reviews"] == log
    assert found["conflicts"] == log
    assert {row["state"] for row in served.rows("reviews")} == {"conflict"}
    assert served.decide("indicators", RATE, "accept").status_code == 404
    take_in(served.store, first)
    assert served.reviews()["conflicts"] == []
    assert {table: served.rows(table) for table in before} == before


def test_decisions_follow_the_words_to_another_place_in_the_text(served: Served) -> None:
    (first, *_) = made.documents()
    served.decided("indicators", RATE, "correct", field="value", value=98)
    text = first.practices[0].text.replace("自2017年开始", "近年来，根据工作需要")
    take_in(served.store, changed(first, 0, text=text))
    row = served.row("indicators", RATE)
    assert row
    assert row["value"] == 98
    assert text[row["start"] : row["end"]] == "97%"
    assert served.reviews()["conflicts"] == []


def test_decisions_whose_words_changed_are_conflicts(served: Served) -> None:
    (first, *_) = made.documents()
    value = served.decided("indicators", RATE, "correct", field="value", value=98)
    theme = served.decided("measures", "list-1-1", "correct", field="theme", value="attendance")
    kept = served.decided("platforms", GUI, "correct", field="name", value="桂建通平台")
    text = first.practices[0].text.replace("97%", "99%")
    take_in(served.store, changed(first, 0, text=text))
    assert served.reviews()["conflicts"] == [theme, value]
    assert {row["id"]: row["state"] for row in served.rows("reviews")} == {
        value["id"]: "conflict", theme["id"]: "conflict", kept["id"]: "in_force",
    }  # fmt: skip
    measure = served.row("measures", "list-1-1")
    assert measure
    assert measure["theme"] == "wage-account"
    assert 98 not in {row["value"] for row in served.rows("indicators")}
    # Deciding anew settles the one; the other's row is gone for good.
    again = served.decided("measures", "list-1-1", "accept", field="theme", seen=theme["id"])
    assert served.reviews()["conflicts"] == [value]
    assert {row["id"]: row["state"] for row in served.rows("reviews")} == {
        value["id"]: "conflict", theme["id"]: "superseded", kept["id"]: "in_force", again["id"]: "in_force",
    }  # fmt: skip


def test_changes_of_form_alone_leave_a_theme_decided(served: Served) -> None:
    (first, *_) = made.documents()
    served.decided("measures", "list-1-1", "correct", field="theme", value="attendance")
    text = first.practices[0].text.replace("2017", " ２０１７ ")
    take_in(served.store, changed(first, 0, text=text))
    measure = served.row("measures", "list-1-1")
    assert measure
    assert measure["theme"] == "attendance"


def test_decisions_follow_a_practice_to_its_new_id(served: Served) -> None:
    (first, *_) = made.documents()
    served.decided("indicators", RATE, "correct", field="value", value=98)
    served.decided("measures", "list-1-1", "correct", field="theme", value="attendance")
    take_in(served.store, changed(first, 0, id="list-1-one"))
    moved = RATE.replace("list-1-1", "list-1-one")
    row = served.row("indicators", moved)
    assert row
    assert row["value"] == 98
    measure = served.row("measures", "list-1-one")
    assert measure
    assert measure["theme"] == "attendance"
    found = served.reviews()
    assert found["conflicts"] == []
    assert [one["row_id"] for one in found["reviews"]] == ["list-1-one", moved]
    old = found["reviews"][1]["id"]
    assert served.decide("indicators", moved, "accept", field="value", seen="").status_code == 409
    served.decided("indicators", moved, "reject", field="value", seen=old)
    # By its former id the row is still known.
    served.decided("indicators", RATE, "correct", field="value", value=96)
    row = served.row("indicators", moved)
    assert row
    assert row["value"] == 96
    states = [one["state"] for one in served.rows("reviews")]
    assert states == ["superseded", "in_force", "superseded", "in_force"]


def test_decisions_survive_the_process(tmp_path: Path) -> None:
    with serving(made.documents(), tmp_path) as served:
        served.decided("platforms", GUI, "correct", field="functions", value=["甲；乙", "丙"])
        log = served.reviews()["reviews"]
    with serving([], tmp_path) as served:
        assert served.reviews()["reviews"] == log
        row = served.row("platforms", GUI)
        assert row
        assert row["functions"] == ["甲；乙", "丙"]
        csv = served.http.get("/v1/registry/platforms", params={"format": "csv"}).text
        assert "甲\\;乙；丙" in csv


def test_a_correction_that_no_longer_fits_is_a_conflict(served: Served) -> None:
    gone = Review(
        id="r1", table="measures", row_id="list-1-1", measure_id="list-1-1", field="theme",
        decision="correct", value="a-theme-of-old", reviewer="王", at=datetime(2024, 1, 1, tzinfo=UTC),
        quote=made.LIST_1[0][4],
    )  # fmt: skip
    served.store.add_review(gone)
    measure = served.row("measures", "list-1-1")
    assert measure
    assert measure["theme"] == "wage-account"
    assert [one["id"] for one in served.reviews()["conflicts"]] == ["r1"]
    assert served.http.get("/v1/registry/package").status_code == 200


def test_an_uploaded_document_takes_its_decisions_up_again(fresh: httpx.Client) -> None:
    def figures() -> list[dict[str, Any]]:
        params = {"documents": "new-plan"}
        found: list[dict[str, Any]] = fresh.get("/v1/registry/indicators", params=params).json()[
            "rows"
        ]
        return found

    text = "某市培训方案\n\n一、目标\n\n到2025年培训建筑工人5000人次。\n\n二、措施\n\n建设培训基地10个。\n"
    metadata = {"id": "new-plan", "title": "培训方案"}
    assert upload(fresh, text.encode(), metadata=metadata).status_code == 201
    row = figures()[0]
    body = {
        "table": "indicators", "row_id": row["id"], "decision": "correct", "field": "kind",
        "value": "threshold", "reviewer": "王",
    }  # fmt: skip
    assert fresh.post("/v1/reviews", json=body).status_code == 201
    assert figures()[0]["kind"] == "threshold"
    fresh.delete("/v1/documents/new-plan")
    assert len(fresh.get("/v1/reviews").json()["conflicts"]) == 1
    assert upload(fresh, text.encode(), metadata=metadata).status_code == 201
    assert figures()[0]["kind"] == "threshold"
    assert fresh.get("/v1/reviews").json()["conflicts"] == []
    # Another version of the text, in which the figure is another.
    revised = text.replace("5000", "6000")
    assert upload(fresh, revised.encode(), metadata=metadata).status_code == 201
    assert figures()[0]["kind"] == "target"
    assert len(fresh.get("/v1/reviews").json()["conflicts"]) == 1


# Several reviewers --------------------------------------------------------------------------------


def test_a_decision_that_was_not_seen_is_a_conflict(served: Served) -> None:
    first = served.decided("indicators", RATE, "correct", field="value", value=98, seen="")
    answer = served.decide("indicators", RATE, "accept", field="value", seen="", reviewer="李")
    assert answer.status_code == 409
    assert "王" in answer.json()["error"]["message"]
    assert served.decide("indicators", RATE, "accept", field="value", seen="x").status_code == 409
    served.decided("indicators", RATE, "accept", field="unit", seen="")  # another value
    second = served.decided("indicators", RATE, "accept", field="value", seen=first["id"])
    stale = served.decide("indicators", RATE, "reject", field="value", seen=first["id"])
    assert stale.status_code == 409
    served.decided("indicators", RATE, "reject", field="value", seen=second["id"])
    served.decided("indicators", RATE, "accept", field="value")  # does not ask
    assert len(served.reviews()["reviews"]) == 5


def at_once(count: int, act: Any) -> list[Any]:
    """What ``act`` gives in so many threads that begin together."""
    start = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        start.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_decisions_at_once_are_all_kept_and_the_last_is_in_force(served: Served) -> None:
    def act(number: int) -> dict[str, Any]:
        return served.decided("indicators", RATE, "correct", field="value", value=number)

    kept = at_once(8, act)
    found = served.reviews()["reviews"]
    assert {one["id"] for one in found} == {one["id"] for one in kept}
    row = served.row("indicators", RATE)
    assert row
    assert row["value"] == found[0]["value"]
    assert len({one["at"] for one in found}) == 8
    # Each saw the one before it.
    assert [one["before"] for one in found] == [*(one["value"] for one in found[1:]), 97.0]


def test_of_decisions_at_once_that_look_first_one_is_kept(served: Served) -> None:
    def act(number: int) -> int:
        answer = served.decide("indicators", RATE, "correct", field="value", value=number, seen="")
        return answer.status_code

    assert sorted(at_once(6, act)) == [201, *[409] * 5]
    assert len(served.reviews()["reviews"]) == 1


def test_a_later_decision_is_in_force_whatever_the_clock_says(served: Served) -> None:
    ahead = Review(
        id="ahead", table="indicators", row_id=RATE, measure_id="list-1-1", field="value", quote="97%",
        decision="correct", value=1.0, reviewer="李", at=datetime.now(UTC) + timedelta(days=1),
    )  # fmt: skip
    served.store.add_review(ahead)
    served.decided("indicators", RATE, "correct", field="value", value=2)
    row = served.row("indicators", RATE)
    assert row
    assert row["value"] == 2


def test_the_service_gives_measures_as_decided(served: Served) -> None:
    registry: RegistryService = served.registry
    served.decided("actors", COURT, "reject")
    served.decided("measures", "list-1-2", "reject")
    found = {one.practice.id: one for one in registry.measures()}
    assert "list-1-2" not in found
    assert COURT not in {row.id for row in found["list-1-3"].child_rows()}
    practice = served.store.practice("list-1-2")
    document = served.store.document("list-1")
    assert isinstance(practice, Practice)
    assert document
    assert registry.measure(practice, document).rejected
