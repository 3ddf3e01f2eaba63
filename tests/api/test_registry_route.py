from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import frictionless
import httpx
import pytest

from api.export.columns import columns
from api.registry import TABLES as KINDS
from api.registry_view import View, viewed
from corpus import regions
from corpus.themes import taxonomy
from tests.api import made
from tests.api.export.made import read_csv, read_jsonl, read_parquet, read_xlsx
from tests.api.registered import CHILDREN, TABLES, Served, everything, serving, take_in

READERS = {"csv": read_csv, "xlsx": read_xlsx, "parquet": read_parquet, "jsonl": read_jsonl}
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl; charset=utf-8",
}
GUANGDONG = {
    "list-1", "list-2", "plan", "practice-list-1", "practice-list-2", "jiangmen-upgrade-stations-plan",
}  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A server that no test changes, but for one decision of each kind."""
    with serving(everything()) as found:
        platform = next(r for r in found.rows("platforms") if r["name"] == "桂建通")
        found.decided("platforms", platform["id"], "correct", field="name", value="=桂建通()")
        found.decided("actors", found.rows("actors")[0]["id"], "reject", note="<b>不是主体</b>")
        found.decided("measures", "list-1-1", "accept", field="theme")
        yield found


@pytest.fixture(scope="module")
def whole(served: Served) -> dict[str, list[dict[str, Any]]]:
    """Every table as the API shows it."""
    return {table: served.rows(table) for table in KINDS}


# Pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", KINDS)
def test_pages_together_are_the_table(
    served: Served, whole: dict[str, list[dict[str, Any]]], table: str
) -> None:
    size = max(1, len(whole[table]) // 3)
    found: list[dict[str, Any]] = []
    while True:
        params = {"limit": size, "offset": len(found)}
        page = served.http.get(f"/v1/registry/{table}", params=params).json()
        assert page["table"] == table
        assert page["total"] == len(whole[table]) > 0
        assert len(page["rows"]) <= size
        if not page["rows"]:
            break
        found += page["rows"]
    assert found == whole[table]


@pytest.mark.parametrize("table", KINDS)
def test_rows_are_as_the_codebook_says(whole: dict[str, list[dict[str, Any]]], table: str) -> None:
    described = columns(KINDS[table])
    ids = [row["id"] for row in whole[table]]
    assert len(set(ids)) == len(ids)
    for row in whole[table]:
        assert list(row) == [column.name for column in described]
        for column in described:
            if column.required:
                assert row[column.name] is not None
            if column.codes and row[column.name] is not None:
                assert row[column.name] in column.codes


def test_the_rows_known_by_hand(whole: dict[str, list[dict[str, Any]]]) -> None:
    figures = [row for row in whole["indicators"] if row["measure_id"] == "list-1-1"]
    assert [(r["subject"], r["value"], r["unit"]) for r in figures] == [
        ("工资专户开户率", 97.0, "%"),
        ("代发率", 92.0, "%"),
    ]
    assert "per" in figures[0]["not_stated"]
    assert "value" not in figures[0]["not_stated"]
    (measure,) = (row for row in whole["measures"] if row["id"] == "list-1-6")
    assert measure["region"] == "河南省信阳市固始县"
    assert (measure["indicators"], measure["deadlines"], measure["actors"]) == (1, 1, 0)
    (document,) = (row for row in whole["documents"] if row["id"] == "plan")
    assert document["issued_on"] == "2023-08-08"
    assert document["practices"] == 3
    assert document["adcode"] == "440700"


def test_every_row_belongs_to_its_measure_and_every_code_is_a_region(
    whole: dict[str, list[dict[str, Any]]],
) -> None:
    documents = {row["id"] for row in whole["documents"]}
    codes = {row["adcode"] for row in whole["regions"]}
    themes = {row["id"] for row in whole["themes"]}
    measures = {row["id"]: row for row in whole["measures"]}
    assert {row["document_id"] for row in measures.values()} == documents
    for table in CHILDREN:
        counts = Counter(row["measure_id"] for row in whole[table])
        assert {id_: row[table] for id_, row in measures.items() if row[table]} == counts
        for row in whole[table]:
            assert row["document_id"] == measures[row["measure_id"]]["document_id"]
    for row in (*measures.values(), *whole["documents"], *whole["indicators"]):
        assert row["adcode"] is None or row["adcode"] in codes
    assert {row["theme"] for row in measures.values()} - {None} <= themes
    counted = Counter(row["theme"] for row in measures.values())
    assert {r["id"]: r["measures"] for r in whole["themes"] if r["measures"]} == counted


@pytest.mark.parametrize("table", CHILDREN)
def test_every_quote_is_the_text_at_its_span(
    whole: dict[str, list[dict[str, Any]]], table: str
) -> None:
    texts = {row["id"]: row["text"] for row in whole["measures"]}
    start, end = ("quote_start", "quote_end") if table == "deadlines" else ("start", "end")
    for row in whole[table]:
        assert row["quote"]
        assert texts[row["measure_id"]][row[start] : row[end]] == row["quote"]


def test_rows_stand_in_the_order_of_the_documents(
    whole: dict[str, list[dict[str, Any]]], served: Served
) -> None:
    documents = served.store.documents()
    practices = [one.id for of in documents for one in served.store.practices_of(of.id)]
    assert [row["id"] for row in whole["documents"]] == [one.id for one in documents]
    assert [row["id"] for row in whole["measures"]] == practices
    place = {id_: at for at, id_ in enumerate(practices)}
    for table in CHILDREN:
        start = "quote_start" if table == "deadlines" else "start"
        places = [(place[row["measure_id"]], row[start]) for row in whole[table]]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("table", "params", "status", "field"),
    [
        ("nothing", {}, 404, None),
        ("nothing", {"format": "csv"}, 404, None),
        ("%2e%2e", {}, 404, None),
        ("measures", {"format": "doc"}, 422, "format"),
        ("measures", {"limit": 0}, 422, "limit"),
        ("measures", {"limit": 1001}, 422, "limit"),
        ("measures", {"offset": -1}, 422, "offset"),
        ("measures", {"colour": "red"}, 422, "colour"),
        ("measures", {"kinds": "poem"}, 422, "kinds.0"),
        ("measures", {"regions": "亚特兰蒂斯"}, 400, "regions"),
        ("measures", {"exclude_regions": "999999"}, 400, "exclude_regions"),
        ("measures", {"issued_from": "2024-01-02", "issued_to": "2024-01-01"}, 422, "issued_to"),
        ("package", {"regions": "亚特兰蒂斯"}, 400, "regions"),
        ("package", {"format": "csv"}, 422, "format"),
        ("package", {"find": "培训"}, 422, "find"),
        ("indicators", {"sort": "-colour"}, 400, "sort"),
        ("measures", {"sort": "measure_region"}, 400, "sort"),
        ("indicators", {"columns": ["value", "colour"]}, 400, "columns"),
        ("indicators", {"columns": "colour", "format": "xlsx"}, 400, "columns"),
    ],
)
def test_requests_that_cannot_be(
    served: Served, table: str, params: dict[str, Any], status: int, field: str | None
) -> None:
    answer = served.http.get(f"/v1/registry/{table}", params=params)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["field"] == field
    assert error["message"]
    assert error["hint"]


# Filters ------------------------------------------------------------------------------------------


def own_codes(row: dict[str, Any]) -> tuple[str, ...]:
    return regions.parents(row["adcode"]) if row["adcode"] else ()


# What is asked, and what it means of a measure's row, its document and its instruments' types.
FILTERS: list[tuple[dict[str, Any], Any]] = [
    ({"regions": "广东"}, lambda m, d, i: "440000" in own_codes(m)),
    ({"regions": ["珠海", "500000"]}, lambda m, d, i: {"440400", "500000"} & {*own_codes(m)}),
    ({"exclude_regions": "广东省"}, lambda m, d, i: "440000" not in own_codes(m)),
    ({"levels": "county"}, lambda m, d, i: m["adcode"] and len(own_codes(m)) == 3),
    ({"tasks": made.RIGHTS}, lambda m, d, i: m["task"] == made.RIGHTS),
    ({"measures": made.PREVENT}, lambda m, d, i: m["measure"] == made.PREVENT),
    ({"themes": ["wage-account", "attendance"]}, lambda m, d, i: m["theme"] in ("wage-account", "attendance")),
    ({"documents": ["plan", "practice-list-2"]}, lambda m, d, i: m["document_id"] in ("plan", "practice-list-2")),
    ({"kinds": "plan_item"}, lambda m, d, i: m["kind"] == "plan_item"),
    ({"instruments": "training"}, lambda m, d, i: "training" in i),
    ({"issued_from": "2023-08-08"}, lambda m, d, i: d["issued_on"] and d["issued_on"] >= "2023-08-08"),
    ({"issued_to": "2023-08-08"}, lambda m, d, i: d["issued_on"] and d["issued_on"] <= "2023-08-08"),
    ({"regions": "广东", "kinds": "practice"}, lambda m, d, i: "440000" in own_codes(m) and m["kind"] == "practice"),
    ({"documents": "none"}, lambda m, d, i: False),
]  # fmt: skip


@pytest.mark.parametrize(("params", "meets"), FILTERS, ids=[str(params) for params, _ in FILTERS])
def test_filters(
    served: Served, whole: dict[str, list[dict[str, Any]]], params: dict[str, Any], meets: Any
) -> None:
    documents = {row["id"]: row for row in whole["documents"]}
    types: dict[str, set[str]] = {}
    for row in whole["instruments"]:
        types.setdefault(row["measure_id"], set()).add(row["type"])
    wanted = [
        row["id"]
        for row in whole["measures"]
        if meets(row, documents[row["document_id"]], types.get(row["id"], set()))
    ]
    assert len(wanted) < len(whole["measures"])
    assert [row["id"] for row in served.rows("measures", **params)] == wanted
    for table in CHILDREN:
        expected = [row for row in whole[table] if row["measure_id"] in wanted]
        assert served.rows(table, **params) == expected
        exported = served.http.get(f"/v1/registry/{table}", params={**params, "format": "jsonl"})
        assert [json.loads(line) for line in exported.text.splitlines()] == expected
    of = Counter(row["document_id"] for row in whole["measures"] if row["id"] in wanted)
    shown = served.rows("documents", **params)
    assert {row["id"]: row["practices"] for row in shown} == of
    themes = served.rows("themes", **params)
    assert sum(row["measures"] for row in themes) == len(wanted)
    assert len(themes) == len(whole["themes"])


def test_regions_are_those_of_what_meets_the_filter(served: Served) -> None:
    assert [row["id"] for row in served.rows("regions", documents="plan")] == ["440000", "440700"]
    (city,) = (row for row in served.rows("regions", documents="plan") if row["level"] == "city")
    assert (city["name"], city["province"], city["city"], city["county"]) == (
        "广东省江门市", "广东省", "江门市", None,
    )  # fmt: skip


# Views --------------------------------------------------------------------------------------------


def measured(whole: dict[str, list[dict[str, Any]]], row: dict[str, Any]) -> dict[str, Any]:
    """A row with what it is shown with of its measure."""
    of = next(one for one in whole["measures"] if one["id"] == row["measure_id"])
    return row | {f"measure_{name}": of[name] for name in ("region", "title", "theme")}


# What is looked for, and what it means of a row with its measure.
FOUND: list[tuple[str, str, Any]] = [
    ("indicators", "重庆", lambda row: "重庆" in f"{row['measure_region']}{row['measure_title']}{row['quote']}{row['subject']}"),
    ("actors", "牵头", lambda row: row["role"] == "lead" or "牵头" in f"{row['quote']}{row['measure_title']}"),
    ("instruments", "工资专户与银行代发", lambda row: row["measure_theme"] == "wage-account"),
    ("platforms", "=桂建通() 已更正", lambda row: row["status"] == "corrected"),
    ("indicators", "没有这样的字词", lambda row: False),
]  # fmt: skip


@pytest.mark.parametrize(("table", "words", "meets"), FOUND)
def test_words_are_found_as_people_read_them(
    served: Served, whole: dict[str, list[dict[str, Any]]], table: str, words: str, meets: Any
) -> None:
    expected = [row for row in whole[table] if meets(measured(whole, row))]
    assert len(expected) < len(whole[table])
    assert served.rows(table, find=words) == expected
    assert bool(expected) is (words != "没有这样的字词")


def test_words_are_all_wanted_in_either_case(
    served: Served, whole: dict[str, list[dict[str, Any]]]
) -> None:
    found = served.rows("measures", find="ai 预警")
    assert found == [row for row in whole["measures"] if "AI" in row["text"] and "预警" in str(row)]
    assert found


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("indicators", "value"),
        ("indicators", "measure_region"),
        ("measures", "region"),
        ("themes", "measures"),
    ],
)
def test_rows_stand_in_the_order_asked_for(
    served: Served, whole: dict[str, list[dict[str, Any]]], table: str, column: str, down: bool
) -> None:
    child = table == "indicators"
    rows = [measured(whole, row) if child else row for row in whole[table]]
    full = [row for row in rows if row[column] is not None]
    empty = [row for row in rows if row[column] is None]
    expected = sorted(full, key=lambda row: row[column], reverse=down) + empty
    found = served.rows(table, sort="-" * down + column)
    assert [row["id"] for row in found] == [row["id"] for row in expected]
    assert list(found[0]) == [one.name for one in columns(KINDS[table])]


def test_codes_stand_in_the_order_of_their_names(served: Served) -> None:
    names = {one["name"]: one["codes"] for one in served.http.get(
        "/v1/registry/indicators", params={"limit": 1}).json()["columns"]}["kind"]  # fmt: skip
    kinds = [names[row["kind"]] for row in served.rows("indicators", sort="kind")]
    assert kinds == sorted(kinds) and len(set(kinds)) > 2


def test_only_the_columns_asked_for_are_given(
    served: Served, whole: dict[str, list[dict[str, Any]]]
) -> None:
    asked = ["measure_region", "value", "start", "measure_region"]
    names = ["id", "measure_region", "value", "start"]
    answer = served.http.get(
        "/v1/registry/indicators", params={"columns": asked, "limit": 1000}
    ).json()
    expected = [{name: measured(whole, row)[name] for name in names} for row in whole["indicators"]]
    assert answer["rows"] == expected and list(answer["rows"][0]) == names
    described = {one["name"]: one for one in answer["columns"]}
    assert list(described) == names
    assert described["value"]["editable"] and not described["measure_region"]["editable"]
    assert described["measure_region"]["title"] == "举措地区"


@pytest.mark.parametrize("fmt", READERS)
def test_a_file_holds_the_rows_and_columns_shown_in_order(served: Served, fmt: str) -> None:
    asked = {
        "regions": "广东", "find": "人", "sort": "-value",
        "columns": ["measure_title", "value", "kind", "not_stated"],
    }  # fmt: skip
    shown = served.http.get("/v1/registry/indicators", params={**asked, "limit": 1000}).json()
    assert shown["total"] == len(shown["rows"]) > 2
    content = served.http.get("/v1/registry/indicators", params={**asked, "format": fmt}).content
    kind, _ = viewed(served.registry, "indicators", None, View(columns=tuple(asked["columns"])))
    found = READERS[fmt](kind, content)
    expected = [row | {"not_stated": tuple(row["not_stated"])} for row in shown["rows"]]
    assert found == expected


# Files --------------------------------------------------------------------------------------------


def as_python(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of JSON as the readers of files give it."""
    kinds = {column.name: column.kind for column in columns(KINDS[table])}

    def value(name: str, of: Any) -> Any:
        if kinds[name] == "list":
            return tuple(of)
        return date.fromisoformat(of) if kinds[name] == "date" and of else of

    return {name: value(name, of) for name, of in row.items()}


