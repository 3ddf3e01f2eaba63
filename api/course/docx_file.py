"""A course pack as a Word document: A4, real headings, a table of contents, page numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from api.course.model import Contrast, CoursePack, Lesson
from api.course.outline import CHAPTERS, about, answer, quoted, source_note

BODY, HEADINGS = ("宋体", "Times New Roman"), ("黑体", "Arial")  # Chinese, Western
INK = RGBColor(0x1D, 0x27, 0x23)
SHADE = "E3F0EB"
WIDTH_CM = 16.0  # of the text
FACTS = (3.0, 6.5, 6.5)
CASES = (4.5, 3.5, 4.0, 4.0)


def write(pack: CoursePack) -> bytes:
    """The pack as a file."""
    document = docx.Document()
    _styles(document)
    _page(document, pack)
    _title_page(document, pack)
    _contents(document, pack)
    for section in pack.sections:
        document.add_heading(section.title or CHAPTERS["lessons"], 1)
        for lesson in section.lessons:
            _lesson(document, lesson)
    if pack.contrasts:
        document.add_heading(CHAPTERS["contrasts"], 1)
        for contrast in pack.contrasts:
            _contrast(document, contrast)
    _questions(document, pack)
    document.add_heading(CHAPTERS["sources"], 1)
    for lesson in pack.lessons:
        _numbered(document, f"[{lesson.number}]", source_note(lesson))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


# Styles and page


def _styles(document: Document) -> None:
    _style(document, "Normal", BODY, 11)
    _style(document, "Title", HEADINGS, 26)
    for level, size in ((1, 18), (2, 14), (3, 12)):
        _style(document, f"Heading {level}", HEADINGS, size)
    _style(document, "Subtitle", BODY, 12)
    _style(document, "Quote", BODY, 11)
    document.styles["Normal"].paragraph_format.line_spacing = 1.3
    for level in (1, 2):
        found = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        found.base_style = document.styles["Normal"]
        found.paragraph_format.left_indent = Cm(0.8 * (level - 1))
        found.paragraph_format.space_after = Pt(2)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _style(document: Document, name: str, fonts: tuple[str, str], size: float) -> None:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    chinese, western = fonts
    style.font.name = western
    style.font.size = Pt(size)
    style.font.italic = False
    style.font.color.rgb = INK
    named = style.element.get_or_add_rPr().get_or_add_rFonts()
    # A theme's font, where one is named, goes before the font itself.
    for attribute in [each for each in named.attrib if "Theme" in str(each)]:
        del named.attrib[attribute]
    named.set(qn("w:eastAsia"), chinese)
    named.set(qn("w:cs"), western)


def _page(document: Document, pack: CoursePack) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - WIDTH_CM) / 2)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = pack.title
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for before, code, after in (("第 ", "PAGE", " 页"), ("，共 ", "NUMPAGES", " 页")):
        footer.add_run(before)
        _field(footer, code, "1")
        footer.add_run(after)
    told = document.core_properties
    told.title, told.author, told.language = pack.title[:255], "他山", "zh-CN"
    told.comments = ""
    told.created = told.modified = datetime.combine(pack.made_on, time())


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    """A field with what is shown until it is brought up to date."""
    _field_head(paragraph, code)
    paragraph.add_run(shown)
    _field_char(paragraph, "end")


def _field_head(paragraph: Paragraph, code: str, *, stale: bool = False) -> None:
    _field_char(paragraph, "begin", stale=stale)
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)
    _field_char(paragraph, "separate")


def _field_char(paragraph: Paragraph, kind: str, *, stale: bool = False) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if stale:
        mark.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(mark)


# Parts


def _title_page(document: Document, pack: CoursePack) -> None:
    for _ in range(6):
        document.add_paragraph()
    document.add_paragraph(pack.title, style="Title")
    for line in about(pack):
        document.add_paragraph(line, style="Subtitle")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(document: Document, pack: CoursePack) -> None:
    """A table of contents that Word brings up to date; its headings are there already."""
    heading = document.add_paragraph()
    run = heading.add_run(CHAPTERS["contents"])
    run.bold, run.font.size = True, Pt(18)
    lines = list(_headings(pack))
    for place, (level, text) in enumerate(lines):
        line = document.add_paragraph(style=f"toc {level}")
        if place == 0:
            _field_head(line, 'TOC \\o "1-2" \\h \\z \\u', stale=True)
        line.add_run(text)
        if place == len(lines) - 1:
            _field_char(line, "end")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _headings(pack: CoursePack) -> Iterable[tuple[int, str]]:
    for section in pack.sections:
        yield 1, section.title or CHAPTERS["lessons"]
        yield from ((2, _heading(lesson)) for lesson in section.lessons)
    if pack.contrasts:
        yield 1, CHAPTERS["contrasts"]
        yield from ((2, contrast.matter) for contrast in pack.contrasts)
    if pack.discussions:
        yield 1, CHAPTERS["discussions"]
    if pack.checks:
        yield from ((1, CHAPTERS[name]) for name in ("checks", "answers"))
    yield 1, CHAPTERS["sources"]


def _heading(lesson: Lesson) -> str:
    return f"{lesson.number}. {lesson.heading}"


def _lesson(document: Document, lesson: Lesson) -> None:
    document.add_heading(_heading(lesson), 2)
    place = [part for part in (lesson.kind, lesson.theme, lesson.task, lesson.measure) if part]
    document.add_paragraph("｜".join(place), style="Subtitle")
    if lesson.facts:
        rows = [
            (fact.label, fact.value + "（待核对）" * fact.waiting, quoted(fact.quotes))
            for fact in lesson.facts
        ]
        _table(document, ("项目", "内容", "原文"), rows, FACTS)
    document.add_heading("全文", 3)
    for part in lesson.text.split("\n"):
        if part.strip():
            document.add_paragraph(part).paragraph_format.first_line_indent = Pt(22)
    for doubt in lesson.doubts:
        document.add_paragraph(f"存疑：{doubt}", style="Quote")
    document.add_paragraph(f"出处：{lesson.citation}〔{lesson.number}〕", style="Quote")


def _contrast(document: Document, contrast: Contrast) -> None:
    document.add_heading(contrast.matter, 2)
    if contrast.shared:
        document.add_paragraph(f"都用到：{'、'.join(contrast.shared)}")
    rows = [
        (
            f"{case.heading}〔{case.number}〕",
            "\n".join(case.instruments) or "—",
            "\n".join(case.actors) or "—",
            "\n".join(case.figures) or "—",
        )
        for case in contrast.cases
    ]
    _table(document, ("做法", "政策工具", "谁来做", "数字"), rows, CASES)


def _questions(document: Document, pack: CoursePack) -> None:
    if pack.discussions:
        document.add_heading(CHAPTERS["discussions"], 1)
        for place, one in enumerate(pack.discussions, start=1):
            _numbered(document, f"{place}.", one.question)
            for point in one.points:
                document.add_paragraph(point, style="List Bullet 2")
    if pack.checks:
        document.add_heading(CHAPTERS["checks"], 1)
        for place, check in enumerate(pack.checks, start=1):
            _numbered(document, f"{place}.", check.question)
        document.add_heading(CHAPTERS["answers"], 1)
        for place, check in enumerate(pack.checks, start=1):
            _numbered(document, f"{place}.", answer(check))


def _numbered(document: Document, number: str, text: str) -> None:
    """A paragraph with a hanging number, which is text: lists of questions start anew at one."""
    line = document.add_paragraph(f"{number}\t{text}")
    line.paragraph_format.left_indent = Cm(1.0)
    line.paragraph_format.first_line_indent = Cm(-1.0)
    line.paragraph_format.tab_stops.add_tab_stop(Cm(1.0))


def _table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
) -> None:
    """A table with a head that is repeated on every page, and rows that no page cuts."""
    table = document.add_table(rows=0, cols=len(head), style="Table Grid")
    table.autofit = False
    for place, line in enumerate((head, *rows)):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, line, widths, strict=True):
            cell.width = Cm(width)
            written = cell.paragraphs[0].add_run(text)
            written.font.size = Pt(9.5)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            if place == 0:
                written.bold = True
                _shade(cell)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), SHADE)
    cell._tc.get_or_add_tcPr().append(shading)
