"""A course pack as slides, 16:9: what is too long for one slide goes on to the next.

The notes of a practice's slides hold its whole text and its citation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

import pptx
from pptx.dml import color as colours
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches, Pt

from api.course.model import Contrast, CoursePack, Lesson
from api.course.outline import CHAPTERS, about, quoted, source_note
from api.course.slide_text import clipped, height, lines, paged, pieces
from api.course.words import cut_off, in_marks

CHINESE, WESTERN = "微软雅黑", "Arial"
INK, MUTED, ACCENT, SHADE, PAPER = "1D2723", "51605A", "1F6B57", "E3F0EB", "FFFFFF"
WIDE, HIGH = 13.333, 7.5
LEFT, ROOM = 0.6, 12.1  # of the text
TOP, BODY = 1.6, 5.0  # of a slide's body: where it begins, how high it is
MARGIN = 0.2  # of a box, both sides together
TITLE_PT, TEXT_PT, TABLE_PT, SMALL_PT = 26, 20, 14, 11
TITLE_EMS = 58  # two lines
CELL_LINES = 7
LONG_NOTES = 20_000  # characters, above which they stand on a practice's first slide only
FACTS = (2.0, 5.2, 4.9)
CASES = (3.4, 2.6, 3.0, 3.1)
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def write(pack: CoursePack) -> bytes:
    """The pack as a file."""
    deck = Deck(pack)
    deck.cover()
    deck.texts(CHAPTERS["contents"], _contents(pack))
    for section in pack.sections:
        if section.title:
            deck.divider(section.title)
        for lesson in section.lessons:
            deck.lesson(lesson)
    for contrast in pack.contrasts:
        deck.contrast(contrast)
    if pack.discussions:
        for place, one in enumerate(pack.discussions, start=1):
            points = [f"{place}. {one.question}", *(f"• {point}" for point in one.points)]
            deck.texts(CHAPTERS["discussions"], points)
    if pack.checks:
        asked = list(enumerate(pack.checks, start=1))
        deck.texts(CHAPTERS["checks"], [f"{place}. {one.question}" for place, one in asked])
        answers = [
            f"{place}. 答：{one.answer}（原文：{in_marks(cut_off(one.context))}）〔{one.number}〕"
            for place, one in asked
        ]
        deck.texts(CHAPTERS["answers"], answers, 18)
    sources = [f"[{lesson.number}] {source_note(lesson)}" for lesson in pack.lessons]
    deck.texts(CHAPTERS["sources"], sources, 14)
    return deck.file()


def _contents(pack: CoursePack) -> list[str]:
    found = []
    for section in pack.sections:
        found += [section.title] * bool(section.title)
        found += [f"{lesson.number}. {lesson.heading}" for lesson in section.lessons]
    return found


class Deck:
    """Slides as they are made."""

    def __init__(self, pack: CoursePack) -> None:
        self._pack = pack
        self._slides: Presentation = pptx.Presentation()
        _widen(self._slides)
        told = self._slides.core_properties
        told.title, told.author, told.language = pack.title[:255], "他山", "zh-CN"
        told.created = told.modified = datetime.combine(pack.made_on, time())

    def file(self) -> bytes:
        """The presentation."""
        file = BytesIO()
        self._slides.save(file)
        return file.getvalue()

    def cover(self) -> None:
        """The first slide."""
        said = about(self._pack)
        slide = self._titled(self._pack.title, 0, (LEFT, 1.0, ROOM, 3.0), 36)
        body = slide.placeholders[1]
        _place(body, (LEFT, 4.3, ROOM, 2.4))
        _write(body.text_frame, [clipped(line, 90) for line in said], 18, MUTED)
        _notes(slide, "\n".join([self._pack.title, *said]))

    def divider(self, title: str) -> None:
        """A slide that opens a section."""
        slide = self._titled(title, 5, (LEFT, 2.6, ROOM, 2.0), 36)
        _notes(slide, title)

    def lesson(self, lesson: Lesson) -> None:
        """A practice: its facts, then its text."""
        notes = _lesson_notes(lesson)
        heading = f"{lesson.number}. {lesson.heading}"
        if lesson.facts:
            rows = [
                (fact.label, fact.value + "（待核对）" * fact.waiting, quoted(fact.quotes))
                for fact in lesson.facts
            ]
            self._table(heading, ("项目", "内容", "原文"), rows, FACTS, notes, lesson.citation)
        said = [part for part in lesson.text.split("\n") if part.strip()]
        said += [f"存疑：{doubt}" for doubt in lesson.doubts]
        self.texts(heading, said, notes=notes, source=lesson.citation)

    def contrast(self, contrast: Contrast) -> None:
        """A comparison."""
        rows = [
            (
                f"{case.heading}〔{case.number}〕",
                *("\n".join(each) or "—" for each in (case.instruments, case.actors, case.figures)),
            )
            for case in contrast.cases
        ]
        shared = f"都用到：{'、'.join(contrast.shared)}" if contrast.shared else ""
        told = "\n".join([contrast.matter, shared, *("｜".join(row) for row in rows)])
        title = f"{CHAPTERS['contrasts']}：{contrast.matter}"
        head = ("做法", "政策工具", "谁来做", "数字")
        self._table(title, head, rows, CASES, told, shared)

    def texts(
        self,
        title: str,
        said: Sequence[str],
        size: float = TEXT_PT,
        notes: str | None = None,
        source: str = "",
    ) -> None:
        """Paragraphs on as many slides as they need.

        Args:
            title: of each slide, which are numbered where there are several.
            said: the paragraphs; long ones are cut.
            size: of the letters, in points.
            notes: of each slide; what stands on it if None.
            source: what stands at the foot.
        """
        room = ROOM - MARGIN
        most = (room * 72 / size - 1) * 9  # nine lines of one thought are enough
        cut = [(piece,) for text in said for piece in pieces(text, most)]
        heights = [height(piece, size, room) + size / 144 for (piece,) in cut]
        pages = paged(cut, heights, BODY)
        for place, page in enumerate(pages, start=1):
            slide = self._titled(_counted(title, place, len(pages)), 1)
            body = slide.placeholders[1]
            _place(body, (LEFT, TOP, ROOM, BODY))
            _write(body.text_frame, [text for (text,) in page], size, INK)
            self._foot(slide, source)
            own = "\n".join(text for (text,) in page)
            _notes(slide, own if notes is None else _told(notes, place, own))

    def _table(
        self,
        title: str,
        head: Sequence[str],
        rows: Iterable[tuple[str, ...]],
        widths: Sequence[float],
        notes: str,
        source: str,
    ) -> None:
        fitted = [_fitted(row, widths) for row in rows]
        pages = paged(fitted, [_row_height(row, widths) for row in fitted], BODY - 0.45)
        for place, page in enumerate(pages, start=1):
            slide = self._titled(_counted(title, place, len(pages)), 5)
            _draw_table(slide, (tuple(head), *page), widths)
            self._foot(slide, source)
            _notes(slide, _told(notes, place, title))

    def _titled(
        self,
        title: str,
        layout: int,
        box: tuple[float, float, float, float] = (LEFT, 0.35, ROOM, 1.15),
        size: float = TITLE_PT,
    ) -> Slide:
        slide: Slide = self._slides.slides.add_slide(self._slides.slide_layouts[layout])
        shape = slide.shapes.title
        assert shape is not None
        _place(shape, box)
        _write(
            shape.text_frame,
            [clipped(title, 120 if size > TITLE_PT else TITLE_EMS)],
            size,
            ACCENT,
            bold=True,
        )
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        return slide

    def _foot(self, slide: Slide, source: str) -> None:
        if source:
            box = slide.shapes.add_textbox(*_inches(LEFT, 6.72, ROOM - 0.8, 0.6))
            _write(
                box.text_frame,
                [clipped(f"出处：{source}" if source.startswith("《") else source, 140)],
                SMALL_PT,
                MUTED,
            )
        box = slide.shapes.add_textbox(*_inches(WIDE - 1.3, 6.85, 0.7, 0.4))
        _page_number(box.text_frame)


def _lesson_notes(lesson: Lesson) -> str:
    facts = [
        f"{fact.label}：{fact.value}{'（待核对）' * fact.waiting}（原文：{quoted(fact.quotes)}）"
        for fact in lesson.facts
    ]
    doubts = [f"存疑：{doubt}" for doubt in lesson.doubts]
    return "\n".join([lesson.heading, lesson.text, *doubts, *facts, f"出处：{source_note(lesson)}"])


def _told(notes: str, place: int, own: str) -> str:
    """The notes of one of several slides: very long ones stand on the first of them only."""
    return own if place > 1 and len(notes) > LONG_NOTES else notes


def _counted(title: str, place: int, count: int) -> str:
    """A title with its place among several, which is never cut off."""
    mark = f"（{place}/{count}）" if count > 1 else ""
    return clipped(title, TITLE_EMS - len(mark)) + mark


def _fitted(row: Sequence[str], widths: Sequence[float]) -> tuple[str, ...]:
    """A row whose cells are none too high for a slide; the notes have them whole."""
    return tuple(_cell(text, room - MARGIN) for text, room in zip(row, widths, strict=True))


def _cell(text: str, room: float) -> str:
    text = clipped(text, (room * 72 / TABLE_PT - 1) * CELL_LINES)
    while lines(text, TABLE_PT, room) > CELL_LINES:
        text = text.rpartition("\n")[0] + "…"
    return text


def _row_height(row: Sequence[str], widths: Sequence[float]) -> float:
    cells = zip(row, widths, strict=True)
    return max(height(text, TABLE_PT, room - MARGIN) for text, room in cells) + 0.12


# Shapes


def _widen(slides: Presentation) -> None:
    """Make the deck 16:9, with the boxes of its layouts where they belong."""
    ratio = Inches(WIDE) / (slides.slide_width or Inches(10))
    master = slides.slide_master
    shapes = [
        *master.placeholders,
        *(one for each in master.slide_layouts for one in each.placeholders),
    ]
    boxes = [(shape, shape.left, shape.width) for shape in shapes]  # before any of them changes
    for shape, left, wide in boxes:
        shape.left, shape.width = int(left * ratio), int(wide * ratio)
    slides.slide_width, slides.slide_height = Inches(WIDE), Inches(HIGH)


def _rgb(code: str) -> Any:
    untyped: Any = colours.RGBColor
    return untyped.from_string(code)


def _inches(*sizes: float) -> list[Any]:
    return [Inches(size) for size in sizes]


def _place(shape: Any, box: tuple[float, float, float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = _inches(*box)


def _write(
    frame: Any, said: Sequence[str], size: float, colour: str, *, bold: bool = False
) -> None:
    """Paragraphs without bullets, in our fonts."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    for place, text in enumerate(said):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.line_spacing = 1.1
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(size / 2)
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", "0")
        properties.set("indent", "0")
        properties.set("algn", "l")
        properties.append(parse_xml(f'<a:buNone xmlns:a="{A}"/>'))
        _run(paragraph, text, size, colour, bold=bold)


