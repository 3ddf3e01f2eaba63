"""Workbooks: typed cells, text that stays text, a codebook, nothing lost."""

from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

import api.export.xlsx_file as xlsx_file
from api.export.columns import columns
from api.export.xlsx_file import CUT, MAX_TEXT, PIECE, escaped, workbook, xlsx_bytes
from corpus.errors import InputError
from corpus.registry import DocumentRow, IndicatorRow, MeasureRow
from tests.api.export.made import NASTY


def opened(pieces):
    data = b"".join(pieces)
    return load_workbook(BytesIO(data)), ZipFile(BytesIO(data))


def indicator(**fields):
    given = {
        "id": "i",
        "measure_id": "m",
        "document_id": "d",
        "quote": "6.75万人",
        "start": 0,
        "end": 6,
        "kind": "result",
    }
    return IndicatorRow(**{**given, **fields})


def cells(sheet, row=2):
    return {sheet.cell(1, at).value: sheet.cell(row, at) for at in range(1, sheet.max_column + 1)}


def test_cells_are_typed():
    row = DocumentRow(
        id="d",
        title="题",
        kind="plan",
        issued_on=date(2023, 8, 8),
        batch=1,
        sha256="0",
        practices=3,
    )
    book, _ = opened(xlsx_bytes(DocumentRow, [row]))
    found = cells(book["文件"])
    assert found["issued_on"].is_date and found["issued_on"].number_format == "yyyy-mm-dd"
    assert found["issued_on"].value == datetime(2023, 8, 8)
    assert (found["batch"].data_type, found["batch"].value) == ("n", 1)
    assert found["title"].alignment.wrap_text and found["title"].alignment.vertical == "top"
    assert found["issuer"].value is None


def test_a_negative_number_stays_a_number():
    book, _ = opened(xlsx_bytes(IndicatorRow, [indicator(value=-1.0, subject="-1")]))
    found = cells(book["指标"])
    assert (found["value"].data_type, found["value"].value) == ("n", -1)
    assert (found["subject"].data_type, found["subject"].value) == ("s", "-1")


def test_text_becomes_no_formula_and_no_link():
    rows = [indicator(subject=text, unit=text) for text in NASTY if text]
    book, archive = opened(xlsx_bytes(IndicatorRow, rows))
    for at, row in enumerate(rows, 2):
        cell = cells(book["指标"], at)["subject"]
        assert (cell.data_type, unescape(cell.value), cell.hyperlink) == ("s", row.subject, None)
    sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_text_that_looks_like_a_formula_stays_text_when_edited():
    book, _ = opened(xlsx_bytes(IndicatorRow, [indicator(subject="=1+1", unit="人")]))
    found = cells(book["指标"])
    assert found["subject"].quotePrefix and not found["unit"].quotePrefix
    assert found["subject"].value == "=1+1"


def test_header_is_bold_and_stays_in_view_with_a_filter():
    book, _ = opened(xlsx_bytes(IndicatorRow, [indicator(), indicator()]))
    sheet = book["指标"]
    assert [cell.value for cell in sheet[1]] == [column.name for column in columns(IndicatorRow)]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions


def test_widths_follow_the_words():
    book, _ = opened(xlsx_bytes(IndicatorRow, [indicator(subject="农民工" * 5, region="长" * 500)]))
    sheet = book["指标"]
    groups = sheet.column_dimensions.values()  # neighbours of one width are one group
    width = {
        cell.value: next(one.width for one in groups if one.min <= cell.column <= one.max)
        for cell in sheet[1]
    }
    assert 30 <= width["subject"] < width["region"] <= 62
    assert 9 <= width["per"] <= 12


def test_codebook():
    book, _ = opened(xlsx_bytes(IndicatorRow, []))
    assert book.sheetnames == ["指标", "字段说明"]
    lines = list(book["字段说明"].values)
    assert lines[0] == ("表", "列名", "含义", "类型", "代码表")
    kinds = {line[1]: line for line in lines[1:]}
    assert kinds["kind"][4].startswith("target 目标；result 成效")
    assert kinds["value"][2:4] == ("数值：按基本单位换算后的数值", "数值，可空")
    assert [line[1] for line in lines if line[0] == "指标"] == [
        column.name for column in columns(IndicatorRow)
    ]
    assert any("32,767" in line[2] for line in lines if line[0] == "说明")


def test_tables_in_one_workbook():
    measure = MeasureRow(
        id="m", document_id="d", document="文", kind="practice", title="题", text="6.75万人" * 9_000
    )
    book, _ = opened(workbook({MeasureRow: [measure], IndicatorRow: iter([indicator()])}))
    assert book.sheetnames == ["举措", "续文", "指标", "字段说明"]
    assert cells(book["指标"])["quote"].value == "6.75万人"


def test_a_text_too_long_for_a_cell_goes_on_in_its_own_sheet():
    text = "文" * (MAX_TEXT + 1)
    measure = MeasureRow(
        id="m", document_id="d", document="文", kind="practice", title="题", text=text
    )
    book, _ = opened(xlsx_bytes(MeasureRow, [measure]))
    assert cells(book["举措"])["text"].value == text[:PIECE] + CUT
    rest = list(book["续文"].values)[1:]
    assert [line[:4] for line in rest] == [("举措", "m", "text", 1), ("举措", "m", "text", 2)]
    assert "".join(line[4] for line in rest) == text[PIECE:]


def test_the_longest_text_is_not_cut():
    measure = MeasureRow(
        id="m", document_id="d", document="文", kind="practice", title="题", text="文" * MAX_TEXT
    )
    book, _ = opened(xlsx_bytes(MeasureRow, [measure]))
    assert book.sheetnames == ["举措", "字段说明"]
    assert len(cells(book["举措"])["text"].value) == MAX_TEXT


def test_early_dates_are_text():
    row = DocumentRow(
        id="d", title="题", kind="plan", issued_on=date(1899, 12, 31), sha256="0", practices=3
    )
    book, _ = opened(xlsx_bytes(DocumentRow, [row]))
    assert cells(book["文件"])["issued_on"].value == "1899-12-31"


def test_more_rows_than_a_sheet_holds(monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_ROWS", 3)
    assert xlsx_bytes(IndicatorRow, [indicator()] * 2)
    with pytest.raises(InputError, match="指标超过 2 行"):
        xlsx_bytes(IndicatorRow, [indicator()] * 3)


@pytest.mark.parametrize(
    ("text", "stored"),
    [("\x01", "_x0001_"), ("a\tb\nc\rd", "a\tb\nc_x000D_d"), ("_x0041_", "_x005F_x0041_"), ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
     ("_x0041\x02", "_x005F_x0041_x0002_"), ("<r>a</r>", "_x003C_r>a</r>"), ("_x_", "_x_"), ("\uffff", "_xFFFF_")],
)  # fmt: skip
def test_escaped(text, stored):
    assert escaped(text) == stored
    assert unescape(stored) == text
