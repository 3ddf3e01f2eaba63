"""From a read file to a parsed document: its kind, what it states, the account of all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile

from corpus.errors import NothingFound
from corpus.metadata import DocumentMetadata
from corpus.model import (
    Document,
    DocumentKind,
    Doubt,
    OutlineNode,
    ParsedDocument,
    ParseReport,
    Practice,
    Repair,
)
from ingest.cleaning import clean
from ingest.document_region import SELF, document_region
from ingest.ledger import UNCLAIMED, Claim, Ledger
from ingest.list_table import has_list, is_header
from ingest.numerals import chinese_number
from ingest.paragraphs import join_broken, paragraph_of
from ingest.plan import has_headings, parse_plan, with_region
from ingest.plan_head import FORWARDED, Head, claim_front
from ingest.practice_list import ListParse, parse_list
from ingest.reporting import reported_doubts, reported_repairs
from ingest.source import SourceFile

# Counts up when a document would come out otherwise, so that stored ones are read again.
PARSER = 2
BATCH = re.compile(r"第([一二三四五六七八九十]{1,3})批")


def parse(
    source: SourceFile, document_id: str, stated: DocumentMetadata | None = None
) -> ParsedDocument:
    """Parse a read file.

    Args:
        source: the file.
        document_id: the document's id, which all its practices' ids begin with.
        stated: what is known of the document from elsewhere (a manifest, an upload's metadata);
            it goes before what the document itself says.

    Raises:
        NothingFound: the file holds neither a table with known headers nor headings.
    """
    ledger = Ledger(source.text)
    for span, why in source.furniture:
        ledger.claim_span(span, Claim("markup" if why == "markup" else "furniture", why=why))
    kind = stated.kind if stated else None
    if has_list(source) and kind != "plan":
        return _parse_list(source, document_id, stated or DocumentMetadata(), ledger)
    if has_headings(source) and kind != "practice_list":
        return _parse_plan(source, document_id, stated or DocumentMetadata(), ledger)
    raise _nothing(source)


def _nothing(source: SourceFile) -> NothingFound:
    if any(block.kind == "row" for block in source.blocks):
        return NothingFound(
            f"“{source.name}”里的表格没有认得的表头，也没有“一、（一）1.”这样的标题",
            hint="清单的表头应为：序号、工作任务、主要举措、经验做法",
        )
    return NothingFound(
        f"“{source.name}”里没有找到经验做法或条款",
        hint="请确认它是可复制经验做法清单，或有“一、（一）1.”标题的方案、意见、通知",
    )


def _parse_list(
    source: SourceFile, document_id: str, stated: DocumentMetadata, ledger: Ledger
) -> ParsedDocument:
    head = _list_head(source, ledger)
    found = parse_list(source, document_id, stated.title or head.title, ledger)
    if not found.practices:
        raise _nothing(source)
    document = _document(
        source, document_id, "practice_list", stated, head.facts(), dict(head.evidence)
    )
    return _assemble(
        document, found.practices, _list_outline(found), ledger, found.empty_measures,
        repairs=found.repairs, doubts=found.doubts, source=source,
    )  # fmt: skip


def _list_head(source: SourceFile, ledger: Ledger) -> Head:
    """What stands before the table: title, number, date, and a covering letter if there is one."""
    before = takewhile(lambda block: not is_header(block), source.blocks)
    paragraphs = list(join_broken([paragraph_of(block) for block in before]))
    head = Head(source, paragraphs, ledger)
    for paragraph in paragraphs[head.body_at :]:
        head.sign(paragraph)
        claim_front(paragraph, ledger)
    return head


def _list_outline(found: ListParse) -> tuple[OutlineNode, ...]:
    """Tasks with their measures below them; where the table has no tasks, the measures."""
    tasks: dict[str | None, list[OutlineNode]] = {}
    by_id = {practice.id: practice for practice in found.practices}
    for task, measure, ids in found.measures:
        start = min(by_id[i].source.start for i in ids)
        end = max(by_id[i].source.end for i in ids)
        title, level = measure or "（举措未标明）", 1 if task is None else 2
        node = OutlineNode(title=title, level=level, start=start, end=end, practice_ids=ids)
        tasks.setdefault(task, []).append(node)
    outline: list[OutlineNode] = []
    for task, nodes in tasks.items():
        if task is None:
            outline += nodes
            continue
        start, end = nodes[0].start, nodes[-1].end
        children = tuple(nodes)
        outline.append(OutlineNode(title=task, level=1, start=start, end=end, children=children))
    return tuple(outline)


def _parse_plan(
    source: SourceFile, document_id: str, stated: DocumentMetadata, ledger: Ledger
) -> ParsedDocument:
    found = parse_plan(source, document_id, ledger)
    if not found.practices:
        raise _nothing(source)
    head = found.head
    document = _document(source, document_id, "plan", stated, head.facts(), dict(head.evidence))
    practices = with_region(found.practices, document.region)
    doubts: tuple[Doubt, ...] = ()
    if document.region is None and SELF.search(source.text):
        doubts = (
            Doubt(code="region_missing", message="文件自称“我市”“本市”一类，但没有写明是哪里"),
        )
    return _assemble(document, practices, found.outline, ledger, (), doubts=doubts, source=source)


def _document(
    source: SourceFile,
    document_id: str,
    kind: DocumentKind,
    stated: DocumentMetadata,
    facts: Mapping[str, object],
    evidence: dict[str, str],
) -> Document:
    """What is stated from elsewhere goes first, then what the document says; the rest is null."""
    known = {key: value for key, value in stated.facts().items() if value is not None}
    merged = {key: value for key, value in facts.items() if value is not None} | known
    title = str(merged.get("title") or source.metadata.get("title") or source.name)
    region = stated.division()
    if region is None and kind == "plan":
        issuer = merged.get("issuer")
        heading = FORWARDED.sub("", title)
        text = clean_text(source)
        settled = document_region(heading, str(issuer) if issuer else None, text)
        if settled:
            region, evidence["region"] = settled
    batch = BATCH.search(title)
    if "batch" not in merged and batch:
        merged["batch"] = chinese_number(batch.group(1))
        evidence["batch"] = batch.group()
    merged.pop("title", None)
    return Document.model_validate(
        {
            **merged,
            "id": document_id,
            "title": title,
            "kind": kind,
            "region": region,
            "sha256": source.sha256,
            "file_name": source.name,
            "encoding": source.encoding,
            "evidence": evidence | stated.evidence,
            "parser": PARSER,
            "order": stated.order,
        }
    )


def clean_text(source: SourceFile) -> str:
    """All blocks of a file as clean lines."""
    return "\n".join(clean(cell)[0].text for block in source.blocks for cell in block.cells if cell)


def _assemble(
    document: Document,
    practices: tuple[Practice, ...],
    outline: tuple[OutlineNode, ...],
    ledger: Ledger,
    empty_measures: tuple[str, ...],
    *,
    repairs: tuple[Repair, ...] = (),
    doubts: tuple[Doubt, ...],
    source: SourceFile,
) -> ParsedDocument:
    blocks, left_out = ledger.close()
    doubts += tuple(
        Doubt(
            code="unread",
            message=f"{UNCLAIMED}：{piece.text[:40]}",
            start=piece.start,
            end=piece.end,
        )
        for piece in left_out
        if piece.why == UNCLAIMED
    )
    if source.truncated:
        message = "文件不完整（在标签、字符或正文中间中断），只读到中断处"
        doubts += (Doubt(code="truncated", message=message),)
    report = ParseReport(
        practices=sum(practice.kind == "practice" for practice in practices),
        plan_items=sum(practice.kind == "plan_item" for practice in practices),
        repairs=reported_repairs(repairs, practices, ledger),
        doubts=reported_doubts(doubts, practices, ledger),
        empty_measures=empty_measures,
        left_out=left_out,
    )
    return ParsedDocument(
        document=document, practices=practices, outline=outline, blocks=blocks, report=report
    )
