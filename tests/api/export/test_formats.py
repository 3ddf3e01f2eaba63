"""The formats, and how a table is written in one of them."""

import csv
import json
import subprocess
import sys
from io import StringIO

import pytest

from api.export.columns import columns
from api.export.formats import FORMATS, write
from corpus.errors import InputError, StoreBusy
from corpus.registry import MeasureRow, RegionRow
from tests.api.export.made import NASTY

MEASURE = MeasureRow(id="m", document_id="d", document="文", kind="practice", title="题", text="文")


def region(at=0, **fields):
    return RegionRow(
        **{"id": str(at), "adcode": str(at), "name": "名", "level": "city", "province": "省"}
        | fields
    )


def test_an_unknown_format():
    with pytest.raises(InputError, match="没有“xls”") as error:
        write(RegionRow, [], "xls")
    assert error.value.field == "format"
    assert all(name in error.value.hint for name in FORMATS)


def failing():
    yield region()
    raise StoreBusy("忙")


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_error_at_the_start_is_raised_at_once(fmt):
    rows = failing()
    next(rows)
    if fmt == "csv":  # its first piece is the header
        pieces = write(RegionRow, rows, fmt)
        assert next(pieces).startswith(b"id,adcode")
        with pytest.raises(StoreBusy):
            next(pieces)
    else:
        with pytest.raises(StoreBusy):
            write(RegionRow, rows, fmt)


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_rows_are_taken_as_they_are_needed(fmt):
    rows = iter([region(at) for at in range(2_000)])
    pieces = write(RegionRow, rows, fmt)
    next(pieces)
    assert int(next(rows).id) < 1_000


def test_json_lines_are_as_the_api_shows_rows():
    row = region(name="甲\u2028乙\n")
    data = b"".join(write(RegionRow, [row, row], "jsonl"))
    lines = data.decode().split("\n")
    assert [json.loads(line) for line in lines[:-1]] == [
        row.model_dump(mode="json", by_alias=True)
    ] * 2
    assert lines[-1] == "" and "甲" in lines[0]
    assert '"city":null' in lines[0]


@pytest.mark.parametrize("text", [text for text in NASTY if text], ids=repr)
def test_no_cell_of_csv_begins_like_a_formula(text):
    row = MEASURE.model_copy(update={"task": text, "mechanisms": (text, text)})
    data = b"".join(write(MeasureRow, [row], "csv")).decode()
    cells = list(csv.reader(StringIO(data, newline="")))[1]
    assert len(cells) == len(columns(MeasureRow))
    for cell in cells:
        assert not cell.startswith(("\t", "\r", "\n"))
        assert not cell.strip('"\u3000\ufeff \t\r\n\0').startswith(("=", "+", "-", "@", "＝"))


def test_a_mark_for_excel_only_before_csv():
    for fmt in FORMATS:
        data = b"".join(write(RegionRow, [region()], fmt, bom=True))
        assert data.startswith(b"\xef\xbb\xbf") == (fmt == "csv")


@pytest.mark.parametrize("module", ["formats", "datapackage", "grounding", "codebook"])
def test_import_loads_nothing_heavy(module):
    code = f"import json, sys, api.export.{module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {"pandas", "torch", "pyarrow", "xlsxwriter", "haystack", "numpy", "frictionless"}
    assert not heavy & set(json.loads(done.stdout))
