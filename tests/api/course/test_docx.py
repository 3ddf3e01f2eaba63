from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from api.course.files import write
from api.course.model import CoursePack
from api.course.outline import quoted


def opened(pack: CoursePack) -> Any:
    return docx.Document(BytesIO(write(pack, "docx")))


@pytest.fixture(scope="module")
def document(pack: CoursePack) -> Any:
    return opened(pack)


def styled(document: Any, style: str) -> list[str]:
    return [line.text for line in document.paragraphs if line.style.name == style]


def cells(document: Any) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def test_headings_are_headings(pack: CoursePack, document: Any) -> None:
    assert styled(document, "Title") == [pack.title]
    assert styled(document, "Heading 1") == [
        "转型", "工资", "其他", "对比案例", "讨论题", "检查题", "检查题答案", "出处",
    ]  # fmt: skip
    lessons = [f"{lesson.number}. {lesson.heading}" for lesson in pack.lessons]
    assert styled(document, "Heading 2") == [*lessons, *(each.matter for each in pack.contrasts)]
    assert "对象：县级住建干部" in styled(document, "Subtitle")
    assert "生成日期：2026年5月4日" in styled(document, "Subtitle")


def test_the_contents_are_a_field_that_shows_the_headings(document: Any) -> None:
    codes = [each.text.strip() for each in document.element.iter(qn("w:instrText"))]
    assert codes == ['TOC \\o "1-2" \\h \\z \\u']
    marks = [each.get(qn("w:fldCharType")) for each in document.element.body.iter(qn("w:fldChar"))]
    assert marks == ["begin", "separate", "end"]
    listed = styled(document, "toc 1") + styled(document, "toc 2")
    assert sorted(listed) == sorted(styled(document, "Heading 1") + styled(document, "Heading 2"))


def test_pages_are_a4_and_numbered(document: Any) -> None:
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert section.different_first_page_header_footer
    codes = [each.text.strip() for each in section.footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize(
    ("style", "chinese"),
    [("Normal", "宋体"), ("Title", "黑体"), ("Heading 1", "黑体"), ("Heading 2", "黑体")],
)
def test_chinese_has_chinese_fonts(document: Any, style: str, chinese: str) -> None:
    fonts = document.styles[style].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == chinese
    assert fonts.get(qn("w:ascii")) in ("Times New Roman", "Arial")
    assert not [name for name in fonts.attrib if "Theme" in name]


def test_facts_are_tables_with_a_repeated_head(pack: CoursePack, document: Any) -> None:
    tables = cells(document)
    with_facts = [lesson for lesson in pack.lessons if lesson.facts]
    assert len(tables) == len(with_facts) + len(pack.contrasts)
    for lesson, table in zip(with_facts, tables, strict=False):
        assert table[0] == ["项目", "内容", "原文"]
        waiting = ["（待核对）" * fact.waiting for fact in lesson.facts]
        assert [row[1] for row in table[1:]] == [
            fact.value + mark for fact, mark in zip(lesson.facts, waiting, strict=True)
        ]
        assert [row[2] for row in table[1:]] == [quoted(fact.quotes) for fact in lesson.facts]
    for table in document.tables:
        assert len(list(table._tbl.iter(qn("w:tblHeader")))) == 1


def test_nothing_is_lost(pack: CoursePack, document: Any) -> None:
    lines = [line.text for line in document.paragraphs]
    whole = "\n".join(lines)
    for lesson in pack.lessons:
        assert set(lesson.text.split("\n")) <= set(lines)
        assert f"出处：{lesson.citation}〔{lesson.number}〕" in lines
    for check in pack.checks:
        assert check.question in whole and f"答：{check.answer}" in whole


def test_hostile_words_stand_for_themselves(hostile: CoursePack) -> None:
    document = opened(hostile)
    whole = "\n".join(line.text for line in document.paragraphs)
    assert "<script>alert(1)</script> [点](javascript:alert(1))" in whole
    for lesson in hostile.lessons:
        for line in filter(None, map(str.strip, lesson.text.split("\n"))):
            assert line in whole
    assert not [rel for rel in document.part.rels.values() if rel.is_external]
    assert len(document.core_properties.title) <= 255
