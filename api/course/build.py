"""A course pack built from practices and what the registry has of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from api.citation import cite
from api.course.contrasts import contrasts
from api.course.facts import facts
from api.course.model import CoursePack, Lesson, Section
from api.course.questions import checks, discussions
from api.course.words import clean, one_line
from api.registry_rows import Measure
from api.schemas import CoursePackRequest
from corpus.errors import NotFound
from corpus.registry import LABELS
from corpus.themes import taxonomy

if TYPE_CHECKING:
    from api.registry import RegistryService
    from corpus.store.base import CorpusStore

NAMED = 10  # unknown ids that an error names
REST = "其他"


def build(
    store: CorpusStore, registry: RegistryService, request: CoursePackRequest, made_on: date
) -> CoursePack:
    """The pack that was asked for.

    Args:
        store: holds the practices.
        registry: has their values, with people's decisions.
        request: the practices, their order and headings.
        made_on: the day on its title page.

    Raises:
        NotFound: some of the practices are not there; the message names them.
    """
    measures = _measures(store, registry, request.practice_ids)
    sections: list[Section] = []
    taught: list[tuple[Lesson, Measure]] = []
    for title, ids in _outline(request):
        lessons = []
        for id_ in ids:
            measure = measures[id_]
            if all(measure.practice.id != one.practice.id for _, one in taught):
                lessons.append(_lesson(len(taught) + 1, measure))
                taught.append((lessons[-1], measure))
        if lessons:
            sections.append(Section(title=one_line(title), lessons=tuple(lessons)))
    compared = tuple(contrasts(taught))
    asked = taught if request.questions else []
    return CoursePack(
        title=one_line(request.title),
        audience=one_line(request.audience),
        made_on=made_on,
        documents=tuple(
            dict.fromkeys(
                one_line(one.document.title or one.document.file_name) for _, one in taught
            )
        ),
        sections=tuple(sections),
        contrasts=compared,
        discussions=tuple(discussions(asked, compared)) if asked else (),
        checks=tuple(check for lesson, one in asked for check in checks(lesson, one)),
    )


def _measures(
    store: CorpusStore, registry: RegistryService, ids: Sequence[str]
) -> dict[str, Measure]:
    """The practices by the ids they were asked for by, which may be aliases."""
    found: dict[str, Measure] = {}
    unknown: list[str] = []
    for id_ in dict.fromkeys(ids):
        practice = store.practice(id_)
        document = store.document(practice.document_id) if practice else None
        if practice is None or document is None:
            unknown.append(id_)
        else:
            found[id_] = registry.measure(practice, document)
    if unknown:
        more = f"等 {len(unknown)} 个" if len(unknown) > NAMED else ""
        named = "、".join(f"“{one_line(id_)}”" for id_ in unknown[:NAMED])
        raise NotFound(
            f"没有编号为{named}{more}的做法或条目",
            hint="所在的文件可能已删除或重新解析；请去掉它们，或重新检索后再选",
            field="practice_ids",
        )
    return found


def _outline(request: CoursePackRequest) -> list[tuple[str, list[str]]]:
    """Titles with ids; what an outline leaves out comes last, under a title of its own."""
    sections = [(one.title, list(one.practice_ids)) for one in request.outline]
    placed = {id_ for _, ids in sections for id_ in ids}
    rest = [id_ for id_ in request.practice_ids if id_ not in placed]
    return [*sections, *([(REST if sections else "", rest)] if rest else [])]


def _lesson(number: int, measure: Measure) -> Lesson:
    practice, document = measure.practice, measure.document
    region = practice.region.name if practice.region else "地区未定"
    title = one_line(practice.title) or "（无标题）"
    known = taxonomy().by_id.get(measure.row.theme or "")
    return Lesson(
        number=number,
        practice_id=practice.id,
        kind=LABELS["kind"][practice.kind],
        region=one_line(region),
        title=title,
        heading=f"{one_line(region)}｜{title}",
        task=one_line(practice.task) if practice.task else None,
        measure=one_line(practice.measure) if practice.measure else None,
        theme=known.label if known else measure.row.theme,
        text=clean(practice.text),
        facts=facts(measure),
        doubts=tuple(one_line(doubt.message) for doubt in practice.doubts),
        citation=one_line(cite(practice, document)),
        source_url=_web(document.source_url),
    )


def _web(url: str | None) -> str | None:
    """An address that is one of the web; others are not passed on."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return one_line(url or "") if parts.scheme in ("http", "https") and parts.netloc else None
