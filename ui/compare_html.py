"""A comparison as HTML: the matrix, regions side by side, gaps, and the tiles.

Every word comes escaped through ``ui.render``. Links are addresses of the same page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from urllib.parse import urlencode

from ui.answers import Record
from ui.compare_answers import Cell, Column, CompareAnswer, Detail, Gap, Row
from ui.compare_state import CompareState
from ui.records import as_of, quantity
from ui.render import LEVELS, escaped
from ui.tiles import TILES

STEPS = (1, 2, 4, 8, 16)  # counts from which on a cell is darker
ACROSS = 8  # regions that still stand side by side as columns
NAMES = 8  # organisations or words of one kind that are shown
FEW = 5  # practices under which a gap says little
NOTHING = '<span class="ts-none">—</span>'


def heat(count: int) -> str:
    """The class of a cell's colour."""
    return f"ts-heat-{sum(count >= step for step in STEPS)}"


def counted_html(answer: CompareAnswer, state: CompareState) -> str:
    """How much is in the matrix, and what is not."""
    left = []
    if answer.unsettled:
        label = f"地区未确定的 {answer.unsettled} 条"
        left.append(go_html(state.opening("unsettled"), label, "ts-evidence"))
    if answer.unthemed:
        left.append(f"没有主题的 {answer.unthemed} 条")
    rest = f"；{'、'.join(left)}不在其中" if left else ""
    none = len(answer.themes) - len(present(answer, state))
    empty = f"这里都没有的 {none} 个主题见“空白”。" if none else ""
    rows = sum(bool(row.total) for row in answer.regions)
    return (
        f'<p class="ts-summary" lang="zh-CN"><b>{rows}</b> 个地区，'
        f"<b>{answer.total}</b> 条做法和方案条目，按主要主题各计一次{rest}。{empty}"
        "点数字看依据。</p>"
    )


def legend_html(*, also: bool = True) -> str:
    """What the colours say, and the sign of what is not counted."""
    ends = [*(step - 1 for step in STEPS[1:]), None]
    names = [
        f"{low}" if high == low else f"{low}—{high}" if high else f"{low} 及以上"
        for low, high in zip(STEPS, ends, strict=True)
    ]
    keys = "".join(
        f'<span class="ts-key {heat(low)}">{name}</span>'
        for low, name in zip(STEPS, names, strict=True)
    )
    sign = "<span>○ 没有以它为主要主题的条目，但有条目兼及</span>" if also else ""
    return f'<p class="ts-legend" lang="zh-CN"><span>条数</span>{keys}{sign}</p>'


def go_html(state: CompareState, label: str, look: str = "", title: str = "") -> str:
    """A link to a state of the page; ``label`` is HTML already."""
    query = escaped(urlencode(state.params(), doseq=True))
    said = f' aria-label="{escaped(title)}" title="{escaped(title)}"' if title else ""
    return f'<a class="ts-go {look}" href="?{query}" target="_self"{said}>{label}</a>'


def matrix_html(answer: CompareAnswer, state: CompareState) -> str:
    """The matrix; regions are columns while they are few, which reads better on a phone."""
    themes = present(answer, state)
    if len(answer.regions) <= ACROSS:
        table = f'<table class="ts-matrix ts-across">{_across(answer, themes, state)}</table>'
    else:
        table = f'<table class="ts-matrix">{_down(answer, themes, state)}</table>'
    return f'<div class="ts-frame" lang="zh-CN" tabindex="0">{table}</div>'


def present(answer: CompareAnswer, state: CompareState) -> list[Column]:
    """The themes that these regions touch; all that were chosen."""
    touched = {cell.theme for cell in answer.cells}
    return [theme for theme in answer.themes if state.themes or theme.id in touched]


def _across(answer: CompareAnswer, themes: Sequence[Column], state: CompareState) -> str:
    """Themes down, regions across."""
    heads = "".join(f'<th scope="col">{_row_head(row, state)}</th>' for row in answer.regions)
    rows = [f'<thead><tr><th scope="col">主题</th>{heads}</tr></thead><tbody>']
    for parent, below in _by_parent(themes):
        if parent:
            span = len(answer.regions) + 1
            rows.append(
                f'<tr class="ts-parent"><th scope="colgroup" colspan="{span}">'
                f"{escaped(parent)}</th></tr>"
            )
        for theme in below:
            cells = "".join(_cell(answer, row, theme, state) for row in answer.regions)
            rows.append(f'<tr><th scope="row">{_column_head(theme, state)}</th>{cells}</tr>')
    return "".join(rows) + "</tbody>"


