"""A course pack as Markdown (CommonMark with the tables of GitHub).

Every word that came out of a document or a request is escaped: it can bring no link, image, HTML,
heading or table of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from api.course.model import Case, Check, Contrast, CoursePack, Lesson
from api.course.outline import CHAPTERS, about, answer, quoted, source_note

# All marks that mean something to Markdown somewhere; a point or dash between digits means nothing.
_MARKS = re.compile(r"(?<!\d)[.\-]|[.\-](?!\d)|[\\`*_{}\[\]()#+!~$:|^=@]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
BREAK = "\\\n"  # a line end within a paragraph


def write(pack: CoursePack) -> bytes:
    """The pack as a file."""
    return ("\n\n".join(_blocks(pack)) + "\n").encode()


def escaped(text: str) -> str:
    """A text on one line, in which every mark stands for itself."""
    marked = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return "".join(_HTML.get(char, char) for char in marked)


def paragraph(text: str) -> str:
    """A text with its own line ends."""
    return BREAK.join(line for part in text.split("\n") if (line := escaped(part)))


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table of texts."""
    rows = [head, ["---"] * len(head), *([escaped(cell) for cell in line] for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _blocks(pack: CoursePack) -> Iterator[str]:
    yield f"# {escaped(pack.title)}"
    yield BREAK.join(escaped(line) for line in about(pack))
    yield f"## {CHAPTERS['contents']}"
    yield _contents(pack)
    for section in pack.sections:
        yield f"## {escaped(section.title) or CHAPTERS['lessons']}"
        for lesson in section.lessons:
            yield from _lesson(lesson)
    if pack.contrasts:
        yield f"## {CHAPTERS['contrasts']}"
        for contrast in pack.contrasts:
            yield from _contrast(contrast)
    yield from _questions(pack)
    yield f"## {CHAPTERS['sources']}"
    yield "\n".join(f"{one.number}. {escaped(source_note(one))}" for one in pack.lessons)


def _contents(pack: CoursePack) -> str:
    lines = []
    for section in pack.sections:
        lines.append(f"- {escaped(section.title) or CHAPTERS['lessons']}")
        lines += [f"  - {one.number}\\. {escaped(one.heading)}" for one in section.lessons]
    return "\n".join(lines)


def _lesson(lesson: Lesson) -> Iterator[str]:
    yield f"### {lesson.number}\\. {escaped(lesson.heading)}"
    if lesson.facts:
        yield table(
            ("项目", "内容", "原文"),
            (
                (fact.label, fact.value + "（待核对）" * fact.waiting, quoted(fact.quotes))
                for fact in lesson.facts
            ),
        )
    yield "**全文**"
    yield "\n".join(f"> {line}" for line in paragraph(lesson.text).split("\n"))
    if lesson.doubts:
        yield "\n".join(f"- 存疑：{escaped(doubt)}" for doubt in lesson.doubts)
    yield f"出处：{escaped(lesson.citation)}"


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield f"### {escaped(contrast.matter)}"
    if contrast.shared:
        yield f"都用到：{escaped('、'.join(contrast.shared))}"
    yield table(("做法", "政策工具", "谁来做", "数字"), map(_case, contrast.cases))


def _case(case: Case) -> list[str]:
    listed = (case.instruments, case.actors, case.figures)
    return [f"{case.heading}〔{case.number}〕", *("；".join(each) or "—" for each in listed)]


def _questions(pack: CoursePack) -> Iterator[str]:
    if pack.discussions:
        yield f"## {CHAPTERS['discussions']}"
        for place, one in enumerate(pack.discussions, start=1):
            notes = "".join(f"〔{number}〕" for number in one.numbers)
            indent = " " * len(f"{place}. ")
            points = "\n".join(f"{indent}- {escaped(point)}" for point in one.points)
            yield f"{place}. {escaped(one.question)}{notes}\n{points}"
    if pack.checks:
        yield f"## {CHAPTERS['checks']}"
        yield from (
            f"{place}. {escaped(one.question)}" for place, one in enumerate(pack.checks, start=1)
        )
        yield f"## {CHAPTERS['answers']}"
        yield from (_answer(place, one) for place, one in enumerate(pack.checks, start=1))


def _answer(place: int, check: Check) -> str:
    return f"{place}. {escaped(answer(check))}〔{check.number}〕"
