"""Conditions in a query's own words: regions, levels, groups, years, document numbers, negation.

A condition is read only where the words can hardly mean anything else: 浙江的数字化管理经验 asks
for 浙江, 四川建筑职业技术学院 is a name, and a pasted clause has no conditions at all. What was
read is shown to the user, who can switch it off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Literal

from corpus import regions
from corpus.model import Level, Span
from corpus.registry import LABELS
from corpus.text import fold

ConditionKind = Literal["region", "exclude_region", "level", "year", "number"]

# A longer text is a draft or a text to find the like of; what it names is its matter.
MAX_QUESTION = 48

_END = r"(?=$|[\s,，。、；;？?！!）)])"
# What may follow the name of a region that is a condition.
_ASIDE = re.compile(
    rf"{_END}|的|各|省内|全省|全市|市内|境内|地区|这边|那边|当地|本地|怎么|怎样|如何|有|是|在|对|把|要|"
    r"做|搞|用|给|什么|哪|里|市县|县区|区县|省级|市级|县级|经验|做法|案例|先例|模式"
)
# What may stand before a region, or nothing.
_ASKING = re.compile(
    r"(?:^|[\s,，。、；;？?！!（(]|请问|想问|问下|查询|查找|查一?下|找|看看|看|比较|对比|学习|参考|借鉴|关于|"
    r"在|像|比如|例如|只要|只看|仅|限)$"
)
_WORD_GOES_ON = frozenset("场署议级")  # 两广场, 中部署, 省会议
_NAMED = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:学院|大学|学校|公司|集团|协会|大厦|银行|杯|条例|办法|规定|方案|意见|"
    r"通知|清单)|级"
)
_EXCEPT_BEFORE = re.compile(
    r"(?:不含|不包括|不包含|不要|不算|排除|除去|除了|(?<![免解清拆根消废移])除|(?<!是)非|剔除|去掉|不看|(?<!是)不是)$"
)
# 上海外来人员 and 重庆外墙 leave nothing out.
_EXCEPT_AFTER = re.compile(
    r"(?:以外|之外|除外|外(?=$|的|[\s,，、。；;？?！!]|还|有|其他|各|哪))(?:的)?"
)
_LIST_MARK = re.compile(r"[、和与及跟或]|以及")
_TAIL = re.compile(
    r"(?:省内|市内|境内|内|当地|本地|地区|省份|两省市?|三省|两地|三地|两市|这边|那边|全省|全市|各地|的)+"
)

_AT_LEVEL = (
    r"(?=的|层面|做法|经验|案例|先例|地区|城市|政府|单位|怎么|怎样|如何|有|和|与|$|[\s,，、。？?])"
)
_Patterns = tuple[tuple[re.Pattern[str], tuple[Level, ...]], ...]
_LEVELS: _Patterns = (
    (
        re.compile(rf"(?:区县|县区|县市区|县|区)一?级{_AT_LEVEL}(?:层面)?|县里|县域|县上|区县里"),
        ("county",),
    ),
    (
        re.compile(
            rf"(?:地市|地|设区市?|市)一?级{_AT_LEVEL}(?:层面)?|地级市|(?<![城超集都闹])市里"
        ),
        ("city",),
    ),
    (re.compile(rf"(?:省|自治区)一?级{_AT_LEVEL}(?:层面)?|省里(?!程)"), ("province",)),
    (re.compile(rf"市县{_AT_LEVEL}"), ("city", "county")),
)
# 各市 is a condition at the start or behind a region only: “2024年底前各县区要建几个” is not.
_EACH: _Patterns = (
    (re.compile(r"各(?:区县|县区|县市区|县)"), ("county",)),
    (re.compile(r"各(?:地级市|地市|市)(?!县)"), ("city",)),
    (re.compile(r"各市县"), ("city", "county")),
    (re.compile(r"各省市"), ("province", "city")),
    (re.compile(r"各(?:省份|省区市|省)(?!市)"), ("province",)),
)
_YEAR = re.compile(r"(?<![\d〔\[（(【])((?:19|20)\d{2})\s*年")
_NUMBER = re.compile(
    r"(?:关于|根据|依据|按照|落实|印发|查找|查)?([\u4e00-\u9fff]{1,10}?)"
    r"\s*[〔\[（(【]\s*(\d{4})\s*[〕\]）)】]\s*第?\s*(\d{1,5})\s*号"
)


@dataclass(frozen=True)
class Condition:
    """A condition that was read.

    Attributes:
        kind: what it is about.
        words: the query's words for it.
        label: what the user is shown, and by which it can be switched off.
        span: where the words stand in the query; they are looked for no more.
        codes: divisions, for conditions on regions.
        levels: levels of divisions.
        value: the year, or the folded document number.
    """

    kind: ConditionKind
    words: str
    label: str
    span: Span
    codes: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    value: str = ""


@dataclass(frozen=True)
class Conditions:
    """All conditions of a query, and the query without their words."""

    found: tuple[Condition, ...] = ()
    rest: str = ""

    def codes(self, kind: ConditionKind) -> tuple[str, ...]:
        """Divisions of all conditions of a kind."""
        of_kind = (one.codes for one in self.found if one.kind == kind)
        return tuple(dict.fromkeys(chain.from_iterable(of_kind)))

    @property
    def levels(self) -> tuple[Level, ...]:
        """Levels of divisions asked for."""
        return tuple(dict.fromkeys(chain.from_iterable(one.levels for one in self.found)))

    @property
    def years(self) -> tuple[int, ...]:
        """Years named."""
        return tuple(dict.fromkeys(int(one.value) for one in self.found if one.kind == "year"))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Document numbers named, folded."""
        return tuple(one.value for one in self.found if one.kind == "number")

    @property
    def restricting(self) -> bool:
        """Whether some condition leaves passages out."""
        return any(one.kind != "year" for one in self.found)