def _down(answer: CompareAnswer, themes: Sequence[Column], state: CompareState) -> str:
    """Regions down, themes across; what is above the themes stands over them."""
    over = ""
    if any(theme.parent for theme in themes):
        spans = "".join(
            f'<th scope="colgroup" colspan="{len(below)}">{escaped(parent)}</th>'
            for parent, below in _by_parent(themes)
        )
        over = f'<tr class="ts-parent"><td></td>{spans}</tr>'
    tall = ' class="ts-tall"' if over else ""
    heads = "".join(f'<th scope="col"{tall}>{_column_head(theme, state)}</th>' for theme in themes)
    rows = [f'<thead>{over}<tr><th scope="col">地区</th>{heads}</tr></thead><tbody>']
    for row in answer.regions:
        cells = "".join(_cell(answer, row, theme, state) for theme in themes)
        rows.append(f'<tr><th scope="row">{_row_head(row, state)}</th>{cells}</tr>')
    return "".join(rows) + "</tbody>"


def _by_parent(themes: Iterable[Column]) -> Iterable[tuple[str, list[Column]]]:
    for parent, group in groupby(themes, lambda one: one.parent.label if one.parent else ""):
        yield parent, list(group)


def _row_head(row: Row, state: CompareState) -> str:
    name = escaped(row.name)
    if not row.total:
        return f"{name}<small>{'0 条' if row.in_corpus else '库中没有'}</small>"
    label = f"{name}<small>{row.total} 条</small>"
    return go_html(state.opening("cell", row.adcode), label, title=f"{row.name}的 {row.total} 条")


def _column_head(theme: Column, state: CompareState) -> str:
    label = f"{escaped(theme.label)}<small>{theme.total}</small>"
    if not theme.total:
        return label
    title = f"{theme.label}的 {theme.total} 条"
    return go_html(state.opening("cell", theme=theme.id), label, title=title)


def _cell(answer: CompareAnswer, row: Row, theme: Column, state: CompareState) -> str:
    cell = answer.by_place.get((row.adcode, theme.id))
    if cell is None:
        return '<td class="ts-heat-0"></td>'
    shown = str(cell.count) if cell.count else "<small>○</small>"
    title = f"{row.name}，{theme.label}：{_said(cell)}"
    opening = state.opening("cell", row.adcode, theme.id)
    return f'<td class="{heat(cell.count)}">{go_html(opening, shown, title=title)}</td>'


def _said(cell: Cell) -> str:
    also = f"兼及 {len(cell.also_ids)} 条" if cell.also_ids else ""
    return "，".join(part for part in (f"{cell.count} 条" if cell.count else "", also) if part)


def sides_html(
    answer: CompareAnswer, rows: Sequence[Row], theme: Column, state: CompareState
) -> str:
    """Regions side by side on one theme, field by field; fields nobody states are left out."""
    found = {each.adcode: each for each in answer.details if each.theme == theme.id}
    heads = "".join(
        f'<th scope="col">{escaped(row.name)}'
        f"{_evidence(answer, found.get(row.adcode), row, theme, state)}</th>"
        for row in rows
    )
    lines = []
    for label, field in FIELDS:
        said = [field(found[row.adcode]) if row.adcode in found else "" for row in rows]
        if any(said):
            # Of a region without such a practice there is no text that could say it.
            shown = [
                each or (NOTHING if row.adcode in found else "")
                for row, each in zip(rows, said, strict=True)
            ]
            cells = "".join(
                f'<td data-place="{escaped(row.label)}">{each}</td>'
                for row, each in zip(rows, shown, strict=True)
            )
            lines.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    return (
        f'<section class="ts-sides" lang="zh-CN"><h3>{escaped(theme.label)}</h3><table>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></section>"
    )


def _evidence(
    answer: CompareAnswer, detail: Detail | None, row: Row, theme: Column, state: CompareState
) -> str:
    if detail is None:
        cell = answer.by_place.get((row.adcode, theme.id))
        if cell is None:
            return "<small>没有条目</small>"
        opening = state.opening("cell", row.adcode, theme.id)
        return go_html(opening, "○ 只有兼及的条目", "ts-evidence", f"{row.name}，{_said(cell)}")
    count = len(detail.practice_ids)
    title = f"{row.name}，{theme.label}：{count} 条"
    opening = state.opening("cell", row.adcode, theme.id)
    return go_html(opening, f"{count} 条依据", "ts-evidence", title)


