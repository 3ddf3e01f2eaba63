"""What the columns mean and how the files are read: for people, in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from api.export.columns import Column, columns
from corpus.registry import Row

KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数值",
    "boolean": "是否",
    "date": "日期",
    "list": "列表",
}

LIST_NOTE = "列表的各项以“；”（全角分号）相连；项内的“；”写作 \\;，反斜杠写作两个反斜杠。"
# How a file's cells are to be read, a paragraph each.
CSV_NOTES = (
    "CSV 为 UTF-8 编码，首行为列名；空单元格为空值，在列表列为没有项；日期为 YYYY-MM-DD。",
    "以 = + - @（含全角）开头、在空格或引号之后以其开头、以制表符或换行符开头的文字，电子表格会当作"
    "公式运行，所以前面加一个半角撇号 '；本来以撇号开头的文字也多加一个，空文字只写一个撇号。"
    "读取时，文字和列表的单元格若以撇号开头，去掉一个即为原值。数值列和有代码表的列不加撇号。",
    LIST_NOTE,
)

# The reader that the notes describe, in full: a program that a person can copy and run.
READER = r"""import json
import re
import zipfile

import pandas as pd


def text(cell):
    return cell.removeprefix("'")


def items(cell):
    original = {"\\\\": "\\", "\\;": "；"}
    parts = text(cell).split("；") if cell else []
    return [re.sub(r"\\[\\;]", lambda found: original[found[0]], part) for part in parts]


def read(package, name):
    with zipfile.ZipFile(package) as files:
        description = json.loads(files.read("datapackage.json"))
        resource = next(one for one in description["resources"] if one["name"] == name)
        with files.open(resource["path"]) as file:
            table = pd.read_csv(file, dtype=str, keep_default_na=False)
    for field in resource["schema"]["fields"]:
        column = table[field["name"]]
        if field["type"] == "list":
            column = column.map(items)
        else:
            column = column.mask(column == "")
            if field["type"] == "string":
                column = column.map(text, na_action="ignore")
            elif field["type"] == "integer":
                column = pd.to_numeric(column).astype("Int64")
            elif field["type"] == "number":
                column = column.astype(float)
            elif field["type"] == "date":
                column = pd.to_datetime(column, format="%Y-%m-%d")
        table[field["name"]] = column
    return table
"""


def kind(column: Column) -> str:
    """The type of a column's values, in Chinese, and whether they may be null."""
    return KINDS[column.kind] + ("" if column.required else "，可空")


def meaning(column: Column) -> str:
    """What a column holds, in Chinese."""
    return f"{column.title}：{column.description}" if column.description else column.title


def codes(column: Column) -> str:
    """A column's codes with their names; empty where its values are of no fixed list."""
    named = ((code, label) for code, label in column.codes.items())
    return "；".join(code if code == label else f"{code} {label}" for code, label in named)


def markdown(tables: Iterable[type[Row]]) -> str:
    """The codebook of a package: its files, how to read them, and every column of every table."""
    tables = list(tables)
    notes = "\n".join(f"- {note}" for note in CSV_NOTES)
    parts = [
        "# 举措登记表：字段说明",
        "机器读取请用 datapackage.json（Data Package 2.0），内容与本文一致。",
        _table(("文件", "内容", "列数"), (_file(table) for table in tables)),
        f"## 怎样读\n\n{notes}",
        f'用 Python 和 pandas 读取（`read("包.zip", "indicators")`）：\n\n```python\n{READER}```',
        *(f"## {table.TABLE} {table.TITLE}\n\n{_columns(table)}" for table in tables),
    ]
    return "\n\n".join(parts) + "\n"


def _file(table: type[Row]) -> tuple[str, ...]:
    return f"{table.TABLE}.csv", table.TITLE, str(len(columns(table)))


def _columns(table: type[Row]) -> str:
    cells = (
        (f"`{column.name}`", meaning(column), kind(column), codes(column))
        for column in columns(table)
    )
    return _table(("列名", "含义", "类型", "代码表"), cells)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