def read_conditions(query: str, off: Iterable[str] = ()) -> Conditions:
    """Read the conditions of a query.

    Args:
        query: without control characters; its spans count in it.
        off: folded words or labels of conditions that are not wanted.
    """
    unwanted = set(off)
    if len(query) > MAX_QUESTION:
        return Conditions((), query)
    reader = _Reader(query)
    found = [one for one in reader.read() if not _is_off(one, unwanted)]
    return Conditions(tuple(found), _without(query, [one.span for one in found if _is_said(one)]))


def _is_off(one: Condition, unwanted: set[str]) -> bool:
    return fold(one.words) in unwanted or fold(one.label) in unwanted


def _is_said(one: Condition) -> bool:
    """Whether the condition says it all: a year and a number are also words of the texts."""
    return one.kind not in ("year", "number")


def _without(query: str, spans: Iterable[Span]) -> str:
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(query[at:start])
        at = max(at, end)
    return " ".join(" ".join([*kept, query[at:]]).split())


@dataclass
class _Reader:
    query: str
    taken: list[Span] = field(default_factory=list)

    def read(self) -> list[Condition]:
        """Every condition, in the order in which the query names them."""
        found = [*self._numbers(), *self._regions(), *self._groups(), *self._levels()]
        found += self._years()
        return sorted(found, key=lambda one: one.span)

    def _free(self, span: Span) -> bool:
        return all(span[1] <= start or end <= span[0] for start, end in self.taken)

    def _take(self, one: Condition) -> Condition:
        self.taken.append(one.span)
        return one

    def _numbers(self) -> Iterator[Condition]:
        for match in _NUMBER.finditer(self.query):
            # Documents write their issuer's code in full or short; its end is the same.
            value = fold(f"{match[1][-2:]}〔{match[2]}〕{match[3]}号")
            span = (match.start(1), match.end())
            words = self.query[span[0] : span[1]]
            yield self._take(Condition("number", words, words, span, value=value))

    def _regions(self) -> list[Condition]:
        named: list[Place] = [
            (start, end, (region.adcode,), region.name)
            for start, end, region in regions.mentions(self.query)
        ]
        return self._places(named, own_name=False)

    def _groups(self) -> list[Condition]:
        named: list[Place] = [
            (match.start(), match.end(), regions.groups()[match.group()], match.group())
            for match in _group_names().finditer(self.query)
            if self.query[match.end() : match.end() + 1] != "级"
        ]
        return self._places(named, own_name=True)

    def _places(self, named: list[Place], own_name: bool) -> list[Condition]:
        """Conditions of the places named; those of a list share what stands around the list."""
        found: list[Condition] = []
        for run in _lists(self.query, [one for one in named if self._free(one[:2])]):
            start, end = run[0][0], run[-1][1]
            kind = self._kind(start, end, own_name)
            if kind is None:
                continue
            left, right = self._words(kind, start, end)
            for place, (begin, stop, codes, label) in enumerate(run):
                span = (
                    left if place == 0 else run[place - 1][1],
                    right if place == len(run) - 1 else stop,
                )
                words = self.query[begin:stop]
                found.append(self._take(Condition(kind, words, label, span, codes)))
        return found

    def _kind(self, start: int, end: int, own_name: bool) -> ConditionKind | None:
        before, after = self.query[:start], self.query[end:]
        if _EXCEPT_BEFORE.search(before) or _EXCEPT_AFTER.match(after):
            return "exclude_region"
        if _NAMED.match(after) or (own_name and bool(after) and after[0] in _WORD_GOES_ON):
            return None
        # A short name of a group stands inside other words: 集中部署, 全省会议.
        if (own_name and end - start > 2) or _ASIDE.match(after) or _ASKING.search(before):
            return "region"
        return None

    def _words(self, kind: ConditionKind, start: int, end: int) -> Span:
        """Where the words begin and end that say a condition and nothing else."""
        if kind == "exclude_region":
            if before := _EXCEPT_BEFORE.search(self.query[:start]):
                start = before.start()
            if after := _EXCEPT_AFTER.match(self.query, end):
                end = after.end()
        if tail := _TAIL.match(self.query, end):
            end = tail.end()
        return start, end

    def _levels(self) -> list[Condition]:
        found = []
        for pattern, levels in _LEVELS:
            found += [self._level(match, levels) for match in pattern.finditer(self.query)]
        for pattern, levels in _EACH:
            found += [
                self._level(match, levels)
                for match in pattern.finditer(self.query)
                if match.start() == 0 or any(end == match.start() for _, end in self.taken)
            ]
        kept = [one for one in found if self._free(one.span)]
        return [self._take(one) for one in kept if self._free(one.span)]

    def _level(self, match: re.Match[str], levels: tuple[Level, ...]) -> Condition:
        words = match.group()
        end = match.end() + (self.query[match.end() : match.end() + 1] == "的")
        label = "、".join(LABELS["level"][level] for level in levels)
        return Condition("level", words, label, (match.start(), end), levels=levels)

    def _years(self) -> Iterator[Condition]:
        for match in _YEAR.finditer(self.query):
            if self._free(match.span()):
                label = f"{match[1]}年"
                yield Condition("year", match.group(), label, match.span(), value=match[1])


Place = tuple[int, int, tuple[str, ...], str]


def _lists(query: str, named: list[Place]) -> Iterator[list[Place]]:
    """The places, those that stand in one list together."""
    run: list[Place] = []
    for one in named:
        if run and not _LIST_MARK.fullmatch(query[run[-1][1] : one[0]]):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


@cache
def _group_names() -> re.Pattern[str]:
    names = sorted(regions.groups(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))
