"""XLSX: a sheet for each table, typed cells, and a sheet that says what the columns mean.

Text is always stored as text: nothing in it becomes a formula, a link or formatting. A text longer
than a cell may be goes on in a sheet of its own, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from api.export.cells import joined, risky
from api.export.codebook import LIST_NOTE, codes, kind, meaning
from api.export.columns import Column, columns, values_of
from api.export.streams import whole
from corpus.errors import InputError
from corpus.registry import Row

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# What a sheet holds (Microsoft, "Excel specifications and limits"); Excel counts UTF-16 units.
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
# Of any characters this many stay below MAX_TEXT in UTF-16, with the mark after them.
PIECE = 16_000
REST = "续文"
CUT = f"〔余下文字见“{REST}”表〕"
# Excel takes 1900 for a leap year, so before this day its dates are not those of others.
FIRST_DAY = date(1900, 3, 1)

# Columns are as wide as their widest cell among the first rows, within limits.
MEASURED_ROWS = 200
MIN_WIDTH, MAX_WIDTH = 9, 60
CODEBOOK_WIDTHS = (12, 18, 60, 12, 60)

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}
TOP = {"valign": "top"}

# How cells are to be read, a paragraph each.
NOTES = (
    "空值和空文字都是空单元格，二者不分；文字一律存为文字，不会当作公式或链接。",
    LIST_NOTE,
    f"超过 {MAX_TEXT:,} 个字符的文字，单元格里只有前一部分，末尾标明“{CUT}”；"
    f"其余按段存放在“{REST}”表中，依次相连即为全文。",
    "控制字符按 Office Open XML 标准写作 _xHHHH_，Excel 显示时还原；数值保留 16 位有效数字；"
    "1900 年 3 月以前的日期存为文字。",
)

_CONTROL = r"[\x00-\x08\x0b-\x1f\ufffe\uffff]"
# Such characters, what would be read as their escapes, and what the library takes for markup.
_UNSTORABLE = re.compile(rf"{_CONTROL}|_(?=x[0-9a-fA-F]{{4}}(?:_|{_CONTROL}))|\A<(?=r>)")


def xlsx_bytes(table: type[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    """One table as a workbook, in pieces; see :func:`workbook`."""
    return workbook({table: rows})


def workbook(tables: Mapping[type[Row], Iterable[Row]]) -> Iterator[bytes]:
    """Tables as one workbook, in pieces. It is made whole, in a temporary file, before it returns.

    Raises:
        InputError: a table has more rows than a sheet holds.
    """
    return whole(lambda file: _write(file, tables))


def _write(file: BinaryIO, tables: Mapping[type[Row], Iterable[Row]]) -> None:
    from xlsxwriter import Workbook

    with Workbook(file, OPTIONS) as book:
        cells = _Cells(book)
        for table, rows in tables.items():
            _write_table(cells, table, rows)
        _write_codebook(cells, tables)


def _write_table(cells: _Cells, table: type[Row], rows: Iterable[Row]) -> None:
    described = columns(table)
    sheet = cells.sheet(table.TITLE, [column.name for column in described])
    widths = [_width(column.name) for column in described]
    at = 0
    for at, values in enumerate(map(values_of(table), rows), 1):
        if at >= MAX_ROWS:
            raise InputError(
                f"{table.TITLE}超过 {MAX_ROWS - 1:,} 行，XLSX 的一张表放不下",
                hint="请加上筛选，或导出为 CSV、Parquet、JSON Lines",
            )
        for index, (column, value) in enumerate(zip(described, values, strict=True)):
            if value is not None:
                shown = cells.write(sheet, (at, index), column, value, (table.TITLE, values[0]))
                if at <= MEASURED_ROWS:
                    widths[index] = max(widths[index], _width(shown))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(max(width, MIN_WIDTH), MAX_WIDTH))
    sheet.autofilter(0, 0, at, len(described) - 1)


def _write_codebook(cells: _Cells, tables: Iterable[type[Row]]) -> None:
    sheet = cells.sheet("字段说明", ["表", "列名", "含义", "类型", "代码表"])
    lines = [
        (table.TITLE, column.name, meaning(column), kind(column), codes(column))
        for table in tables
        for column in columns(table)
    ]
    notes = [("说明", "", note, "", "") for note in NOTES]
    for at, line in enumerate([*lines, *notes], 1):
        for index, text in enumerate(line):
            cells.text(sheet, (at, index), text)
    for index, width in enumerate(CODEBOOK_WIDTHS):
        sheet.set_column(index, index, width)


class _Cells:
    """Writes cells, each as what it is, and the rest of texts that are too long for one."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._header = book.add_format({"bold": True, **TOP})
        self._text = book.add_format({"text_wrap": True, **TOP})
        # As if typed with an apostrophe: stays text even when the cell is edited.
        self._quoted = book.add_format({"text_wrap": True, "quote_prefix": True, **TOP})
        self._number = book.add_format(TOP)
        self._date = book.add_format({"num_format": "yyyy-mm-dd", **TOP})
        self._rest: Worksheet | None = None
        self._rest_rows = 0

    def sheet(self, title: str, header: Iterable[str]) -> Worksheet:
        """A new sheet with a header that stays in view."""
        sheet = self._book.add_worksheet(title)
        # The library's own loses escapes that share an underscore and takes <r>…</r> for markup.
        sheet._escape_control_characters = escaped
        for index, name in enumerate(header):
            sheet.write_string(0, index, name, self._header)
        sheet.freeze_panes(1, 0)
        return sheet

    def write(
        self,
        sheet: Worksheet,
        place: tuple[int, int],
        column: Column,
        value: Any,
        row: tuple[str, str],
    ) -> str:
        """Write a value and return what is seen of it.

        Args:
            sheet: the table's.
            place: row and column of the cell, from 0.
            column: the value's.
            value: anything but null.
            row: the table's title and the row's id.
        """
        if column.kind in ("integer", "number"):
            sheet.write_number(*place, value, self._number)
            return str(value)
        if column.kind == "boolean":
            sheet.write_boolean(*place, value, self._number)
            return str(value)
        if column.kind == "date" and value >= FIRST_DAY:
            sheet.write_datetime(*place, value, self._date)
            return str(value)
        text = joined(value) if column.kind == "list" else str(value)
        if _too_long(text):
            self._keep_rest((*row, column.name), text)
            text = text[:PIECE] + CUT
        self.text(sheet, place, text)
        return text

    def text(self, sheet: Worksheet, place: tuple[int, int], text: str) -> None:
        """Write a text that fits into a cell."""
        style = self._quoted if risky(text) else self._text
        if text:
            sheet.write_string(*place, text, style)

    def _keep_rest(self, whose: tuple[str, str, str], text: str) -> None:
        if self._rest is None:
            self._rest = self.sheet(REST, ["表", "编号", "列名", "段", "文字"])
            self._rest.set_column(4, 4, MAX_WIDTH)
        for number, start in enumerate(range(PIECE, len(text), PIECE), 1):
            self._rest_rows += 1
            for index, cell in enumerate(whose):
                self.text(self._rest, (self._rest_rows, index), cell)
            self._rest.write_number(self._rest_rows, 3, number, self._number)
            self.text(self._rest, (self._rest_rows, 4), text[start : start + PIECE])


def escaped(text: str) -> str:
    """Text as XLSX stores it: what XML cannot hold as ``_xHHHH_`` (ECMA-376, ST_Xstring)."""
    return _UNSTORABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _too_long(text: str) -> bool:
    return len(text) > PIECE and len(text.encode("utf-16-le")) // 2 > MAX_TEXT


def _width(text: str) -> int:
    """Of a text's longest line, in digits; Chinese characters are two wide."""
    lines = text[: MAX_WIDTH * 4].split("\n")
    return max(sum(1 if char < "\u2e80" else 2 for char in line) for line in lines) + 2
