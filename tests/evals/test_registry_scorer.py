"""The registry's scorer on small gold made by hand, each figure falling when its cause does; the gold loads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from corpus.model import Practice, Source
from corpus.registry import (
    CHILD_ROWS,
    ActorRow,
    ChildRow,
    DeadlineRow,
    IndicatorRow,
    InstrumentRow,
    PlatformRow,
    PolicyDocumentRow,
    read_row,
)
from corpus.themes import taxonomy
from evals.registry import (
    COMPARISONS,
    compare,
    compare_themes,
    evaluate,
    overlap,
    plain_name,
    render,
    share,
)
from evals.registry_gold import (
    GOLD,
    GoldMeasure,
    GoldThemes,
    Split,
    load,
    load_themes,
    shipped,
)
from ingest.extract.themes import Themes

TEXT = (
    "市住建局会同人社局印发《工资支付办法》（甲建〔2021〕5号），启用“云工”平台，2022年底前培训工人300名，"
    "再培训管理人员300名，达标率由不足50%提高到80%以上，对企业发放补贴。"
)


def practice(id_: str = "d.1", text: str = TEXT) -> Practice:
    return Practice(
        id=id_,
        document_id="d",
        kind="practice",
        path=(),
        title="",
        text=text,
        source=Source(start=0, end=1, spans=((0, 1),)),
        sequence=0,
    )


ONE = practice()
GOLD_ROW: dict[str, Any] = {
    "id": "d.1",
    "actors": [
        {"name": "市住建局", "type": "department", "role": "responsible", "quote": "市住建局"},
        {"name": "人社局", "type": "department", "role": "joint", "quote": "会同人社局"},
    ],
    "instruments": [
        {"type": "subsidy", "words": "发放补贴", "quote": "发放补贴"},
        {"type": "legislation", "words": "印发", "quote": "印发"},
    ],
    "platforms": [{"name": "云工", "kind": "platform", "quote": "“云工”平台"}],
    "policy_documents": [
        {
            "title": "工资支付办法",
            "number": "甲建〔2021〕5号",
            "relation": "issued",
            "quote": "《工资支付办法》",
        }
    ],
    "indicators": [
        {
            "subject": "工人",
            "value": 300,
            "unit": "人",
            "kind": "target",
            "as_of": "2022-12-31",
            "quote": "工人300名",
        },
        {
            "subject": "管理人员",
            "value": 300,
            "unit": "人",
            "kind": "target",
            "quote": "管理人员300名",
        },
        {
            "subject": "达标率",
            "before": 50,
            "before_comparator": "<",
            "after": 80,
            "after_comparator": "≥",
            "unit": "%",
            "kind": "change",
            "quote": "由不足50%提高到80%以上",
        },
    ],
    "deadlines": [{"end": "2022-12-31", "precision": "year-end", "quote": "2022年底前"}],
}
MEASURE = GoldMeasure.model_validate_json(json.dumps(GOLD_ROW))
KINDS = {kind.TABLE: kind for kind in CHILD_ROWS}


def read(row_type: type[ChildRow], quote: str, /, **fields: Any) -> ChildRow:
    start = ONE.text.index(quote)
    return read_row(row_type, ONE, (start, start + len(quote)), **fields)


def perfect() -> list[ChildRow]:
    """The rows that the gold asks for."""
    return [
        read(KINDS[table], row["quote"], **{key: row[key] for key in row if key != "quote"})
        for table, rows in GOLD_ROW.items()
        if table != "id"
        for row in rows
    ]


def scored(rows: Sequence[ChildRow]) -> dict[str, Any]:
    return compare([MEASURE], {"d.1": rows}, [], {}, {"d.1": ONE})


def figures(result: dict[str, Any]) -> dict[str, float | None]:
    """F1 of every comparison, agreement of every field, and the shares of rows."""
    return {
        **{name: row["f1"]["value"] for name, row in result["tables"].items()},
        **{name: row["value"] for name, row in result["fields"].items()},
        "grounding": result["grounding"]["value"],
        "review": result["review"]["value"],
    }


def changed(row_type: type[ChildRow], number: int = 0, /, **fields: Any) -> list[ChildRow]:
    """The perfect rows with one of them changed."""
    rows = perfect()
    at = [place for place, row in enumerate(rows) if isinstance(row, row_type)][number]
    rows[at] = rows[at].model_copy(update=fields)
    return rows


def test_every_table_of_rows_is_compared() -> None:
    assert {comparison.table for comparison in COMPARISONS} == set(KINDS)


def test_rows_as_the_gold_has_them_score_full() -> None:
    result = scored(perfect())
    assert {name: value for name, value in figures(result).items() if value != 1} == {"review": 0}
    assert result["errors"] == []


def test_no_rows_score_nothing() -> None:
    result = scored([])
    for row in result["tables"].values():
        assert (row["found"], row["recall"]["value"], row["f1"]["value"]) == (0, 0, 0)
        assert row["precision"]["value"] is None
    assert result["grounding"]["value"] is None
    assert {error["what"] for error in result["errors"]} == {"missing"}


# What each change of a perfect row must pull down, and nothing else.
FALLS: list[tuple[Callable[[], list[ChildRow]], set[str]]] = [
    (lambda: changed(ActorRow, name="市教育局"), {"actors, name and role", "actors, name"}),
    (lambda: changed(ActorRow, role="lead"), {"actors, name and role"}),
    (lambda: changed(ActorRow, type="court"), {"actors, name: type"}),
    (lambda: changed(InstrumentRow, type="credit"), {"instruments, type"}),
    (lambda: changed(PlatformRow, name="云匠"), {"platforms, name"}),
    (lambda: changed(PlatformRow, kind="app"), {"platforms, name: kind"}),
    (lambda: changed(PolicyDocumentRow, title="别的办法", number=None), {"policy documents"}),
    (lambda: changed(PolicyDocumentRow, relation="based_on"), {"policy documents: relation"}),
    (lambda: changed(PolicyDocumentRow, relation=None), {"policy documents: relation"}),
    (lambda: changed(IndicatorRow, value=301.0), {"indicators"}),
    (lambda: changed(IndicatorRow, unit="人次"), {"indicators"}),
    (lambda: changed(IndicatorRow, comparator="≥"), {"indicators"}),
    (lambda: changed(IndicatorRow, 2, after=81.0), {"indicators"}),
    (lambda: changed(IndicatorRow, kind="result"), {"indicators: kind"}),
    (lambda: changed(IndicatorRow, per="每人"), {"indicators: per"}),
    (lambda: changed(IndicatorRow, as_of="2022"), {"indicators: as_of"}),
    (lambda: changed(IndicatorRow, adcode="440700"), {"indicators: adcode"}),
    (lambda: changed(IndicatorRow, 2, before_comparator="≤"), {"indicators: before_comparator"}),
    (lambda: changed(IndicatorRow, 2, after_comparator=None), {"indicators: after_comparator"}),
    (lambda: changed(IndicatorRow, 2, subject="比例"), {"indicators: subject overlap"}),
    (lambda: changed(DeadlineRow, end="2022"), {"deadlines"}),
    (lambda: changed(DeadlineRow, recurrence="每年"), {"deadlines"}),
    (lambda: changed(DeadlineRow, precision="year"), {"deadlines: precision"}),
    (lambda: changed(PlatformRow, quote="云云"), {"grounding"}),
    (lambda: changed(PlatformRow, quote_start=0), {"grounding"}),
    (lambda: changed(PlatformRow, measure_id="d.2"), {"grounding"}),
]


@pytest.mark.parametrize(("rows", "falls"), FALLS)
def test_a_wrong_field_pulls_its_figure_down(
    rows: Callable[[], list[ChildRow]], falls: set[str]
) -> None:
    full = figures(scored(perfect()))
    got = figures(scored(rows()))
    lower = {name for name, value in got.items() if value is None or value < (full[name] or 0)}
    # A row that is not paired has no fields to agree in.
    gone = {name for name, value in got.items() if value is None}
    assert lower - {name for name in gone if name.split(":")[0] in falls} == falls
    assert {name for name in falls if ":" not in name} & gone == set()


def test_rows_for_review_are_counted() -> None:
    result = scored(changed(PlatformRow, status="needs_review"))
    assert result["review"]["value"] == pytest.approx(1 / 10)
    assert figures(scored(perfect()))["review"] == 0


def test_counts_precision_recall_and_f1() -> None:
    extra = read(ActorRow, "企业", name="企业", type="enterprise", role="responsible")
    rows = [*perfect()[1:], extra, extra.model_copy()]
    row = scored(rows)["tables"]["actors, name and role"]
    assert (row["gold"], row["found"], row["matched"]) == (2, 3, 1)
    assert row["precision"]["value"] == pytest.approx(1 / 3)
    assert row["recall"]["value"] == pytest.approx(1 / 2)
    assert row["f1"]["value"] == pytest.approx(2 / 5)
    # By name alone the enterprise is one.
    assert scored(rows)["tables"]["actors, name"]["found"] == 2


def test_a_value_found_once_does_not_stand_for_two() -> None:
    rows = perfect()
    del rows[next(n for n, row in enumerate(rows) if isinstance(row, IndicatorRow))]
    row = scored(rows)["tables"]["indicators"]
    assert (row["gold"], row["found"], row["matched"]) == (3, 2, 2)


def test_rows_of_one_value_are_paired_with_their_likes() -> None:
    reordered = list(reversed(perfect()))
    assert figures(scored(reordered)) == figures(scored(perfect()))


@pytest.mark.parametrize("unit", ["名", "人", "位"])
def test_units_of_people_are_one(unit: str) -> None:
    assert figures(scored(changed(IndicatorRow, unit=unit)))["indicators"] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "《工资支付办法》", "number": None},
        {"title": None},
        {"title": "关于工资的办法"},
        {"number": "甲建[2021]5号", "title": None},
    ],
)
def test_a_document_is_found_by_title_or_number(fields: dict[str, Any]) -> None:
    assert figures(scored(changed(PolicyDocumentRow, **fields)))["policy documents"] == 1


def test_documents_without_numbers_are_not_alike_for_that() -> None:
    gold = {**GOLD_ROW, "policy_documents": [{"title": "甲法", "quote": "印发"}]}
    measure = GoldMeasure.model_validate_json(json.dumps(gold))
    rows = [read(PolicyDocumentRow, "印发", title="乙法")]
    result = compare([measure], {"d.1": rows}, [], {}, {"d.1": ONE})
    assert result["tables"]["policy documents"]["matched"] == 0


@pytest.mark.parametrize("name", ["“市住建局”", "市住建局等", "市 住建局"])
def test_names_are_lightly_normalised(name: str) -> None:
    assert plain_name(name) == "市住建局"
    assert figures(scored(changed(ActorRow, name=name)))["actors, name and role"] == 1


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [("工人", "工人", 1), (None, None, 1), ("工人", None, 0), ("甲乙", "乙丙", 0.5)],
)
def test_overlap_of_subjects(one: str | None, other: str | None, value: float) -> None:
    assert overlap(one, other) == value


def test_errors_say_what_is_wrong() -> None:
    rows = changed(PlatformRow, name="云匠")
    found = [
        (error["comparison"], error["what"], error["row"]["name"])
        for error in scored(rows)["errors"]
    ]
    assert found == [
        ("platforms, name", "missing", "云工"),
        ("platforms, name", "extra", "云匠"),
    ]


def test_a_share_is_of_sums_and_its_interval_of_parts() -> None:
    rng = np.random.default_rng(7)
    parts = [(float(rng.binomial(4, 0.6)), 4) for _ in range(200)]
    figure = share(parts)
    value = sum(above for above, _ in parts) / 800
    assert figure["of"] == 800
    assert figure["value"] == pytest.approx(value)
    low, high = figure["low"], figure["high"]
    assert low is not None
    assert high is not None
    # Of 800 independent trials: standard error 0.0173, so some 0.034 to either side.
    assert value - low == pytest.approx(0.034, abs=0.008)
    assert high - value == pytest.approx(0.034, abs=0.008)
    assert share(parts) == figure


def test_a_share_of_nothing() -> None:
    assert share([(0, 0), (0, 0)]) == {"of": 0, "value": None, "low": None, "high": None}
    assert share([])["value"] is None


def test_a_share_of_one_measure_among_empty_ones() -> None:
    assert share([(0, 0), (1, 1), (0, 0)])["low"] == 1


def themed(main: str, *secondary: str, review: bool = False) -> Themes:
    return Themes(main, secondary, 0.5, (), (main,) if review else ())


def gold_themes(id_: str, main: str, *secondary: str) -> GoldThemes:
    return GoldThemes(id=id_, theme=main, secondary=secondary)


def test_themes_with_and_without_the_frame() -> None:
    entries = [
        gold_themes("a", "attendance", "certification", "competition"),
        gold_themes("b", "phases"),
        gold_themes("c", "organisation"),
        gold_themes("d", "new-techniques", "skill-training"),
    ]
    found = {
        "a": themed("attendance", "competition", "phases"),
        "b": themed("attendance"),
        "c": themed("organisation", review=True),
        "d": themed("skill-training", "new-techniques"),
    }
    result = compare_themes(entries, found)
    assert result["main"]["value"] == 0.5
    assert (result["without frame"]["value"], result["without frame"]["of"]) == (0.5, 2)
    secondary = result["secondary"]
    assert (secondary["gold"], secondary["found"], secondary["matched"]) == (3, 3, 1)
    assert secondary["f1"]["value"] == pytest.approx(1 / 3)
    assert result["review"]["value"] == 0.25
    errors = compare([], {}, entries, found, {})["errors"]
    assert [(error["id"], error["row"]["theme"]) for error in errors] == [
        ("b", "attendance"),
        ("d", "skill-training"),
    ]


def test_the_table_shows_every_figure() -> None:
    entries = [gold_themes("d.1", "attendance")]
    found = {"d.1": themed("attendance")}
    result = compare([MEASURE], {"d.1": perfect()[1:]}, entries, found, {"d.1": ONE})
    table = render({"split": "tune", **result})
    lines = {line[:40].split("  ")[0]: line for line in table.splitlines()}
    assert {*result["tables"], *result["fields"]} <= set(lines)
    assert {"themes, main", "rows, for review", "rows, quote is the text at its span"} <= set(lines)
    assert lines["actors, name and role"].split()[4:7] == ["2", "1", "1"]
    assert "0.667 [0.67, 0.67]" in lines["actors, name and role"]
    assert "–" in lines["themes, secondary"]


@pytest.mark.parametrize("split", get_args(Split))
def test_evaluation_of_a_split(split: Split) -> None:
    def nothing(one: Practice) -> list[ChildRow]:
        return []

    result = evaluate(split, nothing, lambda one: themed("attendance"))
    assert result["split"] == split
    assert result["measures"] == len(load(split)) > 30
    assert result["themes"]["entries"] == len(load_themes(split)) > 70
    assert ("errors" in result) == (split == "tune")
    assert render(result).startswith(f"Registry, {split} split")


# The gold itself.


@pytest.mark.parametrize("split", get_args(Split))
def test_gold_loads_with_quotes_in_the_texts(split: Split) -> None:
    measures = load(split)
    texts = shipped()
    assert all(
        row.quote in texts[measure.id].text for measure in measures for _, row in measure.rows()
    )
    assert {path.stem for path in (GOLD / split).glob("*.jsonl")} == {
        texts[measure.id].document_id for measure in measures
    }


def test_no_measure_is_in_both_splits() -> None:
    tune, test = ({measure.id for measure in load(split)} for split in get_args(Split))
    assert len(tune | test) == len(tune) + len(test) == 147


def test_gold_themes_are_children_of_the_taxonomy() -> None:
    named = {entry.theme for split in get_args(Split) for entry in load_themes(split)}
    assert named <= {theme.id for theme in taxonomy().children}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "tune").mkdir()
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "tune" / "d.jsonl").write_text(lines, encoding="utf-8")
    return folder


def with_first(table: str, **fields: Any) -> dict[str, Any]:
    first, *others = GOLD_ROW[table]
    return {**GOLD_ROW, table: [{**first, **fields}, *others]}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (with_first("actors", quote="省住建厅"), r"d\.jsonl:1: d\.1: quote of actors\[0\]"),
        (with_first("actors", role="boss"), r"actors\.0\.role"),
        (with_first("actors", note="秘密"), r"actors\.0\.note"),
        (with_first("instruments", type="magic"), r"instruments\.0\.type"),
        (with_first("platforms", kind="robot"), r"platforms\.0\.kind"),
        (with_first("policy_documents", title=None, number=None), "neither title nor number"),
        (with_first("indicators", value=None), "no number"),
        (with_first("indicators", value="300"), r"indicators\.0\.value"),
        (with_first("indicators", comparator="~"), r"indicators\.0\.comparator"),
        (with_first("deadlines", end=None), "neither start nor end"),
        (with_first("deadlines", precision="hour"), r"deadlines\.0\.precision"),
        ({**GOLD_ROW, "id": "d.9"}, "no practice has the id d.9"),
        ({**GOLD_ROW, "themes": []}, "themes"),
        ({"id": "d.1"}, "actors"),
    ],
)
def test_malformed_gold_is_refused(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        load("tune", written(tmp_path, row), {"d.1": ONE})
    assert "秘密" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_measure_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"d\.jsonl:2: d\.1 is there twice"):
        load("tune", written(tmp_path, GOLD_ROW, GOLD_ROW), {"d.1": ONE})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no themes are given for d.1"),
        ([{"id": "d.1", "theme": "skills", "secondary": []}], "no such child theme: skills"),
        ([{"id": "d.1", "theme": "phases", "secondary": ["phases"]}], "named twice"),
        ([{"id": "d.1", "theme": "phases"}], "secondary"),
        ([{"id": "d.1", "theme": "phases", "secondary": []}] * 2, "is there twice"),
        ([{"id": "d.2", "theme": "phases", "secondary": []}], "no practice has the id d.2"),
    ],
)
def test_malformed_themes_are_refused(
    tmp_path: Path, rows: list[dict[str, Any]], message: str
) -> None:
    wanted = sorted({row["id"] for row in rows} | {"d.1"})
    splits = {"tune": wanted, "test": []}
    (tmp_path / "themes.splits.json").write_text(json.dumps(splits), encoding="utf-8")
    lines = "\n".join(map(json.dumps, rows))
    (tmp_path / "themes.jsonl").write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_themes("tune", tmp_path, {"d.1": ONE})
