"""What every format says in the same words: chapters, the lines under the title, sources."""

from __future__ import annotations

from collections.abc import Iterable

from api.course.model import Check, CoursePack, Lesson, Quote
from api.course.words import cut_off, in_marks

CHAPTERS = {
    "contents": "目录",
    "lessons": "做法",
    "contrasts": "对比案例",
    "discussions": "讨论题",
    "checks": "检查题",
    "answers": "检查题答案",
    "sources": "出处",
}
GENERATED = "各项内容由规则从原文提取，讲授前请对照所附原文核对。"


def about(pack: CoursePack) -> list[str]:
    """The lines under the title."""
    day = pack.made_on
    lines = [f"对象：{pack.audience}"] if pack.audience else []
    titles = "".join(book(title) for title in pack.documents)
    lines.append(f"收录 {len(pack.lessons)} 条做法，来自 {len(pack.documents)} 份文件：{titles}")
    lines.append(f"生成日期：{day.year}年{day.month}月{day.day}日")
    return [*lines, GENERATED]


def book(title: str) -> str:
    """A title in title marks, which it may have already."""
    return title if title.startswith("《") else f"《{title}》"


def quoted(quotes: Iterable[Quote]) -> str:
    """Words of a text in quotation marks."""
    return "、".join(in_marks(quote.text) for quote in quotes)


def source_note(lesson: Lesson) -> str:
    """The source of a lesson, with its web address."""
    link = f"。原文：{lesson.source_url}" if lesson.source_url else ""
    return f"{lesson.citation}{link}"


def answer(check: Check) -> str:
    """An answer with its source."""
    return f"答：{check.answer}（原文：{in_marks(cut_off(check.context))}，{check.citation}）"
