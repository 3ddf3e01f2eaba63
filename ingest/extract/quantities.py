"""Quantities of official texts: numeral, unit and comparator; ranges and changes.

A simple quantity is a numeral with its unit and the words around it that compare (不少于, 以上).
Neighbours are then joined: 80%—90% is one range, 3人以上5人以下 too, 由不足50%提高到80%以上 is one
change. What contradicts itself is given without a value, with its readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from corpus.registry import Comparator
from ingest.extract.comparators import compared
from ingest.extract.numbers import SCALES, Number, fold, numbers
from ingest.extract.uncounted import Uncounted
from ingest.extract.units import Unit, unit_at

_DASH = re.compile(" ?(?:-{1,2}|~|至|到|一) ?")
_SIGN = re.compile(" ?(?:-{1,2}|~)")
_ONE_AND_HALF = re.compile("个半(?=小时|月|学时|工作日)")
_HALF = re.compile("半(?![数天日年])")
_VAGUE = re.compile(" ?[余多几来]")
_MORE_BEHIND = re.compile("[多余](?=[，。；、的])")
_BOTH = re.compile(" ?[、，,]?(?:且|但|并|而|和|同时)?")
_SOURCE = "(?:由|从(?![业事])|自(?![治有身行建营]))"
_FROM = re.compile(rf"{_SOURCE}(?:(?!{_SOURCE})[^，。；、！？\n]){{0,14}}$")
_RISE = (
    "提高|提升|增加|增长|上升|扩大|扩展|扩充|拓展|调整|调高|调低|上调|下调|降低|下降|减少|压缩|缩短|缩减|压减"
    "|精简|延长|改变|变更|跃升|攀升|发展|优化|恢复|上涨|回落|收窄|增|升|降|减|调|缩|压|扩|变|改|涨|延|跃"
)
_INDEX = re.compile("(?:系数|指数|比|比值|容积率)(?:分别)?(?:由|从|自)[^，。；、0-9]{0,8}$")
_GAP = "[^。；;！？\n]"
_TO = re.compile(
    rf"{_GAP}{{0,14}}?(?:(?:{_RISE})了?(?:到|至|为|成)|达到)"
    r"(?:[^，。；、\n]{0,8}的|现在|目前|现行|(?:每[^，。；、0-9每]{1,6}){1,3})?"
)
_TO_ALONE = re.compile(rf"(?:已|，)?(?:统一|大幅|进一步|逐步|相应|直接)?(?:{_RISE})(?:到|至|为)")
_PER = re.compile(
    " ?(?:[/每] ?)(?P<what>人次|人|户|家|名|个|项|次|场|期|件|套|平方米|㎡|米|吨|亩|公里|床|栋|班"
    "|课时|学时|工作日|小时|年|季度|月|周|天|日)(?:[·.•/*每](?P<time>年|学年|月|天|日|次))?(?![内份])"
)
# How far apart the two figures of a change stand at most, and how far before them 由.
_FURTHEST = 40
_LEAD = 18
_NOUN = re.compile(" ?[\u4e00-\u9fff]")
_LABEL = re.compile("[(][^()]{1,12}[)]")
_LABELLED = re.compile("[(][^()]{1,12}[)]、")
_LINE_START = re.compile(r"\n *$")
_LINE_LABEL = re.compile(r"[0-9]{1,2}\.[0-9]+(?![0-9.])")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a text, in basic units.

    Attributes:
        start: where its words begin, its comparator included.
        end: where its words end, 以上 and the like included.
        core: where its numeral begins and its unit ends.
        value: one figure; None for a range, a change and what is broken.
        low, high: the bounds of a range, or of the range a change ends in.
        before, after: the figures of a change, with a comparator each.
        unit: None for a bare 20余万.
        comparator: how the figure is meant; ``range`` where there are two bounds.
        chinese: whether its numerals are Chinese.
        bound: whether words state a bound (不少于, 以上), so that it is a norm or a limit.
        vague: whether 余 or 多 follow.
        per: the base that follows a slash (元/人).
        readings: what it may mean where it is broken.
        broken: whether it has no value because its words are damaged or contradict themselves.
        scale: its 万 or 亿, or 1.
        bare: whether a thing follows a 万 or 亿 without a unit (20余万建筑工人).
    """

    start: int
    end: int
    core: tuple[int, int]
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    before: Decimal | None = None
    before_comparator: Comparator | None = None
    after: Decimal | None = None
    after_comparator: Comparator | None = None
    unit: Unit | None = None
    comparator: Comparator = "="
    chinese: bool = False
    bound: bool = False
    vague: bool = False
    per: str | None = None
    readings: tuple[str, ...] = ()
    broken: bool = False
    scale: Decimal = Decimal(1)
    bare: bool = False

    @property
    def unit_name(self) -> str | None:
        """The basic unit's name."""
        return self.unit.name if self.unit else None

    @property
    def change(self) -> bool:
        """Whether it says how something changed."""
        return self.before is not None