@pytest.mark.parametrize("fmt", READERS)
@pytest.mark.parametrize("table", KINDS)
def test_files_hold_the_rows(
    served: Served, whole: dict[str, list[dict[str, Any]]], table: str, fmt: str
) -> None:
    answer = served.http.get(f"/v1/registry/{table}", params={"format": fmt})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[fmt]
    name = f"tashan-{table}.{fmt}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    expected = [as_python(table, row) for row in whole[table]]
    if fmt == "xlsx":  # which knows no empty text
        expected = [{k: None if v == "" else v for k, v in row.items()} for row in expected]
    assert READERS[fmt](KINDS[table], answer.content) == expected


def test_a_byte_order_mark_for_excel(served: Served) -> None:
    plain, marked = (
        served.http.get("/v1/registry/themes", params={"format": "csv", "bom": bom}).content
        for bom in (False, True)
    )
    assert marked == b"\xef\xbb\xbf" + plain


@pytest.fixture
def package(served: Served, tmp_path: Path) -> Path:
    answer = served.http.get("/v1/registry/package")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="tashan-registry.zip"'
    file = tmp_path / "registry.zip"
    file.write_bytes(answer.content)
    return file


def test_the_package_is_valid_and_holds_every_table(
    package: Path, whole: dict[str, list[dict[str, Any]]]
) -> None:
    report = frictionless.validate(str(package), type="package")
    assert report.flatten(["type", "rowNumber", "fieldName", "note"]) == []
    assert report.valid
    with zipfile.ZipFile(package) as files:
        described = json.loads(files.read("datapackage.json"))
        assert [one["name"] for one in described["resources"]] == [*TABLES, "reviews"]
        for table in KINDS:
            expected = [as_python(table, row) for row in whole[table]]
            assert read_csv(KINDS[table], files.read(f"{table}.csv")) == expected


