"""Practice lists (可复制经验做法清单): tables of task, measure and practices, as they really are.

The rows of all pages are laid end to end as one stream of practice text, with the label cells as
events at places in it. Ordinals cut the stream into practices, and restart with each measure, so
they and not the drifting labels say where a measure begins; labels are then dealt out in order:

- a label seen before a practice 1 names the measure that begins there, even when the tail of the
  previous practice stands between (a page's first row);
- a measure that begins without a label takes the next one (the cell drifted down the page);
- a label followed by another without a practice 1 between is a measure without practices.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from corpus import regions
from corpus.model import Doubt, Practice, Region, Repair
from corpus.model import Source as Place
from ingest.cleaning import clean
from ingest.ledger import Claim, Ledger
from ingest.list_measures import Measure, Start, deal_labels, find_starts, opening, repair_labels
from ingest.list_table import Table, read_table
from ingest.mapped import Mapped
from ingest.numerals import chinese_numeral
from ingest.source import SourceFile

# 一 twice between words of equal weight within quotes: 课程教学一技能竞赛一企业考证.
MISREAD_DASH = re.compile(
    r"(?<=[“\"])[^“”\"，。、]{2,8}一[^“”\"，。、]{2,8}一[^“”\"，。、]{2,8}(?=[”\"])"
)
SENTENCE_END = re.compile(r"[。！？；：…”’）)\"]$")


@dataclass(frozen=True)
class ListParse:
    """What a practice list yields."""

    practices: tuple[Practice, ...]
    measures: tuple[tuple[str | None, str | None, tuple[str, ...]], ...]
    empty_measures: tuple[str, ...]
    repairs: tuple[Repair, ...]
    doubts: tuple[Doubt, ...]


def parse_list(source: SourceFile, document_id: str, title: str, ledger: Ledger) -> ListParse:
    """All practices of a list in source order.

    Every character of the table is claimed in ``ledger``; the caller has claimed the title.
    """
    table, doubts = read_table(source, ledger)
    starts = find_starts(table)
    measures, empty = deal_labels(table, starts)
    repairs = repair_labels(measures, empty, title)
    builder = _Builder(source, document_id, table, ledger)
    practices, outline = builder.build(measures)
    return ListParse(
        practices=tuple(practices),
        measures=tuple(outline),
        empty_measures=tuple(label.name for label in empty),
        repairs=tuple(repairs),
        doubts=tuple(doubts + builder.doubts),
    )


class _Builder:
    def __init__(self, source: SourceFile, document_id: str, table: Table, ledger: Ledger) -> None:
        self.source, self.document_id = source, document_id
        self.table, self.ledger = table, ledger
        self.doubts: list[Doubt] = []
        self.misread: dict[str, str] = {}
        self._ids: Counter[str] = Counter()

    def build(
        self, measures: list[Measure]
    ) -> tuple[list[Practice], list[tuple[str | None, str | None, tuple[str, ...]]]]:
        """Practices in order, and for each measure its headings, practice ids and place."""
        ends = self._ends(measures)
        self._learn_misreadings(measures)
        practices: list[Practice] = []
        outline = []
        for index, measure in enumerate(measures, start=1):
            ids = []
            numbers = (
                (measure.task.number if measure.task else None) or 0,
                (measure.label.number if measure.label else None) or index,
            )
            path = _path(measure)
            previous = 0
            for start in measure.starts:
                if not clean(self.table.stream[start.text_at : ends[start.at]])[0]:
                    self._empty(start)
                    continue
                practice = self._practice(
                    measure, start, ends[start.at], path, numbers, previous, len(practices)
                )
                previous = practice.ordinal or previous + 1
                practices.append(practice)
                ids.append(practice.id)
            if not ids:
                continue
            outline.append((_task_path(measure), _measure_path(measure), tuple(ids)))
        return practices, outline

    def _empty(self, start: Start) -> None:
        """An ordinal with nothing after it is no practice; somebody should look."""
        place = self.table.stream.at[start.at]
        message = f"序号{start.ordinal}之后没有文字"
        self.doubts.append(Doubt(code="empty", message=message, start=place, end=place + 1))

    def _ends(self, measures: list[Measure]) -> dict[int, int]:
        """Where each practice's text ends: at the next practice's start."""
        places = [start.at for measure in measures for start in measure.starts]
        return dict(pairwise([*places, len(self.table.stream)]))

    def _learn_misreadings(self, measures: list[Measure]) -> None:
        """Characters that a damaged name, settled beyond doubt, shows to be misread."""
        for measure in measures:
            for start in measure.starts:
                head = opening(self.table, start.text_at)
                damaged = None if regions.leading(head) else regions.repair_leading(head)
                if damaged and damaged.region:
                    self.misread.update(damaged.misread)

    def _practice(
        self,
        measure: Measure,
        start: Start,
        end: int,
        path: tuple[str, ...],
        numbers: tuple[int, int],
        previous: int,
        sequence: int,
    ) -> Practice:
        raw = self.table.stream[start.text_at : end]
        text, repairs = clean(raw)
        doubts: list[Doubt] = []
        ordinal = start.ordinal
        if ordinal is None:
            ordinal = previous + 1
            repairs.append(
                Repair(what="ordinal", before="", after=str(ordinal), start=text.start,
                       why="此页左侧残缺，序号按次序补出")
            )  # fmt: skip
        elif ordinal != previous + 1:
            doubts.append(
                Doubt(code="ordinal_gap", start=text.start, end=text.end,
                      message=f"序号{ordinal}不接前一条的{previous}，其间可能缺条")
            )  # fmt: skip
        region, length, text = self._region(text, repairs, doubts)
        repairs.extend(self._page_breaks(start.text_at, end))
        doubts.extend(self._damage(text, start))
        if measure.task:
            repairs.extend(r for r in measure.task.repairs if r.what == "heading")
        if measure.label is None:
            doubts.append(Doubt(code="measure_missing", message="没有找到它所属的主要举措"))
        practice_id = self._unique(f"{self.document_id}.{numbers[0]}.{numbers[1]}.{ordinal}")
        spans = _join_over_markup(self.source.text, text.spans(self.source.text))
        practice = Practice(
            id=practice_id,
            document_id=self.document_id,
            kind="practice",
            task=measure.task.name if measure.task else None,
            measure=measure.label.name if measure.label else None,
            path=path,
            ordinal=ordinal,
            region=region,
            title=_title(text.text, length),
            text=text.text,
            source=Place(start=spans[0][0], end=spans[-1][1], spans=spans),
            sequence=sequence,
            repairs=tuple(repairs),
            doubts=tuple(doubts),
        )
        claim = Claim("practice", practice_id, text)
        self.ledger.claim(
            self.table.stream[start.at : end].keep(lambda _, c: not c.isspace()), claim
        )
        return practice

    def _unique(self, practice_id: str) -> str:
        """Numbers that repeat in a damaged table are told apart by a further one."""
        self._ids[practice_id] += 1
        count = self._ids[practice_id]
        return practice_id if count == 1 else f"{practice_id}-{count}"

    def _region(
        self, text: Mapped, repairs: list[Repair], doubts: list[Doubt]
    ) -> tuple[Region | None, int, Mapped]:
        """The region a practice opens with, the length of its name, and the text with it mended."""
        found = regions.leading(text.text)
        if found:
            return found[0], found[1], text
        damaged = regions.repair_leading(text.text, self.misread)
        if damaged is None:
            doubts.append(
                Doubt(code="region_missing", start=text.start, end=text.end,
                      message="开头没有地区名，地区未定")
            )  # fmt: skip
            return None, 0, text
        written = text.text[: damaged.length]
        if damaged.region is None:
            doubts.append(
                Doubt(code="region_unresolved",
                      start=text.start, end=text.at[damaged.length - 1] + 1,
                      candidates=tuple(r.name for r in damaged.candidates),
                      message=f"地区名“{written}”残缺，不能确定；{damaged.why}")
            )  # fmt: skip
            return None, damaged.length, text
        name = damaged.region.name
        repairs.append(
            Repair(what="region", before=written, after=name, why=damaged.why, start=text.start)
        )
        return damaged.region, len(name), text.replace(0, damaged.length, name)

    def _page_breaks(self, start: int, end: int) -> list[Repair]:
        """One repair for each page break inside the practice."""
        stream = self.table.stream
        return [
            Repair(what="page_break", before=stream.text[max(start, page - 6) : page].strip(),
                   after=stream.text[page : page + 6].strip(), start=stream.at[page],
                   why="此处跨页，去掉重复的表头后接起")
            for page in self.table.pages
            if stream.text[start:page].strip() and stream.text[page:end].strip()
        ]  # fmt: skip

    def _damage(self, text: Mapped, start: Start) -> list[Doubt]:
        doubts = []
        if not SENTENCE_END.search(text.text):
            doubts.append(
                Doubt(code="cut_off", start=text.at[-1], end=text.end,
                      message=f"句子在“{text.text[-8:]}”处中断，原文缺失，照录")
            )  # fmt: skip
        if text.text.count('"') % 2 or text.text.count("“") != text.text.count("”"):
            doubts.append(
                Doubt(code="quotes_unpaired", start=text.start, end=text.end,
                      message="引号不成对，可能缺字，照录")
            )  # fmt: skip
        for match in MISREAD_DASH.finditer(text.text):
            doubts.append(
                Doubt(code="misread",
                      start=text.at[match.start()], end=text.at[match.end() - 1] + 1,
                      candidates=(match.group().replace("一", "—"),),
                      message=f"“{match.group()}”里的“一”可能是破折号误识，照录")
            )  # fmt: skip
        if start.edge_lost:
            doubts.append(
                Doubt(code="edge_lost", start=text.start, end=text.end,
                      message="此页左侧残缺，每行开头可能缺字，照录")
            )  # fmt: skip
        return doubts


def _path(measure: Measure) -> tuple[str, ...]:
    """The headings above a practice with their numerals: 二、…, （三）…"""
    heads = (_task_path(measure), _measure_path(measure))
    return tuple(head for head in heads if head is not None)


def _task_path(measure: Measure) -> str | None:
    task = measure.task
    if task is None:
        return None
    return (f"{chinese_numeral(task.number)}、" if task.number else "") + task.name


def _measure_path(measure: Measure) -> str | None:
    label = measure.label
    if label is None:
        return None
    return (f"（{chinese_numeral(label.number)}）" if label.number else "") + label.name


def _title(text: str, region_length: int) -> str:
    """The leading clause after the region, without its full stop; at most 80 characters."""
    rest = text[region_length:].lstrip("，,：: ")
    sentence = re.split(r"[。！？；\n]", rest, maxsplit=1)[0] or text
    return sentence if len(sentence) <= 80 else sentence[:79] + "…"


def _join_over_markup(
    source: str, spans: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """Join stretches between which stand only tags and white space."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not re.sub(r"<[^<>]*>|\s", "", source[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
