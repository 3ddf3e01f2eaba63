"""Rows made at will, and files read back with pandas."""

from datetime import date
from io import BytesIO

import pandas as pd
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from api.export.cells import split, unguarded
from api.export.columns import columns
from api.export.xlsx_file import CUT
from corpus.registry import ROWS, ChildRow

TABLES = list(ROWS.values())
CHILDREN = [table for table in TABLES if issubclass(table, ChildRow)]
NASTY = [
    '=HYPERLINK("http://x.cn","点我")', "=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", ' "=1', "\t=1", "\r", "\n", "\x00",
    "'", "''=1", "'=1", "", " ", "；", "\\；\\", "a；b", "\\;", "a,b", 'say "x"', '"', "第一行\r\n第二行\n第三行\r", "🏗️👷", "\x01\x1f\x7f",
    "<r>粗</r>", "<b>&amp;", "]]>", "_x0041_", "_x0041_x0042_", "_x0041\x02", "_x005F_x0041_", "<r>\x01</r>", "NA", "null", "nan", "None", "TRUE", "1e5", "007", "500000", "2023-08-08", "--08-15",
    "http://example.cn", "mailto:x@y.cn", "internal:Sheet1!A1", "\ufeff首", "\ufffe\uffff", "\x85\u2028\u2029", " 前后空格 ", "{=A1}",
]  # fmt: skip

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=12),
    st.text(st.sampled_from("=+-@'\"\\；;,\t\r\n\x00 甲乙"), max_size=8),
)


# pandas reads no subnormal numbers from JSON.
finite = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


def values(column, floats):
    """Values of a column, null among them where it may be."""
    kinds = {
        "string": st.sampled_from(list(column.codes)) if column.codes else texts,
        "integer": st.integers(-(2**53), 2**53),
        "number": floats,
        "boolean": st.booleans(),
        "date": st.dates(date(1900, 3, 1), date(2262, 1, 1)),
        "list": st.lists(texts, max_size=3).map(tuple),
    }
    found = kinds[column.kind]
    return found if column.required else st.none() | found


def rows(table, floats=finite):
    """Any rows of a table."""
    described = {column.attribute: values(column, floats) for column in columns(table)}
    if not issubclass(table, ChildRow):
        return st.builds(table, **{_given(table, name): of for name, of in described.items()})
    quote, start = texts.filter(bool), st.integers(0, 2**31)
    del described["quote_end"]
    described |= {"quote": quote, "quote_start": start}
    return st.fixed_dictionaries(described).map(
        lambda given: table(**given, quote_end=given["quote_start"] + len(given["quote"]))
    )


def _given(table, name):
    return table.model_fields[name].alias or name


def plain(table, found):
    """What rows hold, by column name."""
    described = columns(table)
    return [{one.name: getattr(row, one.attribute) for one in described} for row in found]


def read_csv(table, data):
    frame = pd.read_csv(BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return _read(table, frame, unguarded)


def read_xlsx(table, data):
    """The first sheet, with the rest of long texts put back."""
    sheets = pd.read_excel(
        BytesIO(data), sheet_name=None, dtype=object, keep_default_na=False, na_values=[""]
    )
    frame = sheets[table.TITLE].astype(object)
    assert next(iter(sheets)) == table.TITLE
    rest = sheets.get("续文")
    if rest is not None:
        for (key, column), of in rest.groupby(["编号", "列名"]):
            at = frame.index[frame["id"] == key][0]
            assert frame.loc[at, column].endswith(CUT)
            frame.loc[at, column] = frame.loc[at, column].removesuffix(CUT) + "".join(of["文字"])
    return _read(table, frame.where(frame.notna(), ""), unescape)


def read_parquet(table, data):
    frame = pd.read_parquet(BytesIO(data))
    return [_row(table, record, lambda column, value: value) for record in _records(frame)]


def read_jsonl(table, data):
    frame = pd.read_json(BytesIO(data), lines=True, dtype=False, precise_float=True)
    return [_row(table, record, _from_json) for record in _records(frame)]


def _from_json(column, value):
    if column.kind == "date" and value is not None:
        return date.fromisoformat(value)
    return value


def _read(table, frame, text):
    def value(column, cell):
        if column.kind == "list":
            return split(text(cell)) if cell != "" else ()
        if cell == "":
            return None
        if column.kind == "string":
            return text(cell)
        if column.kind == "date" and isinstance(cell, str):
            return date.fromisoformat(cell)
        return {"integer": int, "number": float, "boolean": bool, "date": lambda x: x.date()}[
            column.kind
        ](cell)

    return [_row(table, record, value) for record in _records(frame)]


def _records(frame):
    return frame.astype(object).to_dict("records")


def _row(table, record, value):
    described = {column.name: column for column in columns(table)}
    assert list(record) == list(described)
    return {name: _python(value(described[name], _null(of))) for name, of in record.items()}


def _null(value):
    return None if isinstance(value, float) and value != value else value


def _python(value):
    if isinstance(value, list) or hasattr(value, "tolist"):
        return tuple(value) if not hasattr(value, "item") or value.ndim else value.item()
    return value
