"""A draft's clauses, their precedents in a few lines each, and the figures these state."""

from __future__ import annotations

from ui.answers import Clause, Practice, Record
from ui.records import anchor, quantity, quote_html, span_of
from ui.render import (
    UNSETTLED_REGION,
    chips_html,
    document_html,
    escaped,
    headline_end,
    passage_html,
)


def clause_html(place: int, clause: Clause) -> str:
    """The heading over the precedents of a clause: its place in the draft, and its words."""
    return (
        f'<h2 class="ts-clause" lang="zh-CN"><small>第 {place} 条</small>'
        f"{passage_html(clause.text)}</h2>"
    )


def brief_html(hit: Practice) -> str:
    """A precedent in brief: where, what, from which document; its text behind a fold."""
    end = headline_end(hit)
    headline = passage_html(hit.text, hit.highlights, 0, end) if end else escaped(hit.title)
    text = passage_html(hit.text, hit.highlights)
    link = anchor("practice", "在文件中查看", practice=hit.id)
    return (
        f'<article class="ts-hit ts-brief" lang="zh-CN">{chips_html(hit)}<h3>{headline}</h3>'
        f'<p class="ts-from">出处：{document_html(hit.document)}，{link}</p>'
        f'<details class="ts-fold"><summary>看原文（{len(hit.text)} 字）</summary>'
        f'<p class="ts-text">{text}</p></details></article>'
    )


def thresholds_html(clause: Clause) -> str:
    """The figures of a clause's precedents, region by region; nothing where there are none."""
    hits = {hit.id: hit for hit in clause.hits}
    found = [(hits[row["measure_id"]], row) for row in clause.indicators if _of(row) in hits]
    if not found:
        return ""
    body = "".join(_threshold(hit, row) for hit, row in sorted(found, key=_region_order))
    head = "".join(f'<th scope="col">{word}</th>' for word in ("地区", "对象", "数值", "原文"))
    return (
        '<div class="ts-scroll" lang="zh-CN" tabindex="0" role="region" aria-label="各地的数值">'
        f'<table class="ts-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _of(row: Record) -> str:
    return str(row.get("measure_id"))


def _region_order(found: tuple[Practice, Record]) -> tuple[str, int]:
    hit, row = found
    code = row.get("adcode") or (hit.region.adcode if hit.region else "999999")
    return str(code), span_of(row).start


def _threshold(hit: Practice, row: Record) -> str:
    region = row.get("region") or (hit.region.name if hit.region else UNSETTLED_REGION)
    per = f"（{row['per']}）" if row.get("per") else ""
    subject = escaped(row.get("subject") or "（未写明）")
    cells = (subject, escaped(quantity(row) + per), quote_html(hit.text, row))
    body = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{escaped(region)}</th>{body}</tr>'
