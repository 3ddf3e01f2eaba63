"""Names of divisions at the start of a text whose source lost its edge or misread characters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from corpus.division_data import common_words, divisions, rules
from corpus.model import Region
from corpus.region_text import in_longer_word, leading

_PROVINCE = re.compile(r"([\u4e00-\u9fff]{1,3})省")
# "圳市" can only be 深圳市; "开县" need not be 封开县, it can be a county of old.
_CERTAIN_OF_TWO = "省市"
_LONGEST = 40  # characters at the start that a damaged name and what follows it can take


@dataclass(frozen=True)
class Damaged:
    """What a text opens with instead of an intact name.

    Attributes:
        region: the division it names when that is certain, else None.
        length: how many characters the damaged name takes.
        candidates: what it can be, in order of code; the region alone when that is certain.
        why: the reason, in Chinese.
        misread: characters of the text → those they stand for, where that follows.
    """

    region: Region | None
    length: int
    candidates: tuple[Region, ...]
    why: str
    misread: dict[str, str] = field(default_factory=dict)


@cache
def _spelled_backwards() -> tuple[list[str], list[Region]]:
    """Official names with the province, and the city or not: reversed, sorted, and whose."""
    spelled: list[tuple[str, str]] = []
    for region in divisions().regions.values():
        city_left_out = region.path[0] + region.path[-1]
        names = {region.name, city_left_out} if len(region.path) > 1 else {region.name}
        spelled.extend((name[::-1], region.adcode) for name in names)
    spelled.sort()
    known = divisions().regions
    return [name for name, _ in spelled], [known[adcode] for _, adcode in spelled]


@dataclass(frozen=True)
class _Tail:
    """The end of a spelled name that a text opens with."""

    region: Region
    first: str  # what is left of the name it begins in
    rest: str  # the whole names after that


def _tails(words: str) -> list[_Tail]:
    """Divisions whose spelled name ends with ``words`` and is cut inside one of its names."""
    names, regions = _spelled_backwards()
    backwards = words[::-1]
    place = bisect_left(names, backwards)
    found: dict[str, _Tail] = {}
    while place < len(names) and names[place].startswith(backwards):
        region, lost = regions[place], len(names[place]) - len(words)
        tail = _cut(region, names[place][::-1], lost)
        if tail:
            found.setdefault(region.adcode, tail)
        place += 1
    return [found[adcode] for adcode in sorted(found)]


def _cut(region: Region, name: str, lost: int) -> _Tail | None:
    start = 0
    for own in region.path:
        if not name.startswith(own, start):
            continue  # a parent that this spelling leaves out
        end = start + len(own)
        if start < lost < end:
            return _Tail(region, name[lost:end], name[end:])
        start = end
    return None


def _is_damage(tail: _Tail, following: str) -> bool:
    """Whether the end of a name is one, and not ordinary words (城市, 地区, 省级)."""
    words = rules()
    if tail.first in words.not_damaged or len(tail.first) == 1:
        return bool(tail.rest) and tail.region.level == "city"
    if tail.rest:
        return True
    if tail.first[-1] in "区旗盟州" and len(tail.first) < 3:
        return False
    if tail.first[-1] == "省":
        return following not in words.after_province
    return not in_longer_word(tail.first + following, len(tail.first))


def repair_leading(text: str, misread: Mapping[str, str] | None = None) -> Damaged | None:
    """What division a text opens with whose name lost its left edge or has a misread character.

    Certain is what only one division can be: "东省珠海市…" is 广东省珠海市; "有省湘潭市…" is
    湖南省湘潭市, and shows that 有 stands for 南. "有省强化…" stays open among the provinces; with
    that finding as ``misread``, among those in 南省.

    Args:
        text: what should open with the name of a division.
        misread: characters known to stand for others in this source.

    Returns:
        None when the text opens with an intact name, or with nothing that looks like one.
    """
    head = text[:_LONGEST]
    if leading(head) is not None:
        return None
    edge, placed = _lost_edge(head), _misread_before_place(head, misread or {})
    if edge and (placed is None or placed.length <= edge.length):
        return edge
    return placed or _misread_alone(head, misread or {})


def _lost_edge(text: str) -> Damaged | None:
    known = divisions()
    for length in range(len(text), 1, -1):
        words = text[:length]
        if words in known.official or words in known.short:
            return None
        following = text[length : length + 1]
        if found := [tail for tail in _tails(words) if _is_damage(tail, following)]:
            return _from_tails(words, found)
    return None


def _from_tails(words: str, found: list[_Tail]) -> Damaged:
    regions = tuple(tail.region for tail in found)
    if len(regions) == 1 and (len(words) > 2 or words[-1] in _CERTAIN_OF_TWO):
        why = f"“{words}”左边缺字，以它结尾的行政区划只有{regions[0].name}"
        return Damaged(regions[0], len(words), regions, why)
    return Damaged(None, len(words), regions, _open(words, words, regions))


def _open(words: str, ending: str, regions: tuple[Region, ...]) -> str:
    some = "、".join(region.name for region in regions[:6])
    more = f"等{len(regions)}个" if len(regions) > 6 else ""
    reading = f"“{words}”" if words == ending else f"“{words}”（应为“{ending}”）"
    return f"{reading}残缺，可能是{some}{more}，无法确定"


def _damaged_province(text: str) -> str | None:
    """What a text opens with before 省, where that is neither a word nor part of one."""
    match = _PROVINCE.match(text)
    if not match or match[0] in rules().not_damaged or match[1] in common_words():
        return None
    return None if match[1][-1] in rules().before_province else match[1]


def _misread_before_place(text: str, misread: Mapping[str, str]) -> Damaged | None:
    """A province with a misread character, decided by the city or county named after it."""
    read = _damaged_province(text)
    place = leading(text[len(read) + 1 :]) if read else None
    if not read or not place or place[0].level == "province":
        return None
    corrected = "".join(misread.get(char, char) for char in read)
    return _with_place(text[: len(read) + 1 + place[1]], read, corrected, place[0])


def _misread_alone(text: str, misread: Mapping[str, str]) -> Damaged | None:
    """A province with a misread character, with nothing after it that could decide."""
    read = _damaged_province(text)
    if not read or text[len(read) + 1 : len(read) + 2] in rules().after_province:
        return None
    return _province_alone(read + "省", read, "".join(misread.get(char, char) for char in read))


def _with_place(words: str, read: str, corrected: str, region: Region) -> Damaged | None:
    """The place after the damaged province is intact and decides, unless the two contradict."""
    province = region.path[0]
    wrong = _differences(read, province)
    if wrong is None or len(wrong) > 1:
        return None
    others = [tail.region for tail in _tails(read + "省") if not tail.rest]
    if wrong and others and corrected == read:
        found = (region, *others)
        why = f"“{words}”自相矛盾：{region.name}不在名称以“{read}省”结尾的省，无法确定"
        return Damaged(None, len(words), found, why)
    own = "".join(region.path[1:])
    standing = "，".join(f"“{char}”应为“{right}”" for char, right in wrong.items())
    why = f"“{words}”有误：{own}只在{province}" + (f"，{standing}" if standing else "")
    return Damaged(region, len(words), (region,), why, wrong)


def _province_alone(words: str, read: str, corrected: str) -> Damaged | None:
    """Without a place: the provinces whose names differ from what is read in one character."""
    changed = {char: right for char, right in zip(read, corrected, strict=True) if char != right}
    found: list[tuple[Region, dict[str, str]]] = []
    for region in divisions().regions.values():
        if region.level != "province" or not region.path[0].endswith("省"):
            continue
        wrong = _differences(corrected, region.path[0])
        if wrong is not None and len(wrong) <= (0 if changed else 1):
            found.append((region, changed or wrong))
    if not found:
        return None
    regions = tuple(region for region, _ in found)
    if len(found) == 1:
        why = f"“{words}”有误，与它相符的省只有{regions[0].name}"
        return Damaged(regions[0], len(words), regions, why, found[0][1])
    return Damaged(None, len(words), regions, _open(words, corrected + "省", regions), changed)


def _differences(read: str, province: str) -> dict[str, str] | None:
    """Characters before 省 that differ, aligned at the right; None when more is read than named."""
    name = province.removesuffix("省")
    if name == province or len(read) > len(name):
        return None
    pairs = zip(read, name[-len(read) :], strict=True)
    return {char: right for char, right in pairs if char != right}