def _run(paragraph: Any, text: str, size: float, colour: str, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    font = run.font
    font.size, font.bold, font.name = Pt(size), bold, WESTERN
    font.color.rgb = _rgb(colour)
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN")
    latin = properties.find(qn("a:latin"))
    latin.addnext(parse_xml(f'<a:ea xmlns:a="{A}" typeface="{CHINESE}"/>'))


def _page_number(frame: Any) -> None:
    paragraph = frame.paragraphs[0]
    field = parse_xml(
        f'<a:fld xmlns:a="{A}" id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
        f'<a:rPr lang="zh-CN" sz="{SMALL_PT * 100}"/><a:t>1</a:t></a:fld>'
    )
    paragraph._p.append(field)


def _notes(slide: Slide, text: str) -> None:
    frame: Any = slide.notes_slide.notes_text_frame
    for place, part in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        _run(paragraph, part, 12, INK)


def _draw_table(slide: Slide, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    high = [_row_height(row, widths) for row in rows]
    frame = slide.shapes.add_table(len(rows), len(widths), *_inches(LEFT, TOP, ROOM, sum(high)))
    table: Any = frame.table
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Inches(wide)
    for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        row.height = Inches(high[place])
        for cell, text in zip(row.cells, texts, strict=True):
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            fill = cell.fill
            fill.solid()
            fill.fore_color.rgb = _rgb(SHADE if place == 0 else PAPER)
            inside: Any = cell.text_frame
            for at, part in enumerate(text.split("\n")):
                paragraph = inside.paragraphs[0] if at == 0 else inside.add_paragraph()
                _run(paragraph, part, TABLE_PT, INK, bold=place == 0)
