from __future__ import annotations

from io import BytesIO
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import pptx
import pytest
from pptx.oxml.ns import qn

from api.course.files import write
from api.course.model import CoursePack
from api.course.slide_text import clipped, pieces, width

INCH = 914400


def opened(pack: CoursePack) -> Any:
    return pptx.Presentation(BytesIO(write(pack, "pptx")))


@pytest.fixture(scope="module")
def decks(small: CoursePack, hostile: CoursePack) -> dict[str, Any]:
    return {"small": opened(small), "hostile": opened(hostile)}


def title(slide: Any) -> str:
    return str(slide.shapes.title.text_frame.text)


def notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text)


def body(slide: Any) -> str:
    return "".join(
        shape.text_frame.text for shape in slide.placeholders if shape.placeholder_format.idx == 1
    )


def frames(slide: Any) -> list[tuple[Any, float, float]]:
    """Each text of a slide with the width and height of its box in inches."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append((shape.text_frame, shape.width / INCH, shape.height / INCH))
        if shape.has_table:
            for row in shape.table.rows:
                for cell, column in zip(row.cells, shape.table.columns, strict=True):
                    found.append((cell.text_frame, column.width / INCH, row.height / INCH))
    return found


def needed(frame: Any, room: float) -> float:
    """How high a text is, in inches, measured in a way of the test's own."""
    high = 0.0
    for paragraph in frame.paragraphs:
        sizes = [run.font.size.pt for run in paragraph.runs if run.font.size]
        if not sizes:
            continue
        ems = sum(1.0 if east_asian_width(c) in "WFA" else 0.6 for c in paragraph.text)
        rows = max(1, ceil(ems * sizes[0] / 72 / (room - 0.2)))
        spacing = (paragraph.space_after.pt if paragraph.space_after else 0) / 72
        high += rows * sizes[0] * 1.2 * 1.1 / 72 + spacing
    return high


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_no_text_runs_over_its_box_or_the_slide(decks: dict[str, Any], name: str) -> None:
    deck = decks[name]
    for place, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0, place
            assert shape.left + shape.width <= deck.slide_width, place
            assert shape.top + shape.height <= deck.slide_height, place
            if shape.has_table:
                assert sum(row.height for row in shape.table.rows) <= 5.2 * INCH, place
        for frame, room, high in frames(slide):
            assert needed(frame, room) <= high + 0.1, (place, frame.text[:60])


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_every_run_has_a_chinese_font(decks: dict[str, Any], name: str) -> None:
    for slide in decks[name].slides:
        for frame in (*(f for f, _, _ in frames(slide)), slide.notes_slide.notes_text_frame):
            for paragraph in frame.paragraphs:
                for run in paragraph.runs:
                    assert run._r.rPr.find(qn("a:ea")).get("typeface") == "微软雅黑"
                    assert run._r.rPr.find(qn("a:latin")).get("typeface") == "Arial"


def test_it_is_16_to_9_with_a_cover_and_chapters(small: CoursePack, decks: dict[str, Any]) -> None:
    deck = decks["small"]
    assert abs(deck.slide_width / deck.slide_height - 16 / 9) < 0.001
    titles = [title(slide) for slide in deck.slides]
    assert titles[0] == small.title
    for chapter in ("目录", "对比案例", "讨论题", "检查题", "检查题答案", "出处"):
        assert any(each.startswith(chapter) for each in titles), chapter
    assert deck.core_properties.title == small.title


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_each_practice_has_slides_with_its_text_and_notes(
    small: CoursePack, hostile: CoursePack, decks: dict[str, Any], name: str
) -> None:
    pack = {"small": small, "hostile": hostile}[name]
    for lesson in pack.lessons:
        own = [s for s in decks[name].slides if notes(s).startswith(f"{lesson.heading}\n")]
        assert own
        said = "".join("".join(body(slide).split()) for slide in own)
        assert "".join(lesson.text.split()) in said
        for slide in own:
            assert lesson.text in notes(slide)
            assert f"出处：{lesson.citation}" in notes(slide)
            assert title(slide).startswith(f"{lesson.number}. ")


def test_facts_are_tables_on_slides(small: CoursePack, decks: dict[str, Any]) -> None:
    for lesson in small.lessons:
        rows = [
            [cell.text for cell in row.cells]
            for slide in decks["small"].slides
            if notes(slide).startswith(f"{lesson.heading}\n")
            for shape in slide.shapes
            if shape.has_table
            for row in list(shape.table.rows)[1:]
        ]
        assert len(rows) == len(lesson.facts)


def test_questions_and_answers_are_there(small: CoursePack, decks: dict[str, Any]) -> None:
    said = "".join("".join(body(slide).split()) for slide in decks["small"].slides)
    for check in small.checks:
        assert "".join(check.question.split()) in said
        assert f"答：{''.join(check.answer.split())}" in said


def test_very_long_notes_stand_once(small: CoursePack) -> None:
    long = small.lessons[0].model_copy(
        update={"text": "很长的做法，一句接一句。" * 3000, "facts": ()}
    )
    section = small.sections[0].model_copy(update={"title": "", "lessons": (long,)})
    deck = opened(small.model_copy(update={"sections": (section,), "checks": (), "contrasts": ()}))
    own = [slide for slide in deck.slides if title(slide).startswith(f"1. {long.heading}")]
    assert len(own) > 50
    assert [long.text in notes(slide) for slide in own] == [True] + [False] * (len(own) - 1)
    assert "".join(body(slide).replace("\n", "") for slide in own) == long.text


@pytest.mark.parametrize("text", ["", "短。", "句。" * 300, "字" * 500, "a" * 999, "，" * 90])
def test_pieces_are_the_text_and_fit(text: str) -> None:
    found = list(pieces(text, 50))
    assert "".join(found) == text
    assert all(width(piece) <= 50 for piece in found)


def test_clipped() -> None:
    assert clipped("四字短语", 4) == "四字短语"
    assert clipped("四字短语长", 4) == "四字短…"
