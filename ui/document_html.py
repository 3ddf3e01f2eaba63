"""A document's facts, its outline and what the parser made of it, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ui.answers import (
    Block,
    DocumentRef,
    Doubt,
    LeftOut,
    OutlineNode,
    ParseReport,
    Place,
    Practice,
    Repair,
)
from ui.records import anchor
from ui.render import (
    DOCUMENT_KINDS,
    chip,
    counts_html,
    doubt_html,
    escaped,
    folded_html,
    link_html,
    repair_html,
)

FACTS = {
    "issuer": "发文机关",
    "number": "文号",
    "issued_on": "印发日期",
    "region": "地区",
    "batch": "批次",
    "source_url": "来源网址",
}
DOUBTS = {
    "cut_off": "原文中断",
    "edge_lost": "边缘缺字",
    "empty": "空条目",
    "label_unreadable": "标签认不出",
    "measure_missing": "举措缺失",
    "misread": "疑似误识",
    "ordinal_gap": "序号不连续",
    "quotes_unpaired": "引号不成对",
    "region_missing": "地区没有写明",
    "region_unresolved": "地区不能确定",
    "truncated": "文件不完整",
    "unread": "没有认出",
}
REPAIRS = {
    "heading": "标题补全",
    "label": "标签接起",
    "numeral": "标题序号",
    "ordinal": "条目序号",
    "page_break": "跨页接起",
    "region": "地区名",
}
TIDIED = {"spacing", "punctuation", "tags"}  # counted over a practice, with no place of their own
NAME = 48  # characters of a practice by which it is called
NAMED = 3  # practices of a repair that are named
EXCERPT = 120  # characters of a block that stands in for the source's words


def document_html(document: DocumentRef, tag: str = "h3") -> str:
    """A document's title, region, kind and what else it states of itself."""
    counts = [
        f"{word} {count} 条"
        for word, count in (("做法", document.practices), ("条目", document.plan_items))
        if count
    ]
    facts = [document.issuer, document.number, document.issued_on and f"{document.issued_on} 印发"]
    said = "，".join(fact for fact in [*facts, *counts] if fact)
    region = chip(document.region.name, "region") if document.region else ""
    source = link_html(document.source_url, "原文链接")
    kind = chip(DOCUMENT_KINDS.get(document.kind, document.kind), "kind")
    return (
        f'<article class="ts-hit" lang="zh-CN"><p class="ts-chips">{region}{kind}</p>'
        f"<{tag}>{escaped(document.title)}</{tag}>"
        f'<p class="ts-from">{escaped(said)}{"，" * bool(said and source)}{source}</p></article>'
    )


def facts_html(document: DocumentRef) -> str:
    """What the document states, by which of its words, and what it does not."""
    said = {
        "issuer": escaped(document.issuer or ""),
        "number": escaped(document.number or ""),
        "issued_on": escaped(document.issued_on or ""),
        "region": escaped(document.region.name) if document.region else "",
        "batch": f"第 {document.batch} 批" if document.batch else "",
        "source_url": address_html(document.source_url),
    }
    items = "".join(
        f"<div><dt>{FACTS[name]}</dt><dd>{value}{_basis(document.evidence.get(name))}</dd></div>"
        for name, value in said.items()
        if value
    )
    for label, value in (("文件名", document.file_name), ("编号", document.id)):
        items += f"<div><dt>{label}</dt><dd>{escaped(value)}</dd></div>" if value else ""
    wanted = [name for name in said if name != "batch" or document.kind == "practice_list"]
    missing = "、".join(FACTS[name] for name in wanted if not said[name])
    left = f'<p class="ts-from">文件没有写明：{missing}</p>' if missing else ""
    return f'<dl class="ts-facts" lang="zh-CN">{items}</dl>{left}'


def address_html(url: str | None) -> str:
    """A web address, spelt out: as a link where it is safe to follow, else as text."""
    return link_html(url, url or "") or escaped(url or "")


def _basis(words: str | None) -> str:
    return f"<small>依据：{escaped(words)}</small>" if words else ""


# What was found


def found_html(kind: str, outline: Sequence[OutlineNode], report: ParseReport) -> str:
    """How many of everything the parser found in a document of a kind."""
    counts = [("经验做法", report.practices, "条"), ("方案条目", report.plan_items, "条")]
    counts = [each for each in counts if each[1]] or counts[:1]
    nodes = list(_nodes(outline))
    if kind == "practice_list":
        tasks = sum(bool(node.children) for node in outline)
        counts = [("工作任务", tasks, "项"), ("主要举措", len(nodes) - tasks, "项"), *counts]
        counts += [("空缺举措", len(report.empty_measures), "项")]
    else:
        counts = [("一级标题", len(outline), "个"), ("各级标题", len(nodes), "个"), *counts]
    counts += [
        ("修复", len(report.repairs), "处"),
        ("存疑", len(report.doubts), "处"),
        ("未入条目", len(report.left_out), "段"),
    ]
    return f'<div class="ts-report">{counts_html(counts)}</div>'


def _nodes(outline: Sequence[OutlineNode]) -> Iterator[OutlineNode]:
    for node in outline:
        yield node
        yield from _nodes(node.children)


def names_of(blocks: Sequence[Block]) -> dict[str, str]:
    """Practice id → its first clause, by which it is called."""
    names: dict[str, str] = {}
    for block in blocks:
        if block.practice_id and block.role != "markup":
            names.setdefault(block.practice_id, _clause(block.text))
    return names


