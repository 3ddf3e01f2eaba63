"""The registry in pictures: what is counted, and the charts of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from ui.answers import Column, Record, ThemeNode
from ui.parts import notice, small
from ui.render import LEVELS, escaped, plain

UNSETTLED, UNSORTED = "地区未定", "未归类"
INK = "#1d2723"
LEVEL_COLOURS = {
    LEVELS["province"]: "#1f6b57",
    LEVELS["city"]: "#5fa98f",
    LEVELS["county"]: "#c9a23f",
    UNSETTLED: "#8a958f",
}
# The parts of a bar are told apart by colour, and by name in the legend and on hovering.
PALETTE = (
    "#1f6b57", "#c9a23f", "#1c4b82", "#a14a76", "#5fa98f", "#8c5a2b", "#6b7fb8", "#b5651d",
    "#4f8f9d", "#7a5ea8", "#8a958f",
)  # fmt: skip
PERCENT = "%"
SIZES = (
    "1–9", "10–99", "100–999", "1千–1万", "1万–10万", "10万–100万", "100万–1千万", "1千万–1亿",
    "1亿及以上",
)  # fmt: skip
Pair = tuple[str, str]  # a bar and a part of it
Show = Callable[[str, Sequence[Record]], None]
PICKED = "picked"  # the parameter of a chart that says what was clicked


def level_of(adcode: str | None) -> str:
    """The level of a division, as its code says: 440000, 440100, 440106."""
    if not adcode:
        return UNSETTLED
    return LEVELS[
        "province" if adcode[2:] == "0000" else "city" if adcode[4:] == "00" else "county"
    ]


def size_of(value: float, unit: str) -> str:
    """The size of a figure: percentages in tens, all else in powers of ten."""
    if unit == PERCENT:
        return (
            "100% 及以上"
            if value >= 100
            else f"{value // 10 * 10:.0f}–{value // 10 * 10 + 10:.0f}%"
        )
    return SIZES[min(len(str(int(value))), len(SIZES)) - 1] if value >= 1 else "不足 1"


def figure(row: Record) -> float | None:
    """The one number by which an indicator is placed among others of its unit."""
    for name in ("value", "after", "high", "low"):
        if (value := row.get(name)) is not None:
            return float(value)
    return None


def stacked(pairs: Iterable[Pair], parts: Sequence[str]) -> list[dict[str, str | int]]:
    """How often each bar occurs with each part, in the order of the pairs."""
    return [
        {"bar": plain(bar), "part": part, "place": parts.index(part), "count": count}
        for (bar, part), count in Counter(pairs).items()
    ]


def charts(
    measures: Sequence[Record],
    instruments: Sequence[Record],
    indicators: Sequence[Record],
    themes: Sequence[ThemeNode],
    columns: Mapping[str, Sequence[Column]],
    show: Show,
) -> None:
    """The three charts, of rows that meet the filters.

    Args:
        measures: rows of the measures.
        instruments: rows of the instruments.
        indicators: rows of the indicators.
        themes: the taxonomy.
        columns: table → its columns.
        show: given a table and some of its rows, lists them under the chart they were picked in.
    """
    if not measures:
        notice("info", "没有符合筛选条件的做法和条目", "请在左侧的筛选中放宽条件。")
        return
    label = {child.id: child.label for node in themes for child in node.children}
    above = {child.id: node.label for node in themes for child in node.children}
    theme = {str(row["id"]): str(row["theme"]) for row in measures}
    _bars(
        f"做法和条目：按主题和地区层级（{len(measures):,} 条）",
        [(label.get(row["theme"], UNSORTED), level_of(row["adcode"])) for row in measures],
        LEVEL_COLOURS,
        lambda picked: show("measures", _those(measures, picked)),
    )
    types = _codes(columns["instruments"], "type")
    uppers = [*(node.label for node in themes), UNSORTED]
    _bars(
        f"政策工具：按类型和上级主题（{len(instruments):,} 处）",
        [
            (
                types.get(row["type"], row["type"]),
                above.get(theme.get(row["measure_id"], ""), UNSORTED),
            )
            for row in instruments
        ],
        dict(zip(uppers, PALETTE, strict=False)),
        lambda picked: show("instruments", _those(instruments, picked)),
    )
    _figures(indicators, _codes(columns["indicators"], "kind"), show)


def _those(rows: Sequence[Record], places: Iterable[int]) -> list[Record]:
    return [rows[place] for place in places]


def _figures(indicators: Sequence[Record], kinds: Mapping[str, str], show: Show) -> None:
    units = Counter(str(row["unit"]) for row in indicators if row["unit"])
    if not units:
        return
    commonest = [unit for unit, _ in units.most_common(20)]
    asked = str(st.session_state.get("chart-unit"))
    unit = asked if asked in units else commonest[0]
    rows = [row for row in indicators if row["unit"] == unit and figure(row) is not None]
    rows.sort(key=lambda row: figure(row) or 0.0)
    _bars(
        f"指标：数值的大小和类型（单位：{plain(unit)}，{len(rows):,} 个）",
        [(size_of(figure(row) or 0.0, unit), kinds.get(row["kind"], row["kind"])) for row in rows],
        dict(zip(kinds.values(), PALETTE, strict=False)),
        lambda picked: show("indicators", _those(rows, picked)),
        by_count=False,
    )
    st.selectbox(
        "换一种单位",
        commonest,
        format_func=lambda each: f"{plain(each)}（{units[each]}）",
        key="chart-unit",
        width=240,
    )


def _codes(columns: Sequence[Column], name: str) -> Mapping[str, str]:
    return next((column.codes for column in columns if column.name == name), {})


def _key_html(parts: Sequence[tuple[str, str]]) -> str:
    """What the colours of a chart mean; a colour is one of ours."""
    keys = "".join(
        f'<span><i style="background:{colour}"></i>{escaped(part)}</span>' for part, colour in parts
    )
    return f'<p class="ts-key" lang="zh-CN">{keys}</p>'


def _bars(
    title: str,
    pairs: Sequence[Pair],
    colours: Mapping[str, str],
    show: Callable[[list[int]], None],
    *,
    by_count: bool = True,
) -> None:
    """Horizontal bars in parts of their own colours, under a title that is text.

    Args:
        title: over the bars.
        pairs: a bar and a part of it for each row.
        colours: part → colour.
        show: given the places of the rows in the part that was clicked.
        by_count: the longest bar first; else as they come.
    """
    parts = [part for part in colours if any(part == found for _, found in pairs)]
    totals = Counter(plain(bar) for bar, _ in pairs)
    order = [bar for bar, _ in totals.most_common()] if by_count else list(totals)
    axis = {"title": None, "labelColor": INK, "labelFontSize": 13, "labelLimit": 190}
    spec = {
        "mark": {"type": "bar", "cursor": "pointer"},
        "params": [{"name": PICKED, "select": {"type": "point", "fields": ["bar", "part"]}}],
        "height": {"step": 24},
        "encoding": {
            "y": {"field": "bar", "type": "nominal", "sort": order, "axis": axis},
            "x": {
                "field": "count",
                "type": "quantitative",
                "axis": {**axis, "tickMinStep": 1},
            },
            "color": {
                "field": "part",
                "type": "nominal",
                "scale": {"domain": parts, "range": [colours[part] for part in parts]},
                "legend": None,
            },
            "order": {"field": "place", "type": "quantitative"},
            "tooltip": [
                {"field": "bar", "title": "名称"},
                {"field": "part", "title": "其中"},
                {"field": "count", "title": "条数"},
            ],
        },
    }
    st.subheader(title, anchor=False)
    st.html(_key_html([(part, colours[part]) for part in parts]))
    event = st.vega_lite_chart(
        stacked(pairs, parts),
        spec,
        key=f"chart-{title}",
        on_select="rerun",
        selection_mode=PICKED,
        alt=title,
    )
    picked = {(one.get("bar"), one.get("part")) for one in event["selection"].get(PICKED, [])}
    places = [i for i, (bar, part) in enumerate(pairs) if (plain(bar), part) in picked]
    if places:
        show(places)
    else:
        small("点色块，列出其中的每一条，再看原文依据。")
