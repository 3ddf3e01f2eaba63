"""The registry as the double answers with it: two practices and what was read of them."""

from __future__ import annotations

from typing import Any

from api.views import column_views
from corpus.registry import ROWS
from tests.ui.double import DOCUMENT, Double, practice

TEXTS = {
    "p1": "重庆市全面推行工资专户管理。开户率达97%，补贴每人200元。",
    "p2": "广东省江门市开展培训。培训不少于10课时。",
}
THEMES = [
    {
        "id": "wages",
        "label": "工资支付与维权",
        "definition": "…",
        "count": 2,
        "children": [
            {"id": "accounts", "label": "工资专户", "definition": "…", "count": 1, "children": []},
            {"id": "skills", "label": "技能培训", "definition": "…", "count": 1, "children": []},
        ],
    }
]
REGIONS = [
    {"adcode": "500000", "name": "重庆市", "label": "重庆市", "level": "province", "count": 1},
    {"adcode": "440700", "name": "广东省江门市", "label": "江门市", "level": "city", "count": 1},
]


def child(table: str, measure: str, quote: str, number: int = 1, **fields: Any) -> dict[str, Any]:
    start = TEXTS[measure].index(quote)
    own = dict.fromkeys(columns_named(table))
    span = {"start": start, "end": start + len(quote)}
    return own | {
        "id": f"{measure}.{table}.{number}",
        "measure_id": measure,
        "document_id": "d1",
        "quote": quote,
        **span,
        "status": "extracted",
        "not_stated": ["per"],
        "candidates": [],
        "method": "rule",
        **fields,
    }


def columns_named(table: str) -> list[str]:
    return [column.name for column in column_views(ROWS[table])]


def measure(id_: str, region: str, adcode: str, theme: str, **changes: Any) -> dict[str, Any]:
    own: dict[str, Any] = dict.fromkeys(columns_named("measures"))
    counts = dict.fromkeys(
        ("actors", "instruments", "platforms", "policy_documents", "indicators", "deadlines"), 0
    )
    return own | {
        "id": id_,
        "document_id": "d1",
        "document": DOCUMENT["title"],
        "kind": "practice",
        "theme": theme,
        "secondary_themes": [],
        "mechanisms": [],
        "target_groups": [],
        "region": region,
        "adcode": adcode,
        "title": TEXTS[id_].split("。")[0],
        "text": TEXTS[id_],
        "review_status": "extracted",
        **counts,
        **changes,
    }


ROWS_OF: dict[str, list[dict[str, Any]]] = {
    "measures": [
        measure("p1", "重庆市", "500000", "accounts"),
        measure("p2", "广东省江门市", "440700", "skills", review_status="needs_review"),
    ],
    "indicators": [
        child("indicators", "p1", "97%", 1, subject="开户率", value=97.0, unit="%", comparator="=",
              kind="ratio"),
        child("indicators", "p1", "200元", 2, subject="补贴", value=200.0, unit="元",
              comparator="=", kind="amount", per="每人"),
        child("indicators", "p2", "不少于10课时", 1, subject="培训", value=10.0, unit="课时",
              comparator="≥", kind="threshold", status="needs_review"),
    ],
    "instruments": [
        child("instruments", "p1", "工资专户", 1, type="dedicated_account", words="工资专户"),
        child("instruments", "p2", "培训", 1, type="training", words="培训"),
    ],
}  # fmt: skip


def review(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "table": "indicators",
        "row_id": "p1.indicators.1",
        "measure_id": "p1",
        "field": "value",
        "decision": "correct",
        "value": 98.0,
        "before": 97.0,
        "quote": "97%",
        "reviewer": "张三",
        "note": "",
        "at": "2026-11-20T10:00:00Z",
        **changes,
    }


def answer(table: str, rows: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    found = ROWS_OF.get(table, []) if rows is None else rows
    columns = [column.model_dump() for column in column_views(ROWS[table])]
    return {"table": table, "total": len(found), "rows": found, "columns": columns}


def register(double: Double) -> None:
    """Let the double answer what the registry page asks."""
    double.answers |= {("GET", f"/v1/registry/{table}"): (200, answer(table)) for table in ROWS}
    tasks = {"tasks": [{"task": "保障合法权益", "count": 2, "document_ids": [], "measures": []}]}
    own = {
        table: [row for row in rows if row.get("measure_id") == "p1"]
        for table, rows in ROWS_OF.items()
    }
    reviews: dict[str, Any] = {"reviews": [], "conflicts": [], "queue": []}
    double.answers |= {
        ("GET", "/v1/themes"): (200, {"themes": THEMES}),
        ("GET", "/v1/regions"): (200, {"regions": REGIONS, "unresolved": 0}),
        ("GET", "/v1/tasks"): (200, tasks),
        ("GET", "/v1/documents"): (200, {"documents": [DOCUMENT | {"practices": 2}]}),
        ("GET", "/v1/practices/p1"): (200, practice(text=TEXTS["p1"], registry=own)),
        ("GET", "/v1/reviews"): (200, reviews),
        ("POST", "/v1/reviews"): (201, review()),
    }