def called(practices: Sequence[Practice]) -> dict[str, str]:
    """The same of practices."""
    return {practice.id: _clause(practice.text) for practice in practices}


def _clause(text: str) -> str:
    clause = text.strip().partition("。")[0].partition("\n")[0]
    return clause if len(clause) <= NAME else clause[:NAME] + "…"


def outline_html(outline: Sequence[OutlineNode], names: Mapping[str, str], *, linked: bool) -> str:
    """The headings as a tree with what stands below each.

    Args:
        outline: the tree.
        names: practice id → what it is called.
        linked: whether the practices can be opened; those of a preview cannot.
    """
    items = "".join(_node_html(node, names, linked) for node in outline)
    return f'<ul class="ts-outline" lang="zh-CN">{items}</ul>'


def _node_html(node: OutlineNode, names: Mapping[str, str], linked: bool) -> str:
    own = node.practice_ids
    below = outline_html(node.children, names, linked=linked) if node.children else ""
    if len(own) == 1 and names.get(own[0], "")[:6] in node.title:  # an item of a plan is a heading
        return f"<li>{_practice(own[0], node.title, linked)}{below}</li>"
    count = len(own) + sum(len(each.practice_ids) for each in _nodes(node.children))
    head = f"{escaped(node.title)}<small>{count} 条</small>"
    if not own:
        return f"<li><b>{head}</b>{below}</li>"
    items = "".join(f"<li>{_practice(id_, names.get(id_, id_), linked)}</li>" for id_ in own)
    return (
        f'<li><details class="ts-around"><summary>{head}</summary><ul>{items}</ul></details>'
        f"{below}</li>"
    )


def _practice(id_: str, name: str, linked: bool) -> str:
    return anchor("practice", name, practice=id_) if linked else escaped(name)


# What was doubted, repaired and left out


def placed(note: Doubt | Repair, blocks: Sequence[Block]) -> Place | None:
    """Where a doubt or repair stands; by the readable text where the report does not say."""
    if note.place is not None or note.start is None:
        return note.place
    for block in blocks:
        if block.start <= note.start < block.end and block.role != "markup":
            cut = "…" if len(block.text) > EXCERPT else ""
            ids = (block.practice_id,) if block.practice_id else ()
            return Place(words=block.text[:EXCERPT] + cut, practice_ids=ids)
    return None


def doubt_item(doubt: Doubt, place: Place | None, names: Mapping[str, str], *, linked: bool) -> str:
    """A doubt, beside its source text."""
    kind = chip(DOUBTS.get(doubt.code, "存疑"), "unsettled")
    return _beside(f"{kind} {doubt_html(doubt)}", place, names, linked, "")


def repair_item(
    repair: Repair, place: Place | None, names: Mapping[str, str], *, linked: bool
) -> str:
    """A repair, beside its source text."""
    kind = chip(REPAIRS.get(repair.what, "修复"), "kind")
    missing = "（缺）" if not repair.before.strip() else ""
    return _beside(f"{kind} {repair_html(repair)}", place, names, linked, missing)


def tidied_items(repairs: Sequence[Repair], names: Mapping[str, str], *, linked: bool) -> list[str]:
    """Spaces, punctuation and tags put in order, one item for each practice."""
    by_practice: dict[tuple[str, ...], list[str]] = {}
    for repair in repairs:
        ids = repair.place.practice_ids if repair.place else ()
        by_practice.setdefault(ids, []).append(escaped(repair.why or repair.after))
    return [
        "；".join(dict.fromkeys(whys)) + _practices(ids, names, linked)
        for ids, whys in by_practice.items()
    ]


def _beside(
    said: str, place: Place | None, names: Mapping[str, str], linked: bool, missing: str
) -> str:
    ids = place.practice_ids if place else ()
    note = f"<div>{said}{_practices(ids, names, linked)}</div>"
    return f'<div class="ts-beside">{note}{excerpt_html(place, missing)}</div>'


def _practices(ids: Sequence[str], names: Mapping[str, str], linked: bool) -> str:
    if not ids:
        return ""
    shown = "、".join(_practice(id_, names.get(id_, id_), linked) for id_ in ids[:NAMED])
    more = f" 等 {len(ids)} 条" if len(ids) > NAMED else ""
    return f'<p class="ts-from">所在条目：{shown}{more}</p>'


def excerpt_html(place: Place | None, missing: str = "") -> str:
    """The source's words with those in question marked.

    Args:
        place: where; nothing is shown where there is none.
        missing: what stands for the words where the source has none.
    """
    if place is None or not (place.before + place.words + place.after).strip():
        return ""
    words = f"<mark>{escaped(place.words)}</mark>" if place.words else ""
    words = words or (f'<span class="ts-gap">{missing}</span>' if missing else "")
    before, after = escaped(place.before), escaped(place.after)
    return (
        '<blockquote class="ts-quote ts-excerpt" aria-label="原文">'
        f"{'…' * bool(before)}{before}{words}{after}{'…' * bool(after)}</blockquote>"
    )


def left_out_item(part: LeftOut) -> str:
    """Text that came into no practice, whole, and why."""
    return f"<small>{escaped(part.why)}</small>{folded_html(part.text, ())}"
