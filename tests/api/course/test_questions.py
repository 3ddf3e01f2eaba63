from __future__ import annotations

from dataclasses import replace

import pytest

from api.course.contrasts import contrasts
from api.course.facts import facts
from api.course.model import CoursePack
from api.course.questions import checks, discussions
from api.course.words import day, figure, period, sentence
from corpus.registry import DeadlineRow, IndicatorRow
from tests.api.course.conftest import pack_of
from tests.api.registered import Served

CHONGQING = "重庆市｜全面推行农民工工资专户管理及银行代发制度"


def row(table: type, **fields: object):
    base = {
        "id": "r",
        "measure_id": "m",
        "document_id": "d",
        "quote": "字",
        "quote_start": 0,
        "quote_end": 1,
    }
    return table(**(base | fields))


def test_every_answer_stands_in_its_text(pack: CoursePack) -> None:
    lessons = {lesson.number: lesson for lesson in pack.lessons}
    assert len(pack.checks) > 100
    for check in pack.checks:
        text, (start, end) = lessons[check.number].text, check.sentence
        assert text[check.quote.start : check.quote.end] == check.quote.text
        assert text[start:end] == check.context
        assert start <= check.quote.start < check.quote.end <= end
        assert check.citation == lessons[check.number].citation
        assert (
            check.question.endswith(("？", "。", "；", "…", "！", "："))
            or "（____）" in check.question
        )


def test_a_figure_is_asked_for_by_name(small: CoursePack) -> None:
    (check,) = (one for one in small.checks if one.question == "重庆市的工资专户开户率达到多少？")
    assert check.answer == check.quote.text == "97%"
    assert "工资专户开户率达97%" in check.context
    assert check.citation.startswith("《培育新时代建筑产业工人可复制经验做法清单（第一批）》")


def test_a_blank_hides_what_it_asks_for(pack: CoursePack) -> None:
    blanks = [check for check in pack.checks if "（____）" in check.question]
    assert len(blanks) > 20
    for check in blanks:
        assert check.answer.startswith(" ".join(check.quote.text.split()))


def test_no_question_twice_in_one_practice(pack: CoursePack) -> None:
    asked = [(check.number, check.question) for check in pack.checks]
    assert len(set(asked)) == len(asked)


def test_what_waits_for_a_check_is_shown_as_such_and_never_asked_about(
    served: Served, small: CoursePack
) -> None:
    (lesson,) = (one for one in small.lessons if one.heading == CHONGQING)
    (measure,) = (m for m in served.registry.measures() if m.practice.id == lesson.practice_id)
    waiting = replace(
        measure,
        children={
            table: [row.model_copy(update={"status": "needs_review"}) for row in rows]
            for table, rows in measure.children.items()
        },
    )
    assert list(checks(lesson, measure)) and not list(checks(lesson, waiting))
    assert all(fact.waiting for fact in facts(waiting))
    assert len(facts(waiting)) == len(lesson.facts)
    (told,) = discussions([(lesson, waiting)], [])
    assert [point[:3] for point in told.points] == ["没有读"] * 3
    other = lesson.model_copy(update={"number": 2})
    (contrast,) = contrasts([(lesson, measure), (other, waiting)])
    assert contrast.cases[1].instruments == contrast.cases[1].figures == ()


def test_facts_are_the_registry_with_its_words(served: Served, small: CoursePack) -> None:
    (lesson,) = (one for one in small.lessons if one.heading == CHONGQING)
    found = [
        (fact.label, fact.value, [quote.text for quote in fact.quotes]) for fact in lesson.facts
    ]
    assert ("数字（比例）", "工资专户开户率：97%", ["97%"]) in found
    for one in small.lessons:
        for fact in one.facts:
            for quote in fact.quotes:
                assert one.text[quote.start : quote.end] == quote.text


def test_contrasts_are_of_one_matter_by_different_means(pack: CoursePack) -> None:
    assert len(pack.contrasts) > 5
    lessons = {lesson.number: lesson for lesson in pack.lessons}
    for contrast in pack.contrasts:
        assert len(contrast.cases) > 1
        assert len({frozenset(case.instruments) for case in contrast.cases}) > 1
        for case in contrast.cases:
            assert (lessons[case.number].theme or lessons[case.number].task) == contrast.matter
            assert set(contrast.shared) <= set(case.instruments)


def test_without_questions(served: Served, ids: list[str]) -> None:
    pack = pack_of(served, ids[:9], questions=False)
    assert pack.checks == pack.discussions == ()
    assert len(pack.lessons) == 9


FIGURES = [
    ({"value": 97.0, "unit": "%"}, "97%"),
    ({"value": 67500.0, "unit": "人"}, "6.75万人"),
    ({"value": 16501000000.0, "unit": "元"}, "165.01亿元"),
    ({"value": 50.0, "unit": "场", "comparator": "≥"}, "不少于50场"),
    ({"value": 4.0, "unit": "人", "comparator": "≤"}, "不超过4人"),
    ({"low": 10.0, "high": 20.0, "unit": "个", "comparator": "range"}, "10–20个"),
    ({"before": 50.0, "before_comparator": "<", "after": 80.0, "after_comparator": "≥", "unit": "%"}, "由不足50%到不少于80%"),
    ({"before": 1.5, "low": 2.5, "high": 4.0, "unit": "%", "comparator": "range"}, "由1.5%到2.5–4%"),
    ({}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), FIGURES)
def test_figures_in_words(fields: dict[str, object], words: str) -> None:
    assert figure(row(IndicatorRow, kind="result", **fields)) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"end": "2023-12-31", "precision": "year-end"}, "截至2023年底"),
        ({"start": "2023-07", "end": "2023-08", "precision": "month"}, "2023年7月至2023年8月"),
        ({"end": "--08-15", "precision": "yearless"}, "截至8月15日"),
        ({"start": "2017", "precision": "year"}, "2017年起"),
        ({"recurrence": "每年", "precision": "year"}, "每年"),
    ],
)
def test_dates_in_words(fields: dict[str, object], words: str) -> None:
    assert period(row(DeadlineRow, **fields)) == words


def test_a_date_that_is_none_stays() -> None:
    assert day("2023-Q1") == "2023-Q1"


def test_the_sentence_around_a_value() -> None:
    text = "甲。乙达97%，丙。丁"
    assert text[slice(*sentence(text, (4, 7)))] == "乙达97%，丙。"
    long = "子" * 200 + "，达97%，" + "丑" * 200
    start, end = sentence(long, (202, 205))
    assert long[start:end] == "达97%，"


def test_who_is_responsible_is_not_said_to_lead(pack: CoursePack) -> None:
    said = [point for told in pack.discussions for point in told.points]
    responsible = [point for point in said if point.startswith("负责：")]
    assert responsible
    assert all(point.endswith("没有写谁牵头：在本地应由谁牵头？") for point in responsible)
    assert any(point.startswith("牵头：") for point in said)
