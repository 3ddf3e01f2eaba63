"""Comparisons within a pack: practices on one matter that go about it by different means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.course.facts import actor_names, described, rows, sound
from api.course.model import Case, Contrast, Lesson
from api.course.words import figure, one_line
from api.registry_rows import Measure
from corpus.registry import LABELS, ActorRow, IndicatorRow, InstrumentRow

FIGURES = 4  # of one practice


def contrasts(lessons: Sequence[tuple[Lesson, Measure]]) -> Iterator[Contrast]:
    """Each matter on which two practices at least use different instruments, in the pack's order.

    The matter is the theme; of practices without one, the task.
    """
    together: dict[str, list[Case]] = {}
    for lesson, measure in lessons:
        if matter := lesson.theme or lesson.task:
            together.setdefault(matter, []).append(_case(lesson, measure))
    for matter, cases in together.items():
        used = [set(case.instruments) for case in cases]
        if len({frozenset(each) for each in used}) > 1:
            shared = set.intersection(*used)
            order = [each for each in cases[0].instruments if each in shared]
            yield Contrast(matter=matter, shared=tuple(order), cases=tuple(cases))


def _case(lesson: Lesson, measure: Measure) -> Case:
    instruments = [row.type for row in sound(rows(measure, InstrumentRow))]
    actors = sound(rows(measure, ActorRow))
    figures = sound(rows(measure, IndicatorRow))
    return Case(
        number=lesson.number,
        heading=lesson.heading,
        instruments=tuple(dict.fromkeys(LABELS["instrument_type"][type_] for type_ in instruments)),
        actors=tuple(
            f"{label}：{'、'.join(names)}"
            for role, label in LABELS["role"].items()
            if (names := actor_names(row for row in actors if row.role == role))
        ),
        figures=tuple(one_line(described(row, value)) for row in figures if (value := figure(row)))[
            :FIGURES
        ],
    )
