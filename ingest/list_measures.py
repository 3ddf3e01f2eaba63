"""From the stream of a practice list to its measures: where practices begin, whose labels are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus import regions
from corpus.lookups import lookups
from corpus.model import Repair
from ingest.cleaning import clean
from ingest.list_table import Label, Table
from ingest.mapped import Mapped
from ingest.numerals import chinese_numeral

ORDINAL = re.compile(
    r"(?:^|\n|(?<=[。！？；”\"’])[ \t\u3000]*)[ \t\u3000]*(\d{1,2})[ \t]*[.．、](?!\d)\s*"
)
UNNUMBERED = re.compile(r"(?:^\s*|(?<=[。！？”\"])[ \t\u3000\n]+)(?=\S)")


@dataclass
class Start:
    """Where a practice begins in the stream: its ordinal there, and where its text begins."""

    at: int
    text_at: int
    ordinal: int | None
    edge_lost: bool


@dataclass
class Measure:
    """A measure of the table, its task, and its practices' starts."""

    task: Label | None = None
    label: Label | None = None
    starts: list[Start] = field(default_factory=list)


def find_starts(table: Table) -> list[Start]:
    """Every practice's beginning: numbered ones, and unnumbered ones where the edge is lost."""
    starts: list[Start] = []
    for match in ORDINAL.finditer(table.stream.text):
        ordinal, text_at = int(match.group(1)), match.end()
        expected = starts[-1].ordinal + 1 if starts and starts[-1].ordinal else 1
        opens = regions.leading(opening(table, text_at)) is not None
        fresh = match.start() == 0 or match.group().startswith("\n")
        if opens or (fresh and ordinal in (1, expected)):
            starts.append(Start(match.start(1), text_at, ordinal, False))
    for begin, end in table.edge_lost:
        starts.extend(_unnumbered(table, begin, end))
    return sorted(starts, key=lambda start: start.at)


def opening(table: Table, at: int, length: int = 60) -> str:
    """The clean beginning of the text at a place of the stream."""
    return clean(table.stream[at : at + length])[0].text if at < len(table.stream) else ""


def _unnumbered(table: Table, begin: int, end: int) -> list[Start]:
    """Starts by an intact or damaged region name after a full stop, where ordinals are lost."""
    found = []
    for match in UNNUMBERED.finditer(table.stream.text[begin:end]):
        at = begin + match.end()
        if ORDINAL.match(table.stream.text, at):
            continue
        head = opening(table, at)
        if regions.leading(head) or regions.repair_leading(head):
            found.append(Start(at, at, None, True))
    return found


def deal_labels(table: Table, starts: list[Start]) -> tuple[list[Measure], list[Label]]:
    """Give each run of ordinals its measure and task; labels without practices come second."""
    measures: list[Measure] = []
    empty: list[Label] = []
    pending: Label | None = None
    task: Label | None = None
    events: list[tuple[int, int, Label | Start]] = [(label.at, 0, label) for label in table.labels]
    events += [(start.at, 1, start) for start in starts]
    for _, _, event in sorted(events, key=lambda item: item[:2]):
        if isinstance(event, Start):
            pending = _take_start(event, measures, pending, task)
        elif event.kind == "task":
            task = event
        elif event.empty_row:
            empty.append(event)
        elif measures and measures[-1].label is None:
            measures[-1].label, measures[-1].task = event, task
        else:
            if pending is not None:
                empty.append(pending)
            pending = event
    return measures, empty + ([pending] if pending else [])


def _take_start(
    start: Start, measures: list[Measure], pending: Label | None, task: Label | None
) -> Label | None:
    """Begin a measure at ordinal 1, else go on with the present one; gives what is pending."""
    if start.ordinal == 1 or not measures:
        measures.append(Measure(task=task, label=pending, starts=[start]))
        return None
    measures[-1].starts.append(start)
    return pending


def repair_labels(measures: list[Measure], empty: list[Label], title: str) -> list[Repair]:
    """Settle numerals by their sequence and names by the corrections on file."""
    labels = [m.label for m in measures if m.label] + empty
    tasks = list(dict.fromkeys(id(m.task) for m in measures if m.task))
    by_id = {id(m.task): m.task for m in measures if m.task}
    repairs: list[Repair] = []
    for place, key in enumerate(tasks, start=1):
        task = by_id[key]
        if task.number is None:
            repairs.append(_settle_numeral(task, place))
        correction = lookups().heading_for(title, task.number, task.name)
        if correction:
            start = task.start
            repair = Repair(
                what="heading",
                before=task.name,
                after=correction.after,
                why=correction.why,
                start=start,
            )
            task.pieces = [Mapped(correction.after, (start or 0,) * len(correction.after))]
            task.repairs.append(repair)
            repairs.append(repair)
    for label in labels:
        if sum(map(bool, label.pieces)) > 1:
            repairs.append(
                Repair(
                    what="label",
                    before="／".join(piece.text for piece in label.pieces),
                    after=label.name,
                    why=f"标签被拆成{len(label.pieces)}行，按顺序接起",
                    start=label.start,
                )
            )
    return repairs


def _settle_numeral(task: Label, place: int) -> Repair:
    """The numeral a task must have by its place; says whether it was misread or missing."""
    before = task.misread
    task.number = place
    after = chinese_numeral(place)
    known = lookups().misread_numerals.get(before)
    if known == after:
        why = f"序号误识为“{before}”，按次序应为“{after}”"
    elif before:
        why = f"序号“{before}”认不出，按次序应为“{after}”"
    else:
        why = f"序号缺失，按次序应为“{after}”"
    repair = Repair(what="numeral", before=before, after=after, why=why, start=task.start)
    task.repairs = [repair]
    return repair