def test_decisions_are_in_the_package(package: Path) -> None:
    with zipfile.ZipFile(package) as files:
        reviews = read_csv(KINDS["reviews"], files.read("reviews.csv"))
        platforms = files.read("platforms.csv").decode()
    assert [(one["table"], one["decision"], one["state"]) for one in reviews] == [
        ("platforms", "correct", "in_force"),
        ("actors", "reject", "in_force"),
        ("measures", "accept", "in_force"),
    ]
    corrected, rejected, _ = reviews
    assert (corrected["before"], corrected["value"]) == ('"桂建通"', '"=桂建通()"')
    assert (corrected["reviewer"], corrected["column"]) == ("王", "name")
    assert corrected["at"].endswith("+00:00")
    assert rejected["note"] == "<b>不是主体</b>"
    assert ",'=桂建通()," in platforms


def test_a_filtered_package_is_valid(served: Served, tmp_path: Path) -> None:
    answer = served.http.get("/v1/registry/package", params={"regions": "广东"})
    file = tmp_path / "registry.zip"
    file.write_bytes(answer.content)
    assert frictionless.validate(str(file), type="package").valid
    with zipfile.ZipFile(BytesIO(answer.content)) as files:
        found = read_csv(KINDS["documents"], files.read("documents.csv"))
        assert {row["id"] for row in found} == GUANGDONG
        assert read_csv(KINDS["reviews"], files.read("reviews.csv")) == []


