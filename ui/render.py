"""Text of documents as HTML that shows it and does nothing else.

Titles, passages and every other word that came out of a document reach the page through this
module only: escaped, inside tags and attributes that are written here. They never pass through
Markdown, where a document could bring links, images, formulas or icons of its own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from ui.answers import (
    Block,
    DocumentRef,
    Doubt,
    Group,
    Match,
    Practice,
    QueryReading,
    Repair,
    Span,
)

LEVELS = {"province": "省级", "city": "市级", "county": "县级"}
READINGS = {
    "region": "地区",
    "exclude_region": "排除",
    "level": "层级",
    "year": "年份",
    "number": "文号",
    "phrase": "原词",
    "expansion": "同查",
}
SHOWN_WORDS = 3  # of an expansion
KINDS = {"practice": "经验做法", "plan_item": "方案条目"}
DOCUMENT_KINDS = {"practice_list": "经验做法清单", "plan": "方案、意见类文件"}
UNSETTLED_REGION = "地区未确定"
AROUND_LIMIT = 300  # blocks shown at most before and after a practice
FOLD_FROM, FOLD_TO, FOLD_LEAST = 110, 200, 50

# Controls, lone surrogates (which cannot be sent) and the marks that reverse reading order, by
# which a text could be made to read differently from what it says.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_MARKS = re.compile(r"[\\`*_{}\[\]()#+\-.!~$:|<>&^=]")
_SENTENCE_END = re.compile("[。！？；]")
_CLAUSE_END = re.compile("[，、：]")


_THEN = " \u203a "


def plain(text: str) -> str:
    """The text with what cannot be shown honestly replaced, one U+FFFD for one character."""
    return _UNSHOWABLE.sub("\ufffd", text)


def escaped(text: str) -> str:
    """The text as HTML character data, also safe inside a double-quoted attribute."""
    return html.escape(plain(text), quote=True)


def unmarked(text: str) -> str:
    """The text for a label that Streamlit would read as Markdown: every mark stands for itself."""
    return _MARKS.sub(r"\\\g<0>", plain(text))


def reading_label(reading: QueryReading) -> str:
    """What was read from the query, in a few words, as Markdown."""
    label = reading.label
    if reading.kind == "expansion":
        words = label.split("、")
        more = "…" if len(words) > SHOWN_WORDS else ""
        label = f"{reading.words} → {'、'.join(words[:SHOWN_WORDS])}{more}"
    return f"{READINGS.get(reading.kind, '理解')} {unmarked(label)}"


def passage_html(
    text: str, highlights: Iterable[Span] = (), start: int = 0, end: int | None = None
) -> str:
    """``text[start:end]`` as HTML, with the highlighted stretches in ``<mark>``.

    Highlights index the whole of ``text``; those that overlap, run over or stand in any order
    are put right. Line ends become ``<br>``.
    """
    end = len(text) if end is None else min(end, len(text))
    parts: list[str] = []
    at = start
    for left, right in _merged(highlights, start, end):
        parts += [escaped(text[at:left]), "<mark>", escaped(text[left:right]), "</mark>"]
        at = right
    parts.append(escaped(text[at:end]))
    return "".join(parts).replace("\n", "<br>")


def _merged(highlights: Iterable[Span], start: int, end: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in sorted((max(h.start, start), min(h.end, end)) for h in highlights):
        if left >= right:
            continue
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def fold_at(text: str, start: int = 0) -> int | None:
    """Where a long text is folded: after a sentence, else a clause; None where it is short."""
    if len(text) - start < FOLD_TO + FOLD_LEAST:
        return None
    for ending in (_SENTENCE_END, _CLAUSE_END):
        match = ending.search(text, start + FOLD_FROM, start + FOLD_TO)
        if match:
            return match.end()
    return start + FOLD_TO


def folded_html(text: str, highlights: Sequence[Span], start: int = 0) -> str:
    """A passage from ``start``, of which what is long is folded behind 展开全文."""
    at = fold_at(text, start)
    if at is None:
        return f'<p class="ts-text">{passage_html(text, highlights, start)}</p>'
    marked = len(_merged(highlights, at, len(text)))
    inside = f"，其中匹配 {marked} 处" if marked else ""
    return (
        f'<p class="ts-text">{passage_html(text, highlights, start, at)}</p>'
        '<details class="ts-fold"><summary><span class="ts-open">展开全文'
        f'（余下 {len(text) - at} 字{inside}）</span><span class="ts-close">收起</span></summary>'
        f'<p class="ts-text">{passage_html(text, highlights, at)}</p></details>'
    )


def headline_end(practice: Practice) -> int:
    """Where the headline ends that ``text`` begins with (region and title); 0 without one."""
    at = practice.text.find(practice.title, 0, len(practice.title) + 60) if practice.title else -1
    return at + len(practice.title) if at >= 0 else 0


def practice_html(practice: Practice, *, fold: bool = True, tag: str = "h3") -> str:
    """A practice or hit in full: where, what, from which document, why, repairs and doubts.

    Headline and body together are the text, each of its characters once.
    """
    end = headline_end(practice)
    headline = passage_html(practice.text, practice.highlights, 0, end)
    if not end:
        headline = escaped(practice.title)
    headline = f"<{tag}>{headline}</{tag}>" if headline else ""
    # The full stop after a headline would begin the body.
    body = end + len(practice.text[end:]) - len(practice.text[end:].lstrip("。.，,；; \n"))
    text = ""
    if body < len(practice.text):
        text = (
            folded_html(practice.text, practice.highlights, body)
            if fold
            else f'<p class="ts-text">{passage_html(practice.text, practice.highlights, body)}</p>'
        )
    return (
        f'<article class="ts-hit" lang="zh-CN">{chips_html(practice)}{headline}'
        f"{_place(practice)}{text}{match_html(practice.match)}"
        f"{notes_html(practice.repairs, practice.doubts)}</article>"
    )


def group_html(group: Group) -> str:
    """The heading over the hits of a group."""
    label = escaped(group.label) or "未归类"
    return f'<h2 class="ts-group" lang="zh-CN">{label}<small>共 {group.count} 条</small></h2>'


def chips_html(practice: Practice) -> str:
    """Where, what kind, which theme, and what to beware of."""
    region = practice.region
    chips = [
        chip(region.name, "region") if region else chip(UNSETTLED_REGION, "unsettled"),
        chip(KINDS.get(practice.kind, practice.kind), "kind"),
    ]
    if practice.theme:
        chips.append(chip(practice.theme.label, "theme"))
    if practice.weak:
        chips.append(chip("弱相关", "weak"))
    if practice.near_identical:
        chips.append(chip("与本条文字几乎相同", "same"))
    return f'<p class="ts-chips">{"".join(chips)}</p>'


def chip(label: str, look: str) -> str:
    """A small label; ``look`` is a word of the style sheet."""
    return f'<span class="ts-chip ts-chip-{look}">{escaped(label)}</span>'


def _place(practice: Practice) -> str:
    headings = [heading for heading in (practice.task, practice.measure) if heading]
    path = f'<span class="ts-then">{_THEN}</span>'.join(escaped(each) for each in headings)
    path = f'<p class="ts-path">{path}</p>' if path else ""
    return f'{path}<p class="ts-from">出处：{document_html(practice.document)}</p>'


def document_html(document: DocumentRef) -> str:
    """A document's title with what else it states of itself."""
    facts = [fact for fact in (document.issuer, document.number, document.issued_on) if fact]
    title = escaped(document.title)
    title = title if title.startswith("《") else f"《{title}》"
    link = link_html(document.source_url, "原文链接")
    return title + "".join(f"，{escaped(fact)}" for fact in facts) + (f"，{link}" if link else "")