def quantities(text: str, skip: Uncounted | None = None) -> list[Quantity]:
    """Every quantity of a text, in order, those that belong together joined.

    Args:
        text: any text.
        skip: where figures are no quantities.
    """
    folded = fold(text)
    found = [number for number in numbers(text) if skip is None or not skip.holds(number.start)]
    simple = _carried(folded, _shared(folded, list(_simple(folded, found))))
    joined = _changes(folded, _both_bounds(folded, _ranges(folded, simple)))
    return [each for each in joined if each.unit or each.change or (each.bare and not each.broken)]


# Simple quantities --------------------------------------------------------------------------------


def _simple(text: str, found: Sequence[Number]) -> Iterator[Quantity]:
    """Every numeral with its unit and comparator; without a unit it may share its neighbour's."""
    limit = 0
    for number in found:
        if number.start < limit:
            continue
        value, vague, at = _counted(text, number)
        unit, at = _unit(text, number, at)
        if unit and unit.sort == "time" and (half := _HALF.match(text, at)) and value is not None:
            value, at = value + Decimal("0.5"), half.end()
        per, at = _per(text, unit, at)
        if unit and (more := _MORE_BEHIND.match(text, at)):
            vague, at = True, more.end()
        core = (number.start, at)
        words = compared(text, core, limit, unit.sort if unit else None, vague=vague)
        quantity = Quantity(
            start=words.start,
            end=words.end,
            core=core,
            value=value * unit.factor if value is not None and unit else value,
            unit=unit,
            comparator=words.comparator,
            chinese=number.chinese,
            bound=words.bound,
            vague=vague,
            per=per,
            scale=_scale(text, number),
            bare=unit is None and _NOUN.match(text, at) is not None and _is_scaled(text, number),
        )
        yield _checked(text, number, quantity, conflict=words.conflict)
        limit = max(words.end, core[1])


def _counted(text: str, number: Number) -> tuple[Decimal | None, bool, int]:
    """The figure with a half behind it, whether 余 or 多 follow, and where it ends."""
    value, at = number.value, number.end
    if value is not None and (half := _ONE_AND_HALF.match(text, at)):
        return value + Decimal("0.5"), False, half.end()
    if more := _VAGUE.match(text, at):
        spaced = more.end() + (text[more.end() : more.end() + 1] == " ")
        if unit_at(text, spaced) or (number.base is not None and more.group().strip() in "余多"):
            return value, True, more.end()
    return value, number.vague, at


def _unit(text: str, number: Number, at: int) -> tuple[Unit | None, int]:
    if number.share:
        return Unit(number.share, Decimal(1), "share"), at
    found = unit_at(text, at + (text[at : at + 1] == " "))
    return found or (None, at)


def _per(text: str, unit: Unit | None, at: int) -> tuple[str | None, int]:
    """The base behind a slash (元/人·月), or behind 每 where money is spoken of (元每人)."""
    found = _PER.match(text, at) if unit else None
    if not found or ("每" in found.group()[:2] and unit and unit.sort != "money"):
        return None, at
    time = f"每{found['time']}" if found["time"] else ""
    return f"每{found['what']}{time}", found.end()


def _is_scaled(text: str, number: Number) -> bool:
    words = text[number.start : number.end]
    return len(words) > 1 and words[-1] in "万亿" and number.value is not None


def _scale(text: str, number: Number) -> Decimal:
    """The last 万 or 亿 of a numeral, which a neighbour may share; else 1."""
    return SCALES[text[number.end - 1]] if _is_scaled(text, number) else Decimal(1)


def _checked(text: str, number: Number, quantity: Quantity, *, conflict: bool) -> Quantity:
    """The quantity, without its value where its numeral or its comparators are broken."""
    words = text[quantity.core[0] : quantity.core[1]]
    if number.value is None:
        tail = text[number.end : quantity.core[1]]
        readings = tuple(f"{reading}{tail}" for reading in number.readings)
        return replace(quantity, value=None, readings=readings, broken=True)
    if conflict:
        return replace(quantity, value=None, readings=(f"≥{words}", f"≤{words}"), broken=True)
    whole = quantity.unit is not None and quantity.unit.sort == "count" and quantity.scale == 1
    opens = _LINE_START.search(text[max(number.start - 8, 0) : number.start])
    if whole and opens and _LINE_LABEL.match(text, number.start):
        return replace(quantity, value=None, readings=(words, words.partition(".")[2]), broken=True)
    return quantity


def _shared(text: str, simple: list[Quantity]) -> list[Quantity]:
    """分别奖励10、5、3万元: what stands before 、 shares the unit of what follows."""
    for place in range(len(simple) - 2, -1, -1):
        this, following = simple[place], simple[place + 1]
        between = text[this.core[1] : following.core[0]]
        if this.unit or this.chinese or this.broken or not following.unit or between != "、":
            continue
        simple[place] = _as_neighbour(this, following, same_scale=this.scale == 1)
    return simple


