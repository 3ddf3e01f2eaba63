"""The table of facts that government sites set above a document: 索引号, 发文机关, 成文日期 …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from corpus.model import Span
from ingest.html_units import Unit
from ingest.mapped import Mapped

# Fields and the labels that fill them; where several fill one, the first listed wins.
FIELDS = {
    "title": "标题 名称 信息名称 文件名称 公文名称",
    "issuer": "发文机关 制发机关 发文单位 发文机构 发布机构 发布机关 发布单位",
    "number": "发文字号 文号 公文文号 发文文号 文件编号",
    "issued_on": "成文日期 生成日期 制发日期 发文日期 印发日期",
    "published_on": "发布日期 发布时间 公开日期 公布日期",
    "index_number": "索引号 索取号 信息索引号",
}
LABELS = {label: name for name, labels in FIELDS.items() for label in labels.split()}
# Labels that fill no field but belong to such a table.
OTHER_LABELS = """
    主题分类 主题词 关键词 体裁分类 组配分类 信息分类 信息类别 分类 主题 体裁 公开方式 公开范围
    公开时限 公开形式 公开类别 公开属性 公开主体 公开责任部门 责任部门 有效性 时效性 时效 有效期
    效力状态 有效状态 文件状态 生效日期 生效时间 失效日期 失效时间 废止日期 实施日期 施行日期
    内容概述 内容摘要 摘要 概述 服务对象 服务对象分类 语种 载体类型 记录形式 信息来源 来源 备注
    统一登记号 登记号 规范性文件登记号
"""
KNOWN_LABELS = frozenset(LABELS) | frozenset(OTHER_LABELS.split())
DATES = frozenset(("issued_on", "published_on"))
FEWEST_LABELS = 3
FEWEST_VALUES = 2
LABEL_TAGS = frozenset(("td", "th", "dt"))  # in these a label needs no colon
LONGEST_VALUE = 500
NOTHING = re.compile(r"[无/\\—–\-\s]*")
YEAR_BRACKETS = re.compile(r"[〔\[［(（【﹝〈<]\s*((?:19|20)\d{2})\s*[〕\]］)）】﹞〉>]")
DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})|\b(\d{4})(\d{2})(\d{2})\b")
DIGITS = dict.fromkeys("○零O", "0") | {
    char: str(value) for value, char in enumerate("〇一二三四五六七八九")
}
CHINESE_DATE = re.compile(
    "([〇○零O一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


@dataclass
class Facts:
    """What a page's table of facts states, where, and the units it is made of."""

    values: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)


@dataclass
class _Pair:
    label: str
    value: Mapped


def read_facts(units: list[Unit]) -> Facts:
    """The first run of units that states at least three facts, one of them of the document itself.

    Labels and values may share a cell, stand in neighbouring cells, or in neighbouring elements.
    A value that is absent, empty or 无 is left out; so is a date that is none.
    """
    for run, pairs in _runs(units):
        labels = {pair.label for pair in pairs}
        core = {"number", "issuer", "issued_on", "index_number"}
        stated = sum(bool(pair.value) for pair in pairs)
        named = core & {LABELS.get(label) for label in labels}
        if len(labels) >= FEWEST_LABELS and stated >= FEWEST_VALUES and named:
            facts = Facts(units=run)
            for label in LABELS:
                for pair in pairs:
                    if pair.label == label:
                        _state(facts, LABELS[label], pair.value)
            return facts
    return Facts()


def _runs(units: list[Unit]) -> Iterator[tuple[list[Unit], list[_Pair]]]:
    """Maximal runs of consecutive units that hold nothing but labels and their values."""
    run: list[Unit] = []
    pairs: list[_Pair] = []
    index = 0
    while index < len(units):
        unit = units[index]
        following = units[index + 1] if index + 1 < len(units) else None
        found, taken = _row_pairs(unit), 1
        if unit.kind == "paragraph":
            found, taken = _paragraph_pairs(unit, following)
        if found:
            run.extend(units[index : index + taken])
            pairs.extend(found)
            index += taken
            continue
        if run:
            yield run, pairs
            run, pairs = [], []
        index += 1
    if run:
        yield run, pairs