def test_a_value_without_its_evidence_stops_the_export() -> None:
    (parsed, *_) = made.documents()
    with serving([parsed]) as served:
        practice = parsed.practices[0]
        other = practice.model_copy(
            update={"text": practice.text.replace("开户率达97%", "开户率为９７％")}
        )
        broken = parsed.model_copy(update={"practices": (other, *parsed.practices[1:])})
        kept = {one.id: own for one, own in served.store.records(parsed.document.id)}
        served.store.replace_document(broken, [], kept)
        for params in ({"format": fmt} for fmt in READERS):
            answer = served.http.get("/v1/registry/indicators", params=params)
            assert answer.status_code == 500
            assert answer.json()["error"]["code"] == "broken_grounding"
        answer = served.http.get("/v1/registry/package")
        assert answer.json()["error"]["code"] == "broken_grounding"
        assert served.http.get("/v1/registry/indicators").json()["total"] == 3
        assert served.http.get("/v1/registry/themes", params={"format": "csv"}).status_code == 200


def test_an_empty_registry_has_empty_tables() -> None:
    with serving([]) as served:
        for table in KINDS:
            expected = len(taxonomy().theme) if table == "themes" else 0
            assert served.http.get(f"/v1/registry/{table}").json()["total"] == expected
            for fmt, read in READERS.items():
                answer = served.http.get(f"/v1/registry/{table}", params={"format": fmt})
                assert len(read(KINDS[table], answer.content)) == expected
        assert served.http.get("/v1/registry/package").status_code == 200
        assert served.reviews() == {"reviews": [], "conflicts": [], "queue": []}