def link_html(url: str | None, label: str) -> str:
    """A link that opens beside the page; nothing where the address is not a web address."""
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return (
        f'<a href="{escaped(url.strip())}" target="_blank" rel="noopener noreferrer nofollow">'
        f"{escaped(label)}</a>"
    )


def match_html(match: Match | None) -> str:
    """Why a hit was found, in words."""
    if match is None:
        return ""
    said = []
    if match.terms:
        said.append(f"匹配词：{escaped('、'.join(match.terms))}")
    if match.expansions:
        said.append(f"扩展词：{escaped('、'.join(match.expansions))}")
    if match.dense is not None:
        said.append(f"语义相近度 {match.dense:.2f}（最高 1）")
    if match.sparse:
        said.append(f"关键词得分 {match.sparse:.1f}")
    if match.rerank is not None:
        said.append(f"重排相关度 {match.rerank:.2f}（最高 1）")
    parts = "".join(f"<span>{each}</span>" for each in said)
    return f'<p class="ts-why">{parts}</p>' if said else ""


def notes_html(repairs: Sequence[Repair], doubts: Sequence[Doubt]) -> str:
    """Doubts in sight, repairs behind a fold."""
    doubted = "".join(f"<li><b>存疑</b> {doubt_html(doubt)}</li>" for doubt in doubts)
    notes = f'<ul class="ts-doubts">{doubted}</ul>' if doubted else ""
    if repairs:
        items = "".join(f"<li>{repair_html(repair)}</li>" for repair in repairs)
        notes += (
            f'<details class="ts-repairs"><summary>原文有 {len(repairs)} 处已修复</summary>'
            f"<ul>{items}</ul></details>"
        )
    return notes


def doubt_html(doubt: Doubt) -> str:
    """A doubt with its candidates, where its message does not name them."""
    said = all(candidate in doubt.message for candidate in doubt.candidates)
    options = "" if said else f"可能是：{escaped('、'.join(doubt.candidates))}。"
    return _sentence(doubt.message) + options


