"""Columns as the row models describe them."""

from datetime import date

import pytest
from pydantic import Field

from api.export.columns import columns, values_of
from corpus.registry import DeadlineRow, DocumentRow, IndicatorRow, MeasureRow, Row
from tests.api.export.made import CHILDREN, TABLES


def named(table):
    return {column.name: column for column in columns(table)}


@pytest.mark.parametrize("table", TABLES)
def test_every_field_is_a_described_column(table):
    described = columns(table)
    assert [column.attribute for column in described] == list(table.model_fields)
    assert len({column.name for column in described}) == len(described)
    assert described[0].name == "id"
    for column in described:
        assert column.title and column.description
        assert all(label for label in column.codes.values())


@pytest.mark.parametrize("table", CHILDREN)
def test_offsets_are_named_as_in_json(table):
    offsets = {
        column.attribute: column.name for column in columns(table) if column.kind == "integer"
    }
    dates = table is DeadlineRow
    assert offsets["quote_start"] == ("quote_start" if dates else "start")
    assert offsets["quote_end"] == ("quote_end" if dates else "end")


def test_kinds():
    measures, indicators, documents = named(MeasureRow), named(IndicatorRow), named(DocumentRow)
    assert measures["mechanisms"].kind == "list" and measures["mechanisms"].required
    assert measures["ordinal"].kind == "integer" and not measures["ordinal"].required
    assert indicators["value"].kind == "number" and not indicators["value"].required
    assert documents["issued_on"].kind == "date"
    assert indicators["unit"].kind == "string" and not indicators["unit"].codes
    assert named(DeadlineRow)["start"].kind == "string"


def test_codes_and_their_names():
    indicators = named(IndicatorRow)
    assert indicators["kind"].codes["threshold"] == "标准门槛"
    assert list(indicators["comparator"].codes) == ["=", "≥", ">", "≤", "<", "range"]
    assert not indicators["before_comparator"].required
    assert named(MeasureRow)["review_status"].codes["needs_review"] == "待核对"


def test_values_come_in_the_order_of_columns():
    row = DocumentRow(
        id="d", title="题", kind="plan", issued_on=date(2023, 8, 8), sha256="0", practices=3
    )
    found = dict(zip(named(DocumentRow), values_of(DocumentRow)(row), strict=True))
    assert (found["id"], found["issued_on"], found["practices"]) == ("d", date(2023, 8, 8), 3)
    assert found["issuer"] is None


@pytest.mark.parametrize(
    "annotation", [dict[str, str], tuple[int, ...], tuple[str, ...] | None, str | int]
)
def test_a_type_no_file_can_hold(annotation):
    made = type(
        "Odd",
        (Row,),
        {"__annotations__": {"odd": annotation}, "odd": Field(title="奇"), "__module__": __name__},
    )
    with pytest.raises(TypeError, match=r"Odd\.odd"):
        columns(made)
