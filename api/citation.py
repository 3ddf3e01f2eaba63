"""Citations: where a practice stands, in a form ready to paste.

《title》（issuer，number，date），task—measure—第 n 项（region）, and of a plan
《title》（issuer，number，date），一、heading—（一）heading—第 n 项“its words”（region）

What the document does not state is left out; nothing is inferred.
"""

from __future__ import annotations

from datetime import date

from corpus.model import Document, Practice


def cite(practice: Practice, document: Document) -> str:
    """The citation of one practice or plan item."""
    stated = [document.issuer, document.number, _day(document.issued_on)]
    facts = "，".join(fact for fact in stated if fact)
    place = "—".join(_place(practice))
    return "".join(
        [
            _book(document.title or document.file_name),
            f"（{facts}）" if facts else "",
            f"，{place}" if place else "",
            f"（{practice.region.name}）" if practice.region else "",
        ]
    )


def _place(practice: Practice) -> list[str]:
    """Task, measure and ordinal; of a plan the headings with their numerals, and the item's own."""
    ordinal = "" if practice.ordinal is None else f"第{practice.ordinal}项"
    if practice.kind == "plan_item":
        own = f"{ordinal}{_quoted(practice.title)}" if ordinal else practice.title
        return [part for part in (*practice.path, own) if part]
    return [part for part in (practice.task, practice.measure, ordinal) if part]


def _quoted(words: str) -> str:
    """In quotation marks; those within become single ones."""
    return f"“{words.replace('“', '‘').replace('”', '’')}”" if words else ""


def _book(title: str) -> str:
    """In title marks; marks within become single ones (GB/T 15834-2011, 4.15)."""
    inner = title.replace("《", "〈").replace("》", "〉")
    return f"《{inner}》"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
