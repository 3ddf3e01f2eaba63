"""Figures that several share: 蓬江、江海各应不少于2个, 项目经理、安全员各1名."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from corpus import regions
from corpus.errors import NotFound
from corpus.model import Practice, Region
from ingest.extract.quantities import Quantity

_CLAUSE_MARK = re.compile(r"[，。；;！？\n：:（(]")
_LINK = re.compile(r" ?[、，和与及以] ?(?:及|和)?")
_LEAD = re.compile(r"(?:其中|对|在|由|分别为|并|至|以及|\s)*")
_EACH = re.compile(
    r"(?:等[^，。；各均分]{0,12})?[^，。；、各均分]{0,6}(?:各自?|均|分别)[^，。；：]{0,14}"
)
# What may stand between one region and its figure: 南山区培训300人, but not 南山区建筑学校300人.
_ALONE = re.compile(
    "(?:市|区|县)?(?:应|要|须|需|已|共|累计|新增|建成|完成|培训|达到?|有|设立?|创建|认定|发放|为|不少于"
    "|:|：|等| )*"
)
_MODAL = (
    "应|须|需|要|有|配备|配|配置|设立|设|安排|建设|建立|建|培训|举办|开展|给予|奖励|补贴|补助"
    "|扣|得|加|减|占|达到|达|为|不|至少|累计|分别|自|至|少于|增加|提高|派|选派|推荐|评选|确定|选取|选择"
)
_SHARED = re.compile(rf"各(?:{_MODAL})*$")
_VERB = re.compile(
    "^.{0,6}?(?:配备|配置|设立|设置|选派|推荐|评选|建设|建成|建立|举办|开展|培训|对|给予|包括|招募"
    "|聘请|安排)"
)
_MEMBER = re.compile("[^、和与及 ]+")
_NAME = re.compile(r"[^\d%％]{2,15}")
_LONGEST_LIST = 120


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a figure holds for: a region, or a member of a list; and where the name begins."""

    start: int
    region: Region | None = None
    name: str | None = None


class Places:
    """The narrower divisions that a practice's text names."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    @cached_property
    def found(self) -> list[tuple[int, int, Region]]:
        """Places and divisions, in order; only those strictly within the practice's own."""
        own = self._practice.region
        # 龙岗区分别 would be read as 区分; 各自 says the same and keeps the places.
        text = self._practice.text.replace("分别", "各自")
        try:
            named = regions.mentions(text, own.adcode if own else None)
        except NotFound:
            return []
        return [place for place in named if own is None or _within(place[2], own)]

    @cached_property
    def starts(self) -> list[int]:
        """Where they begin."""
        return [start for start, _, _ in self.found]

    def between(self, start: int, end: int) -> list[tuple[int, int, Region]]:
        """Those that stand between two places of the text."""
        chosen = self.found[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return [place for place in chosen if place[1] <= end]


def _within(region: Region, own: Region) -> bool:
    return region.adcode != own.adcode and own.adcode in regions.parents(region.adcode)


def holders(text: str, places: Places, quantity: Quantity, order: int, total: int) -> list[Holder]:
    """Who a figure holds for, where its clause begins with a list of them; else nobody named.

    Args:
        text: the practice's text.
        places: the divisions in it.
        quantity: the figure.
        order: which of its clause's figures it is, from 0.
        total: how many figures the clause has.
    """
    begin = clause_start(text, quantity.start)
    listed = _region_list(text, places, begin, quantity.start)
    if listed:
        chain, each = listed
        if total == len(chain) > 1 and "分别" in text[chain[-1][1] : quantity.start]:
            chain = [chain[order]]
        elif order and not each:
            return []
        return [Holder(start, region=region) for start, _, region in chain]
    return _member_list(text, begin, quantity)


def clause_start(text: str, at: int) -> int:
    """Where the clause that holds a place begins, not farther off than a list is long."""
    low = max(at - _LONGEST_LIST, 0)
    marks = [match.end() for match in _CLAUSE_MARK.finditer(text, low, at)]
    return marks[-1] if marks else low


def _region_list(
    text: str, places: Places, begin: int, end: int
) -> tuple[list[tuple[int, int, Region]], bool] | None:
    """The divisions that a clause opens with, and whether each of them is meant."""
    named = places.between(begin, end)
    if not named or not _LEAD.fullmatch(text, begin, named[0][0]):
        return None
    chain = named[:1]
    for place in named[1:]:
        if not _LINK.fullmatch(text, chain[-1][1], place[0]):
            break
        chain.append(place)
    behind = text[chain[-1][1] : end]
    each = _EACH.match(behind) is not None
    if each or (len(chain) == 1 and _ALONE.fullmatch(behind)):
        return chain, each
    return None


def _member_list(text: str, begin: int, quantity: Quantity) -> list[Holder]:
    """Things that share a figure: 配备项目经理、安全员各1名."""
    words = text[begin : quantity.core[0]]
    each = _SHARED.search(words)
    if not each or "、" not in words[: each.start()]:
        return []
    verb = _VERB.match(words)
    first = verb.end() if verb and verb.end() < each.start() else 0
    names = list(_MEMBER.finditer(words, first, each.start()))
    if len(names) < 2 or not all(_NAME.fullmatch(name.group()) for name in names):
        return []
    return [Holder(begin + name.start(), name=name.group()) for name in names]
