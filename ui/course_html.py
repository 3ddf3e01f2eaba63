"""A course pack as HTML. Every word comes escaped through ``ui.render``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ui.course_answers import Case, Check, Contrast, Discussion, Fact, Lesson
from ui.records import anchor
from ui.render import chip, escaped


def lesson_html(lesson: Lesson) -> str:
    """A line of the outline."""
    theme = chip(lesson.theme, "theme") if lesson.theme else ""
    return (
        f'<p class="ts-lesson" lang="zh-CN"><b>{lesson.number}.</b> {escaped(lesson.heading)} '
        f"{theme}{anchor('practice', '原文', practice=lesson.practice_id)}</p>"
    )


def section_html(title: str) -> str:
    """The heading of a chapter."""
    return f'<h2 class="ts-group" lang="zh-CN">{escaped(title)}</h2>' if title else ""


def facts_html(lesson: Lesson) -> str:
    """A practice's facts with the words that they were read from."""
    head = f'<h3 class="ts-group" lang="zh-CN">{lesson.number}. {escaped(lesson.heading)}</h3>'
    if not lesson.facts:
        return f'{head}<p class="ts-label" lang="zh-CN">没有读出主体、工具、数字、时限或平台</p>'
    return head + _table(("项目", "内容", "原文"), map(_fact, lesson.facts))


def _fact(fact: Fact) -> list[str]:
    waiting = chip("待核对", "unsettled") if fact.waiting else ""
    quotes = "、".join(f"“{escaped(quote.text)}”" for quote in fact.quotes)
    return [escaped(fact.label), f"{escaped(fact.value)}{waiting}", quotes]


def contrast_html(contrast: Contrast) -> str:
    """A comparison."""
    shared = "、".join(contrast.shared)
    note = f"<small>都用到：{escaped(shared)}</small>" if shared else ""
    head = f'<h3 class="ts-group" lang="zh-CN">{escaped(contrast.matter)}{note}</h3>'
    return head + _table(("做法", "政策工具", "谁来做", "数字"), map(_case, contrast.cases))


def _case(case: Case) -> list[str]:
    listed = (case.instruments, case.actors, case.figures)
    return [escaped(case.heading), *("<br>".join(map(escaped, each)) or "—" for each in listed)]


def discussions_html(discussions: Sequence[Discussion]) -> str:
    """Questions to talk about, with their points."""
    return _listed(
        "讨论题",
        (
            f"{escaped(one.question)}<ul>"
            + "".join(f"<li>{escaped(point)}</li>" for point in one.points)
            + "</ul>"
            for one in discussions
        ),
    )


def checks_html(checks: Sequence[Check]) -> str:
    """Questions with their answers, folded away, and where these stand."""
    return _listed(
        "检查题",
        (
            f"{escaped(one.question)}<details><summary>答案</summary><b>{escaped(one.answer)}</b>"
            f'<span class="ts-source">原文：{escaped(one.context)}</span>'
            f'<span class="ts-source">出处：{escaped(one.citation)}</span></details>'
            for one in checks
        ),
    )


def _listed(title: str, items: Iterable[str]) -> str:
    lines = [f"<li>{item}</li>" for item in items]
    if not lines:
        return ""
    head = f'<h2 class="ts-group" lang="zh-CN">{title}<small>{len(lines)}</small></h2>'
    return f'{head}<ol class="ts-list" lang="zh-CN">{"".join(lines)}</ol>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="ts-scroll"><table class="ts-pack" lang="zh-CN"><thead><tr>{heads}</tr>'
        f"</thead><tbody>{lines}</tbody></table></div>"
    )
