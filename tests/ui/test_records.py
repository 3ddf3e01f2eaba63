"""The registry's rows in words, and what tables, charts and addresses make of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from tests.ui.double import hit
from tests.ui.registered import ROWS_OF
from ui.answers import Clause, Column, Practice
from ui.brief import thresholds_html
from ui.records import number, period, quantity, quote_html, words_of
from ui.registry_charts import level_of, size_of, stacked
from ui.registry_state import RegistryState, measure_of, table_of
from ui.registry_table import cell


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (97.0, "97"),
        (2.5, "2.5"),
        (328280, "32.828万"),
        (67500.0, "6.75万"),
        (10000, "1万"),
        (1000050, "100.005万"),
        (16501000000.0, "165.01亿"),
        (0.0001, "0.0001"),
        (-20000, "-2万"),
        (12345.5, "12,345.5"),
    ],
)
def test_numbers_are_exact_and_readable(value: float, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"value": 50, "comparator": "≥", "unit": "场"}, "≥ 50场"),
        ({"low": 80, "high": 90, "comparator": "range", "unit": "%"}, "80–90%"),
        (
            {
                "before": 50,
                "before_comparator": "<",
                "after": 80,
                "after_comparator": "≥",
                "unit": "%",
            },
            "由 < 50% 到 ≥ 80%",
        ),
        ({"before": 1.5, "low": 2.5, "high": 4, "unit": "%"}, "由 1.5% 到 2.5–4%"),
        ({"after": 3, "unit": "家"}, "由 （未写明） 到 3家"),
        ({"low": 3, "unit": "家"}, "≥ 3家"),
        ({"high": 3, "unit": "家"}, "≤ 3家"),
        ({}, "未读出数值"),
    ],
)
def test_quantities(row: dict[str, Any], said: str) -> None:
    assert quantity(row) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"start": "2019-04", "end": "2019-05"}, "2019-04 至 2019-05"),
        ({"end": "2023-12-31"}, "2023-12-31 前"),
        ({"start": "2017"}, "2017年起"),
        ({"end": "--08-15"}, "8月15日（未写年份） 前"),
        ({"recurrence": "每季度"}, "每季度"),
        ({"start": "2024", "end": "2024"}, "2024年"),
        ({}, "未读出日期"),
    ],
)
def test_periods(row: dict[str, Any], said: str) -> None:
    assert period(row) == said


@pytest.mark.parametrize(
    ("table", "row", "main", "notes"),
    [
        ("actors", {"name": "市住建局", "role": "lead"}, "市住建局", ("牵头",)),
        ("platforms", {"name": "桂建通", "functions": ["招工", "签约"]}, "桂建通", ("招工、签约",)),
        ("policy_documents", {"title": "办法", "number": "〔2022〕1号"}, "《办法》〔2022〕1号", ()),
        ("policy_documents", {"title": None, "number": "〔2022〕1号"}, "〔2022〕1号", ()),
        ("instruments", {"type": "x", "words": "预警"}, "x", ("预警",)),
        ("indicators", {"value": 2, "as_of": "2023/"}, "（未写明对象）：2", ("2023年起",)),
        (
            "deadlines",
            {"end": "2023-12-31", "precision": "year-end"},
            "2023-12-31 前",
            ("原文写“年底”",),
        ),
    ],
)
def test_rows_in_words(table: str, row: dict[str, Any], main: str, notes: tuple[str, ...]) -> None:
    words = words_of(table, row, {"role": {"lead": "牵头"}})
    assert (words.main, words.notes) == (main, notes)


def test_a_quote_is_marked_where_it_stands_and_nothing_else() -> None:
    text = "甲<b>乙</b>" + "丙" * 40
    row = {"start": 4, "end": 5}
    assert "甲&lt;b&gt;<mark>乙</mark>&lt;/b&gt;" in quote_html(text, row)
    deadline = {"start": "2023", "end": None, "quote_start": 4, "quote_end": 5}
    assert "<mark>乙</mark>" in quote_html(text, deadline)


def test_figures_are_listed_region_by_region() -> None:
    region = {"adcode": "130000", "name": "河北省", "level": "province"}
    hits = [hit(1, text="x" * 40), hit(2, text="x" * 40, region=region)]
    rows = [dict(row, start=3, end=5, quote="xx") for row in ROWS_OF["indicators"]]
    shown = thresholds_html(
        Clause(
            text="…",
            hits=tuple(Practice.model_validate(each) for each in hits),
            indicators=(*rows, {"measure_id": "p9"}),
        )
    )
    assert shown.index("河北省") < shown.index("重庆市")
    assert "≥ 10课时" in shown and "200元（每人）" in shown and shown.count("<tr>") == 4
    assert thresholds_html(Clause(text="…")) == ""


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (Column(name="kind", title="", codes={"ratio": "比例"}), "ratio", "比例"),
        (Column(name="kind", title="", codes={"ratio": "比例"}), "new", "new"),
        (Column(name="theme", title=""), "skills", "技能培训"),
        (Column(name="secondary_themes", title=""), ["skills", "x"], "技能培训、x"),
        (Column(name="comparator", title=""), "range", "区间"),
        (Column(name="value", title="", kind="number"), 2.5, 2.5),
        (Column(name="functions", title=""), [], None),
        (Column(name="title", title=""), "甲\u202e乙", "甲\ufffd乙"),
        (Column(name="title", title=""), None, None),
    ],
)
def test_cells(column: Column, value: Any, said: Any) -> None:
    assert cell({column.name: value}, column, {"skills": "技能培训"}) == said


@pytest.mark.parametrize(
    ("adcode", "level"),
    [("440000", "省级"), ("440100", "市级"), ("440106", "县级"), (None, "地区未定")],
)
def test_levels_follow_from_codes(adcode: str | None, level: str) -> None:
    assert level_of(adcode) == level


@pytest.mark.parametrize(
    ("value", "unit", "size"),
    [
        (97, "%", "90–100%"),
        (100, "%", "100% 及以上"),
        (0, "%", "0–10%"),
        (9.9, "人", "1–9"),
        (10, "人", "10–99"),
        (67500, "人", "1万–10万"),
        (16501000000, "元", "1亿及以上"),
        (0.5, "元", "不足 1"),
    ],
)
def test_sizes(value: float, unit: str, size: str) -> None:
    assert size_of(value, unit) == size


def test_bars_are_counted_by_part() -> None:
    pairs = [("甲", "省级"), ("乙", "市级"), ("甲", "市级"), ("甲", "省级")]
    assert [tuple(bar.values()) for bar in stacked(pairs, ["省级", "市级"])] == [
        ("甲", "省级", 0, 2),
        ("乙", "市级", 1, 1),
        ("甲", "市级", 1, 1),
    ]


@pytest.mark.parametrize(
    "state",
    [
        RegistryState(),
        RegistryState(view="charts", filters={"region": ("440000", "500000")}),
        RegistryState(table="indicators", find="工资 a&b", sort="-value", columns=("quote",)),
        RegistryState(table="deadlines", page=3, row="d.1.deadlines.ab#1"),
    ],
)
def test_an_address_brings_its_view_back(state: RegistryState) -> None:
    assert RegistryState.read(parse_qs(urlencode(state.params(), doseq=True))) == state


def test_what_an_address_says_wrongly_counts_as_not_said() -> None:
    assert RegistryState.read({"table": ["x"], "view": ["y"], "page": ["z"]}) == RegistryState()


@pytest.mark.parametrize(
    ("row", "table", "measure"),
    [
        ("list-1.1.2.indicators.ab12", "indicators", "list-1.1.2"),
        ("list-1.1.2.policy_documents.ab-2", "policy_documents", "list-1.1.2"),
        ("list-1.1.2", "measures", "list-1.1.2"),
    ],
)
def test_a_rows_id_says_its_table_and_measure(row: str, table: str, measure: str) -> None:
    assert (table_of(row), measure_of(row)) == (table, measure)