def repair_html(repair: Repair) -> str:
    """A repair: what stood there, what stands there now, and why."""
    why = _sentence(repair.why)
    if why and not (repair.before + repair.after).strip():
        return why  # only white space, which could not be seen
    if repair.what == "page_break":  # nothing of either was changed
        return f"{escaped(repair.before)} <ins>＋</ins> {escaped(repair.after)} {why}".rstrip()
    before = f"<del>{escaped(repair.before)}</del>" if repair.before.strip() else "（缺）"
    after = f"<ins>{escaped(repair.after)}</ins>" if repair.after.strip() else "（删去）"
    return f"{before} → {after} {why}".rstrip()


def _sentence(text: str) -> str:
    text = text.strip()
    return escaped(text if not text or text[-1] in "。！？；" else text + "。")


def notice_html(look: str, title: str, *lines: str, role: str = "status") -> str:
    """A message of the page. ``look`` is info, wait, warn or error."""
    body = "".join(f"<p>{escaped(line)}</p>" for line in lines if line)
    return (
        f'<div class="ts-notice ts-notice-{look}" role="{role}" lang="zh-CN">'
        f"<p><b>{escaped(title)}</b></p>{body}</div>"
    )


def counts_html(counts: Sequence[tuple[str, int, str]]) -> str:
    """Numbers side by side, each as (label, number, unit)."""
    items = "".join(
        f"<div><dt>{label}</dt><dd>{count:,}<small> {unit}</small></dd></div>"
        for label, count, unit in counts
    )
    return f'<dl class="ts-counts" lang="zh-CN">{items}</dl>'


def list_html(items: Sequence[str]) -> str:
    """A list of items that are HTML already."""
    body = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="ts-list" lang="zh-CN">{body}</ul>'


def in_document_html(blocks: Sequence[Block], practice_id: str) -> str:
    """A practice in its document: it, its neighbours, and the rest folded before and after."""
    shown = readable(blocks)
    own = [i for i, block in enumerate(shown) if block.practice_id == practice_id]
    if not own:
        return ""
    first = _neighbourhood(shown, own[0], -1)
    last = _neighbourhood(shown, own[-1], 1)
    return (
        '<div class="ts-document" lang="zh-CN">'
        + _folded_blocks("前文", shown[:first], practice_id, keep_end=True)
        + blocks_html(shown[first : last + 1], practice_id)
        + _folded_blocks("后文", shown[last + 1 :], practice_id, keep_end=False)
        + "</div>"
    )


def _neighbourhood(blocks: Sequence[Block], at: int, step: int) -> int:
    """The index where the practice next to the one at ``at`` ends, in the direction ``step``."""
    neighbour: str | None = None
    own = blocks[at].practice_id
    while 0 <= at + step < len(blocks):
        practice_id = blocks[at + step].practice_id
        if practice_id and practice_id != own:
            if neighbour and practice_id != neighbour:
                break
            neighbour = practice_id
        elif neighbour:
            break
        at += step
    return at


def _folded_blocks(label: str, blocks: Sequence[Block], practice_id: str, *, keep_end: bool) -> str:
    if not blocks:
        return ""
    kept = blocks[-AROUND_LIMIT:] if keep_end else blocks[:AROUND_LIMIT]
    omitted = len(blocks) - len(kept)
    note = f"，只显示相邻的 {len(kept)} 段" if omitted else ""
    body = blocks_html(kept, practice_id)
    return (
        f'<details class="ts-around"><summary>{label}（{len(blocks)} 段{note}）</summary>'
        f"{body}</details>"
    )


def readable(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that a reader wants to see; the cells of a repeated table head as one."""
    shown: list[Block] = []
    for block in blocks:
        if block.role == "markup" or not block.text.strip():
            continue
        last = shown[-1] if shown else None
        if last and block.role == last.role == "furniture":
            joined = {"text": f"{last.text}\u3000{block.text}", "end": block.end}
            shown[-1] = last.model_copy(update=joined)
        else:
            shown.append(block)
    return shown


def blocks_html(blocks: Sequence[Block], practice_id: str = "") -> str:
    """Blocks one after the other."""
    return "".join(block_html(block, practice_id) for block in blocks)


def block_html(block: Block, practice_id: str = "") -> str:
    """A block of a document; those of the practice looked at are set off."""
    current = bool(practice_id) and block.practice_id == practice_id
    look = "ts-block ts-block-" + (block.role if block.role in _ROLES else "other")
    body = passage_html(block.text)
    if current:
        return f'<p class="{look} ts-current">{body}</p>'
    return f'<p class="{look}">{body}</p>'


_ROLES = {"title", "front_matter", "heading", "practice", "furniture", "contact", "left_out"}


def with_citation(practice: Practice) -> str:
    """The text with its citation, as it is pasted into a draft."""
    return plain(f"{practice.text}\n——{practice.citation}")
