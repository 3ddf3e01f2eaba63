"""A document that brings the marks of every format, and a text longer than any slide."""

from __future__ import annotations

from corpus.model import Document, ParsedDocument
from tests.api.made import parsed

MARKS = (
    "<script>alert(1)</script> [点](javascript:alert(1)) ![图](http://evil.example/a.png) `码` "
    "**粗** __下__ ~~删~~ $$x^2$$ | 格 | # 题 &lt; &#60; http://evil.example www.evil.example "
    "a@evil.example [^1] <!-- 注 --> {{ x }} \\ \x00\x01\x0b\x0c\x1f\x7f\u202e反\u200b\ufeff\ufffe"
)
LONG = "".join(
    f"第{number}步核对工资专用账户余额不少于{number}万元，并公示。" for number in range(1, 120)
)
UNBROKEN = "工" * 900 + "W" * 700


def document() -> ParsedDocument:
    """Three practices: marks within a line, marks that begin lines, and a very long one."""
    told = Document(
        id="hostile",
        title=f"清单 {MARKS}",
        kind="practice_list",
        sha256="9" * 64,
        source_url="javascript:alert(1)",
        order=90,
    )
    lines = f"重庆市# 题。\n# 一级\n- 项\n1. 项\n> 引\n    代码\n---\n| 甲 | 乙 |\n| --- | --- |\n=1+1\n{MARKS}"
    rows = [
        ("500000", MARKS, "| 举措 |", 1, f"重庆市{MARKS}。补贴标准为每人200元，由<b>市财政局</b>牵头。"),
        ("500000", "# 任务", "**举措**", 2, lines),
        (None, "任务", "举措", 3, f"某地{LONG}{UNBROKEN}"),
    ]  # fmt: skip
    return parsed(told, rows)