def _carried(text: str, simple: list[Quantity]) -> list[Quantity]:
    """不超过45人（小学）、50人（初中）: the words that compare hold for the whole list."""
    for place in range(1, len(simple)):
        before, this = simple[place - 1], simple[place]
        carries = before.bound and before.comparator not in ("=", "range")
        alike = before.unit is not None and before.unit_name == this.unit_name
        plain = not this.bound and not this.broken and this.start == this.core[0]
        between = text[before.end : this.start]
        labelled = _LABELLED.fullmatch(between) and _LABEL.match(text, this.end)
        if carries and alike and plain and labelled:
            simple[place] = replace(this, comparator=before.comparator, bound=True)
    return simple


def _as_neighbour(this: Quantity, following: Quantity, *, same_scale: bool) -> Quantity:
    """A bare figure with the unit, and the scale, of the one after it."""
    value = this.value
    if value is not None and following.unit:
        value = value * following.unit.factor * (following.scale if same_scale else 1)
    scale = following.scale if same_scale else this.scale
    return replace(this, value=value, unit=following.unit, bare=False, scale=scale)


# Joining neighbours -------------------------------------------------------------------------------


def _ranges(text: str, simple: list[Quantity]) -> list[Quantity]:
    """80%—90%, 3至5年, 1-2万元 as one quantity each."""
    result: list[Quantity] = []
    for quantity in simple:
        if result and (whole := _range(text, result[-1], quantity)):
            result[-1] = whole
        else:
            result.append(quantity)
    return result


def _range(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    between = text[first.core[1] : second.core[0]]
    if not _DASH.fullmatch(between) or first.broken or second.broken or second.unit is None:
        return None
    if between == "一" and second.chinese:
        return None
    if first.comparator == "range" or second.value is None:
        return None
    whole = replace(second, start=first.start, core=(first.core[0], second.core[1]), value=None)
    if first.unit and first.unit_name != second.unit_name:
        readings = (text[slice(*first.core)], text[slice(*second.core)])
        joined = replace(whole, readings=readings, broken=True)
        return joined if _SIGN.match(between) else None
    if first.unit is None:
        # 1-2万元 begins at 10000, but 5000-2万元 at 5000.
        below = first.value is not None and first.value <= second.value / second.scale
        first = _as_neighbour(first, second, same_scale=first.scale == 1 and below)
    low, high = first.value, second.value
    if low is None or low > high or between.strip() == "一":
        readings = (f"{low}—{high} {second.unit_name}", f"{high} {second.unit_name}")
        return replace(whole, readings=readings, broken=True)
    return replace(whole, low=low, high=high, comparator="range", bound=True)


def _both_bounds(text: str, found: list[Quantity]) -> list[Quantity]:
    """3人以上5人以下, 不少于3人，不超过5人 as one range."""
    result: list[Quantity] = []
    for quantity in found:
        if result and (whole := _bounded(text, result[-1], quantity)):
            result[-1] = whole
        else:
            result.append(quantity)
    return result


def _bounded(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    low, high = first.value, second.value
    if not (first.bound and second.bound) or low is None or high is None or low >= high:
        return None
    if first.comparator not in ("≥", ">") or second.comparator not in ("≤", "<"):
        return None
    if first.unit_name != second.unit_name:
        return None
    if first.end > second.start or not _BOTH.fullmatch(text, first.end, second.start):
        return None
    core = (first.core[0], second.core[1])
    return replace(
        second, start=first.start, core=core, value=None, low=low, high=high, comparator="range"
    )


def _changes(text: str, found: list[Quantity]) -> list[Quantity]:
    """由不足50%提高到80%以上 as one quantity."""
    result: list[Quantity] = []
    for quantity in found:
        if result and (whole := _change(text, result[-1], quantity)):
            result[-1] = whole
        else:
            result.append(quantity)
    return result


def _is_index(text: str, at: int) -> bool:
    """Whether what stands before a figure is one that has no unit: 指数由0.3提高到0.5."""
    return _INDEX.search(text[max(at - _LEAD, 0) : at]) is not None


def _change(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    if first.broken or second.broken or first.value is None:
        return None
    if second.unit is None and (first.unit or not _is_index(text, first.start)):
        return None
    if second.start - first.end > _FURTHEST or first.end > second.start:
        return None
    between = text[first.end : second.start]
    source = _FROM.search(text[max(first.start - _LEAD, 0) : first.start])
    if source and _TO.fullmatch(between):
        start = max(first.start - _LEAD, 0) + source.start()
    elif first.unit_name == second.unit_name and _TO_ALONE.fullmatch(between):
        start = first.start
    else:
        return None
    whole = replace(second, start=start, core=(first.core[0], second.core[1]), value=None)
    if first.unit_name != second.unit_name and (first.unit or second.scale != 1):
        readings = (text[slice(*first.core)], text[slice(*second.core)])
        return replace(whole, low=None, high=None, readings=readings, broken=True)
    ends = second.value is not None
    return replace(
        whole,
        before=first.value,
        before_comparator=first.comparator,
        after=second.value,
        after_comparator=second.comparator if ends else None,
        comparator="=" if ends else "range",
        bound=True,
    )
