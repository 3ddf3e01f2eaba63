"""Parquet files: types, descriptions, row groups."""

from io import BytesIO

import pyarrow as pa
import pytest
from pyarrow import parquet

import api.export.parquet_file as parquet_file
from api.export.columns import columns
from api.export.parquet_file import parquet_bytes
from corpus.registry import DocumentRow, IndicatorRow, MeasureRow, RegionRow
from tests.api.export.made import TABLES


def opened(pieces):
    return parquet.ParquetFile(BytesIO(b"".join(pieces)))


@pytest.mark.parametrize("table", TABLES)
def test_fields_carry_their_descriptions(table):
    schema = opened(parquet_bytes(table, [])).schema_arrow
    for field, column in zip(schema, columns(table), strict=True):
        assert field.name == column.name
        assert field.nullable != column.required
        assert field.metadata[b"title"].decode() == column.title
        assert field.metadata[b"description"].decode() == column.description
    assert schema.metadata[b"title"].decode() == table.TITLE


@pytest.mark.parametrize(
    ("table", "name", "kind"),
    [(MeasureRow, "ordinal", pa.int64()), (IndicatorRow, "value", pa.float64()), (DocumentRow, "issued_on", pa.date32()),
     (IndicatorRow, "start", pa.int64()), (RegionRow, "adcode", pa.string())],
)  # fmt: skip
def test_types(table, name, kind):
    assert opened(parquet_bytes(table, [])).schema_arrow.field(name).type == kind


def test_lists():
    kind = opened(parquet_bytes(MeasureRow, [])).schema_arrow.field("mechanisms").type
    assert pa.types.is_list(kind) and kind.value_type == pa.string()


def test_a_piece_for_each_row_group(monkeypatch):
    monkeypatch.setattr(parquet_file, "ROW_GROUP", 2)
    rows = [
        RegionRow(id=str(at), adcode=str(at), name="名", level="city", province="省")
        for at in range(5)
    ]
    taken = iter(rows)
    pieces = parquet_bytes(RegionRow, taken)
    first = next(pieces)
    assert next(taken).id == "2"
    file = opened([first, *pieces])
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [2, 2]
    assert file.read().column("id").to_pylist() == ["0", "1", "3", "4"]