def _actors(detail: Detail) -> str:
    """Who acts, by role; who leads comes first."""
    return "".join(
        f"<p><b>{escaped(label)}</b> {_listed([one.name for one in group])}</p>"
        for label, group in groupby(detail.actors, lambda one: one.label)
    )


def _instruments(detail: Detail) -> str:
    return "".join(
        f"<p><b>{escaped(one.label)}</b> {_listed(one.words)}</p>" for one in detail.instruments
    )


def _platforms(detail: Detail) -> str:
    return _listed([one.name for one in detail.platforms])


def _figures(detail: Detail) -> str:
    return "".join(f"<p>{figure_html(row)}</p>" for row in detail.indicators[:NAMES]) + (
        f'<p class="ts-none">等 {len(detail.indicators)} 个</p>'
        if len(detail.indicators) > NAMES
        else ""
    )


FIELDS: tuple[tuple[str, Callable[[Detail], str]], ...] = (
    ("谁来做", _actors),
    ("政策工具", _instruments),
    ("数字", _figures),
    ("平台", _platforms),
)


def _listed(names: Iterable[str]) -> str:
    every = [" ".join(name.split()) for name in names]
    more = f"等 {len(every)} 个" if len(every) > NAMES else ""
    return escaped("、".join(every[:NAMES])) + more


def figure_html(row: Record) -> str:
    """A row of the registry's indicators in a line: of what, how much, where, when."""
    subject = f"{escaped(str(row['subject']))} " if row.get("subject") else ""
    notes = (row.get("per"), row.get("region"), as_of(row.get("as_of")))
    said = "，".join(str(note) for note in notes if note)
    after = f"<small>（{escaped(said)}）</small>" if said else ""
    return f"{subject}<b>{escaped(quantity(row))}</b>{after}"


def gaps_html(
    gaps: Sequence[Gap],
    row: Row,
    themes: Mapping[str, Column],
    names: Mapping[str, str],
    state: CompareState,
) -> str:
    """What a region lacks, each with who has it.

    Args:
        gaps: of this region, what most others have first.
        row: the region.
        themes: by id.
        names: adcode → name of the regions that may have it.
        state: of the page.
    """
    items = "".join(_gap(gap, row, themes[gap.theme], names, state) for gap in gaps)
    level = LEVELS.get(row.level, "")
    few = "，条数少，空白说明不了什么" if row.in_corpus < FEW else ""
    return (
        f'<section class="ts-gaps" lang="zh-CN"><h3>{escaped(row.name)}'
        f"<small>库中有 {row.in_corpus} 条，与 {row.peers} 个{level}地区比{few}</small></h3>"
        f"<ul>{items}</ul></section>"
    )


def _gap(gap: Gap, row: Row, theme: Column, names: Mapping[str, str], state: CompareState) -> str:
    opening = state.opening("gap", row.adcode, gap.theme)
    title = f"看其他地区“{theme.label}”的 {len(gap.practice_ids)} 条"
    held = escaped("、".join(names.get(code, code) for code in gap.held_by))
    label = f"{escaped(theme.label)}<small>{len(gap.held_by)} 个地区在做</small>"
    return f"<li>{go_html(opening, label, title=title)}<p>{held}</p></li>"


def tiles_html(answer: CompareAnswer, state: CompareState, counted: str) -> str:
    """The provinces as tiles, darker the more they have; in words what the colours say.

    Args:
        answer: of all provinces.
        state: of the page.
        counted: what is counted, in words.
    """
    totals = {row.adcode: row for row in answer.regions}
    tiles = []
    for tile in TILES:
        row = totals.get(tile.adcode)
        count = row.total if row else 0
        label = f'<span>{tile.label}<b class="ts-unseen">0 条</b></span>'
        if row and count:
            opening = state.opening("map", tile.adcode)
            title = f"{row.name}：{count} 条"
            label = go_html(opening, f"{tile.label}<b>{count}</b>", title=title)
        place = f"grid-row:{tile.row};grid-column:{tile.column}"
        tiles.append(f'<li class="{heat(count)}" style="{place}">{label}</li>')
    name = escaped(f"各省条数：{counted}")
    return f'<ul class="ts-tiles" lang="zh-CN" aria-label="{name}">{"".join(tiles)}</ul>'