def _row_pairs(unit: Unit) -> list[_Pair]:
    """The pairs of a table's row; none where a cell is neither label nor value."""
    pairs: list[_Pair] = []
    waiting: str | None = None
    for cell in unit.cells:
        text = Mapped.join(line.text for line in cell).strip()
        label, value = _label(text, alone=True)
        if label:
            if waiting:
                pairs.append(_Pair(waiting, Mapped("", ())))
            waiting = None if value else label
            if value:
                pairs.append(_Pair(label, value))
        elif waiting and text:
            pairs.append(_Pair(waiting, text))
            waiting = None
        elif text:
            return []
    if waiting:
        pairs.append(_Pair(waiting, Mapped("", ())))
    # A row of labels alone is the header row of a table that lists several documents.
    return [] if len(pairs) > 2 and not any(pair.value for pair in pairs) else pairs


def _paragraph_pairs(unit: Unit, following: Unit | None) -> tuple[list[_Pair], int]:
    """The pair of a paragraph, with the next one where it is the value; and how many were taken."""
    text = unit.cells[0][0].text.strip()
    label, value = _label(text, alone=unit.node.tag in LABEL_TAGS)
    if not label:
        return [], 0
    if not value and following and following.kind == "paragraph":
        next_text = following.cells[0][0].text.strip()
        sibling = following.node is unit.node or (
            following.node.parent is unit.node.parent and unit.node.parent is not None
        )
        if sibling and not _label(next_text, alone=following.node.tag in LABEL_TAGS)[0]:
            return [_Pair(label, next_text)], 2
    return [_Pair(label, value)], 1


def _label(text: Mapped, *, alone: bool) -> tuple[str, Mapped]:
    """A known label that ``text`` is or begins with, and what follows its colon.

    Args:
        text: stripped text of a cell or paragraph.
        alone: whether the label needs no colon where it is the whole text.
    """
    nothing = Mapped("", ())
    if not text or len(text) > LONGEST_VALUE:
        return "", nothing
    colon = re.search("[:：]", text.text[:24])
    head = text.text[: colon.start()] if colon else text.text
    name = re.sub(r"[\s【】\[\]·]", "", head)
    if name not in KNOWN_LABELS or not (colon or alone):
        return "", nothing
    return name, text[colon.end() :].strip() if colon else nothing


def _state(facts: Facts, name: str, value: Mapped) -> None:
    if name in facts.values or not value or NOTHING.fullmatch(value.text):
        return
    text = re.sub(r"\s+", " ", value.text)
    if name in DATES:
        text = iso_date(text) or ""
    elif name == "number":
        text = normal_number(text)
    if text:
        facts.values[name] = text
        facts.spans[name] = (value.start, value.end)


def normal_number(text: str) -> str:
    """A 文号 without spaces, the year in 〔〕: ``国办发[2018] 118号`` → ``国办发〔2018〕118号``."""
    folded = "".join(
        unicodedata.normalize("NFKC", char) if char.isdigit() else char for char in text
    )
    return YEAR_BRACKETS.sub(r"〔\1〕", "".join(folded.split()))


def iso_date(text: str) -> str | None:
    """The first date in a text, as ``2018-12-05``; None where there is none that exists."""
    folded = unicodedata.normalize("NFKC", text)
    try:
        if match := DATE.search(folded):
            year, month, day = (int(part) for part in match.groups() if part)
            return date(year, month, day).isoformat()
        if match := CHINESE_DATE.search(folded):
            year = int("".join(DIGITS[char] for char in match[1]))
            return date(year, _below_100(match[2]), _below_100(match[3])).isoformat()
    except ValueError:  # 2018年13月40日
        return None
    return None


def _below_100(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    return (int(DIGITS.get(tens, "1")) * 10 if ten else 0) + int(DIGITS.get(ones, "0"))
