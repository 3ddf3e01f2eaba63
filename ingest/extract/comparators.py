"""Words that compare: 不少于, 超过, 以上, 左右. What they mean together is settled here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.registry import Comparator
from ingest.extract.units import Sort

_NOT = "不(?:得|应|能|宜|可|准|允许|再|会)?"
_LESS = "(?:少于|低于|小于|短于|少过|下于)"
_MORE = "(?:超过|超出|多于|高于|大于|长于|突破|超)"
_WORDS = (
    rf"(?P<ge>{_NOT}{_LESS}|(?:大于|高于|多于)或?者?等于|不下|至少|最少|起码|最低|≥"
    r"|(?:年|已|每|累计|须|应)?满)"
    rf"|(?P<le>(?:{_NOT}|未){_MORE}|(?:小于|低于|少于)或?者?等于|最多|至多|最高|最长|上限为?|≤"
    r"|(?<![年期时权界局有上下极])限)"
    r"|(?P<lt>不足|不到|不满|未满|(?P<short>未达到?|达不到|未到)|低于|少于|小于|短于|<|＜)"
    rf"|(?P<gt>{_MORE}|逾|>|＞)"
    r"|(?P<eq>(?<![附最临远])近|将近|接近|大约|约)"
)
_FILLER = r"(?:累计|总计|合计|共计|总共|共|人民币|平均|各|分别|每[^，。；、：:0-9每]{1,6}){0,2}"
_BEFORE = re.compile(rf"(?:{_WORDS}) ?(?:[(]含[)])?{_FILLER} ?$")
# 至少组织一次: an adverb and a verb; 最高人民法院 and 最低工资 are names.
_ADVERB = re.compile(
    r"(?:(?P<ge>至少|最少|起码|原则上不少于)|(?P<le>最多|至多|最高(?!人民|法|检|学历|等级|工资|温)|最长))"
    r"[^，。；：:、！？\n]{1,10}$"
)
# 不低于工资总额的8%, 不少于建筑面积1%
_SHARE_OF = re.compile(
    rf"(?:(?:(?P<ge>{_NOT}{_LESS}|至少)|(?P<le>{_NOT}{_MORE}|未{_MORE}|最多|最高))"
    r"[^，。；：:、！？\n]{1,20}"
    rf"|(?:(?P<lt>不足|不到|低于|少于)|(?P<gt>{_MORE}))[^，。；：:、！？\n]{{1,20}}的) ?$"
)
_AFTER = re.compile(
    r" ?(?:[(](?:含|包括|包含)[^()]{0,6}[)])?"
    r"(?:(?:及其?|或|和|含)?(?P<side>以上|以下|以内)|之内|(?P<within>内)(?![容部外蒙涵控设置江])|(?P<about>左右|上下)(?![级下浮联])|之间|(?P<cap>封顶|为限|为上限))"
    r"(?: ?[(](?P<open>不)?(?:包?含|包括)[^()]{0,6}[)])?"
)
_LONGEST = 30
_SIGNS: dict[str, Comparator] = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}
_UP, _DOWN = ("≥", ">"), ("≤", "<")


@dataclass(frozen=True, slots=True)
class Compared:
    """How a figure is meant.

    Attributes:
        comparator: the sign that the words around it come to.
        start: where the first of these words begins.
        end: where the last of them ends.
        bound: whether they state a bound.
        conflict: whether they contradict each other (不超过3人以上).
    """

    comparator: Comparator
    start: int
    end: int
    bound: bool = False
    conflict: bool = False


def compared(
    text: str, core: tuple[int, int], limit: int, sort: Sort | None, *, vague: bool
) -> Compared:
    """What the words around a figure say of it.

    Args:
        text: a text as ``fold`` gives it.
        core: the figure with its unit.
        limit: where the figure before it ends; words before that belong to it.
        sort: what the figure's unit counts.
        vague: whether 余 or 多 stand at the figure.
    """
    before, start = _before(text, core[0], limit, sort)
    after, end = _after(text, core[1], sort)
    short = before == "<" and text.startswith(("未达", "达不到", "未到"), start)
    if short:
        after = None
    conflict = (before in _UP and after in _DOWN) or (before in _DOWN and after in _UP)
    sign = before if before and before != "=" else after if after and after != "=" else None
    bound = sign is not None
    return Compared(sign or ("≥" if vague else "="), start, end, bound, conflict)


def _before(text: str, at: int, limit: int, sort: Sort | None) -> tuple[Comparator | None, int]:
    low = max(limit, at - _LONGEST)
    words = text[low:at]
    if words.endswith("上") and text[at : at + 1] in tuple("百千万亿"):
        return "≥", at - 1
    if words.endswith("过") and text[at : at + 1] in tuple("百千万亿") and words[-2:] != "超过":
        return ">", at - 1
    found = _BEFORE.search(words) or (_SHARE_OF.search(words) if sort == "share" else None)
    found = found or _ADVERB.search(words)
    if not found:
        return None, at
    sign = next(_SIGNS[name] for name, part in found.groupdict().items() if part and name in _SIGNS)
    return sign, low + found.start()


def _after(text: str, at: int, sort: Sort | None) -> tuple[Comparator | None, int]:
    found = _AFTER.match(text, at)
    if not found or (found["within"] and sort not in ("time", "measure")):
        return None, at
    if found["about"]:
        return "=", found.end()
    if found["side"] == "以上":
        return (">" if found["open"] else "≥"), found.end()
    if found["side"] == "以下" and found["open"]:
        return "<", found.end()
    if found.group().endswith("之间"):
        return None, found.end()
    return "≤", found.end()
