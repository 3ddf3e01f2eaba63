"""Questions on a pack, made of registry values by fixed patterns: each answer stands in a text.

What a person has still to check is never asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from api.course.facts import WAITING, actor_names, described, named, noted, quote, rows, sound
from api.course.model import Check, Contrast, Discussion, Lesson
from api.course.words import clean, cut_off, figure, in_marks, one_line, period, sentence
from api.registry_rows import Measure
from corpus.registry import (
    LABELS,
    ActorRow,
    ChildRow,
    DeadlineRow,
    IndicatorKind,
    IndicatorRow,
    InstrumentRow,
    PlatformRow,
    PolicyDocumentRow,
)

CHECKS = 4  # of one practice at most
FIGURES, ACTORS = 3, 6  # named in a discussion at most
STANDARDS = ("threshold", "target")
BLANK = "（____）"
# Figures that are most worth knowing come first.
WORTH: tuple[IndicatorKind, ...] = ("change", "threshold", "ratio", "amount", "target", "result")
# Subjects that can be asked for by name; of others the sentence is given with a blank.
_NAMED = re.compile(
    "(率|比例|比重|经费|费用|补贴|奖励|资金|金额|收入|工资|人数|数量|总量|面积|标准|时长|学时|年限|名额|产值)$"
)
_TO_DO = re.compile("[，。；、：\n]")
Found = tuple[ChildRow, str, str]  # the row asked about, question, answer


def checks(lesson: Lesson, measure: Measure) -> Iterator[Check]:
    """Questions on one practice that its text answers: figures, then dates, actors, documents."""
    asked: set[str] = set()
    sound = [found for found in _found(lesson, measure) if found[0].status != WAITING]
    for row, question, answer in sound:
        if question in asked:
            continue
        asked.add(question)
        around = sentence(lesson.text, (row.quote_start, row.quote_end))
        yield Check(
            question=one_line(question),
            answer=one_line(answer),
            quote=quote(row),
            sentence=around,
            context=lesson.text[around[0] : around[1]],
            number=lesson.number,
            citation=lesson.citation,
        )
        if len(asked) == CHECKS:
            return


def _found(lesson: Lesson, measure: Measure) -> Iterator[Found]:
    figures = sorted(rows(measure, IndicatorRow), key=lambda row: WORTH.index(row.kind))
    yield from (found for row in figures[: CHECKS - 1] if (found := _figure(lesson, row)))
    yield from _leads(lesson, measure)
    yield from _documents(lesson, measure)
    yield from _platforms(lesson, measure)
    yield from (found for row in rows(measure, DeadlineRow) if (found := _date(lesson, row)))
    yield from (found for row in figures[CHECKS - 1 :] if (found := _figure(lesson, row)))


def _figure(lesson: Lesson, row: IndicatorRow) -> Found | None:
    value = figure(row)
    if not value:
        return None
    where, subject = clean(row.region or lesson.region), clean(row.subject or "")
    if not _NAMED.search(subject):
        same = value == one_line(row.quote)
        return row, _blank(lesson, row), row.quote if same else f"{row.quote}（即{value}）"
    asked = {
        "change": f"{where}的{subject}由多少调整到多少？",
        "threshold": f"{where}规定的{subject}是多少？",
        "target": f"{where}提出{subject}要达到多少？",
        "amount": f"{where}的{subject}是多少？",
    }.get(row.kind, f"{where}的{subject}达到多少？")
    return row, asked, noted(row, value)


def _blank(lesson: Lesson, row: IndicatorRow) -> str:
    """The sentence with a blank in the place of the figure."""
    start, end = sentence(lesson.text, (row.quote_start, row.quote_end))
    before, after = lesson.text[start : row.quote_start], lesson.text[row.quote_end : end]
    return f"填空（{lesson.region}）：{before}{BLANK}{cut_off(after)}"


def _leads(lesson: Lesson, measure: Measure) -> Iterator[Found]:
    leads = [row for row in sound(rows(measure, ActorRow)) if row.role == "lead"]
    if leads:
        names = "、".join(actor_names(leads))
        yield leads[0], f"{lesson.region}{in_marks(lesson.title)}由谁牵头？", names


def _documents(lesson: Lesson, measure: Measure) -> Iterator[Found]:
    for relation, words in (("issued", "为此印发了什么文件？"), ("based_on", "依据的是什么文件？")):
        found = [
            row
            for row in sound(rows(measure, PolicyDocumentRow))
            if row.relation == relation and row.title
        ]
        if len(found) == 1:
            yield found[0], f"{lesson.region}{in_marks(lesson.title)}{words}", named(found[0])


def _platforms(lesson: Lesson, measure: Measure) -> Iterator[Found]:
    found = sound(rows(measure, PlatformRow))
    if len({row.name for row in found}) == 1 and found[0].functions:
        row = found[0]
        kind, does = LABELS["platform_kind"][row.kind], "、".join(row.functions)
        yield row, f"{lesson.region}用于{in_marks(does)}的{kind}叫什么名字？", row.name


def _date(lesson: Lesson, row: DeadlineRow) -> Found | None:
    if not period(row) or not row.what or _TO_DO.search(row.what) or row.quote in row.what:
        return None
    return row, f"{lesson.region}{in_marks(row.what)}，原文写的时间是什么？", row.quote


def discussions(
    lessons: Sequence[tuple[Lesson, Measure]], contrasts: Sequence[Contrast]
) -> Iterator[Discussion]:
    """Questions to talk about: on each comparison, then on each practice."""
    for contrast in contrasts:
        yield _on_contrast(contrast)
    for lesson, measure in lessons:
        yield _on_practice(lesson, measure)


def _on_contrast(contrast: Contrast) -> Discussion:
    ways = [
        f"{case.heading}：{'、'.join(case.instruments) or '没有读出政策工具'}〔{case.number}〕"
        for case in contrast.cases
    ]
    return Discussion(
        question=(
            f"同在“{contrast.matter}”上，以下{len(ways)}个做法的政策工具不同。"
            "差别从何而来？各需要什么条件？本地更适合哪一种，或怎样组合？"
        ),
        points=tuple(ways),
        numbers=tuple(case.number for case in contrast.cases),
    )


def _led(actors: Sequence[ActorRow]) -> str:
    """Who leads, as far as the text tells; who is responsible does not lead by that."""
    by_role = {
        role: "、".join(actor_names(row for row in actors if row.role == role))
        for role in ("lead", "responsible")
    }
    if by_role["lead"]:
        return f"牵头：{by_role['lead']}"
    if by_role["responsible"]:
        return f"负责：{by_role['responsible']}，没有写谁牵头：在本地应由谁牵头？"
    return "没有读出由谁牵头：在本地应由谁牵头？"


def _on_practice(lesson: Lesson, measure: Measure) -> Discussion:
    tools = list(
        dict.fromkeys(
            LABELS["instrument_type"][row.type] for row in sound(rows(measure, InstrumentRow))
        )
    )
    actors = sound(rows(measure, ActorRow))
    figures = [
        (row, one_line(described(row, value)))
        for row in sound(rows(measure, IndicatorRow))
        if (value := figure(row))
    ]
    said = "；".join(words for _, words in figures[:FIGURES])
    points = [
        f"政策工具：{'、'.join(tools)}" if tools else "没有读出政策工具：它靠什么起作用？",
        _led(actors),
        f"数字：{said}" if said else "没有读出数字：用什么衡量成效？",
    ]
    return Discussion(
        question=f"{lesson.heading.rstrip('。')}。{_matter(tools, actors, figures)}",
        points=tuple(points),
        numbers=(lesson.number,),
    )


def _matter(
    tools: Sequence[str], actors: Sequence[ActorRow], figures: Sequence[tuple[IndicatorRow, str]]
) -> str:
    """What there is most to say about: a standard set, a result told, who works together, how."""
    for row, words in figures:
        if row.kind in STANDARDS:
            return f"原文定的标准是“{words}”。为什么定在这里？本地应定得高些还是低些，凭什么定？"
    if figures:
        return f"原文写的数字是“{figures[0][1]}”。它说明了什么？本地用什么口径、由谁来统计？"
    names = actor_names(actors)
    if len(names) > 1:
        who = "、".join(names[:ACTORS])
        return f"出面的有{who}。彼此怎样分工衔接？本地由谁牵头，哪里容易推诿？"
    how = f"用到{'、'.join(tools)}。" if tools else ""
    return f"{how}搬到本地，哪些可以照用，哪些要改，先要有什么条件？"