# One practice, and the tree of themes -------------------------------------------------------------


def test_a_practice_has_its_rows_by_table(
    served: Served, whole: dict[str, list[dict[str, Any]]]
) -> None:
    for measure in whole["measures"][:40]:
        body = served.http.get(f"/v1/practices/{measure['id']}").json()
        expected = {
            table: rows
            for table in CHILDREN
            if (rows := [r for r in whole[table] if r["measure_id"] == measure["id"]])
        }
        assert body["registry"] == expected
        assert body["theme"]["id"] == measure["theme"]


def test_the_tree_of_themes_counts_practices(
    served: Served, whole: dict[str, list[dict[str, Any]]]
) -> None:
    tree = served.http.get("/v1/themes").json()["themes"]
    counts = Counter(row["theme"] for row in whole["measures"])
    known = taxonomy()
    assert [node["id"] for node in tree] == [theme.id for theme in known.parents]
    for node in tree:
        assert node["label"] == known[node["id"]].label
        assert node["count"] == sum(child["count"] for child in node["children"])
        assert [child["id"] for child in node["children"]] == [
            t.id for t in known.below(node["id"])
        ]
        for child in node["children"]:
            assert child["count"] == counts[child["id"]]
            assert child["definition"]
    assert sum(node["count"] for node in tree) == len(whole["measures"])


def test_a_replaced_document_leaves_no_rows_behind() -> None:
    first, second, _ = made.documents()
    with serving([first, second]) as served:
        shorter = first.model_copy(update={"practices": first.practices[:1]})
        take_in(served.store, shorter)
        assert {r["measure_id"] for r in served.rows("instruments", documents="list-1")} == {
            "list-1-1"
        }
        http: httpx.Client = served.http
        assert http.delete("/v1/documents/list-1").status_code == 200
        assert served.rows("measures", documents="list-1") == []
        assert served.rows("indicators", documents="list-1") == []
