"""Organisations in a text: where they are named, of what type, function and level they are.

Candidates come from departments by function and suffix (市人社局), bodies of a fixed name
(省高院), units by class (施工总承包企业), proper names (四川建筑职业技术学院) and patterns
(中建八局). Of those that overlap the leftmost and longest stays. A function without a suffix
(市人社, 财政) is a department only in a list that ends in one or in 等…部门.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus import regions
from corpus.model import Region, Span
from corpus.registry import ActorType
from ingest.extract.gazetteer import Ends, Gazetteer, gazetteer
from ingest.extract.wording import Prose, Spans

_LEVELS = {"province": "省级", "city": "市级", "county": "县级"}
_CONNECTOR = re.compile(
    r"(?:”?(?:等(?:部门|单位)?)?(?:（[^）]{1,8}）)?(?:、|，?以及|或者|[和与及或暨])(?:其他|其它)?|”)"
    r"(?:[^，。；：、的]{1,10}的)?(?:\d{1,4}余?[家个所]|多[家个])?“?"
)
# Members between two others of a list that are in no gazetteer: 龙头企业、农产品交易所、合作社.
_STRANGERS = re.compile(r"[、和及与](?P<names>(?:[一-鿿]{2,9}、){1,2})")
# A member of a list of departments that no gazetteer knows: 黄河河务, 园区管理.
_LISTED = re.compile(r"(?:(?<=、)|(?<=[和及与或]))[一-鿿]{2,8}$|^[一-鿿]{2,8}$")
# Whose committee of management it is: 省级以上经济开发区（高新区）管委会.
_ZONE = re.compile(r"[一-鿿]{0,12}[区园城港](?:（[^（）]{1,24}）)?")
# A short name in brackets is the one before it: 上海市人事局（以下简称市人事局）.
_ALIAS = re.compile(r"（(?:以下)?(?:统)?简?称(?:为)?[“‘]?")
# 政府网站, 政府采购: no government that acts.
_OF_GOVERNMENT = re.compile(
    r"网(?:站|$|[，。、；])|官网|门户|采购|购买|投资|债券|定价|指导价|补[贴助]|储备|决策|规章|公报|热线|信息公开|"
    r"工作报告|一般债|专项债|预算|绩效|令第|（[^）]{0,6}令"
)
# What joins one list to another: 市住建局联合人社局.
_JOINED = re.compile(r"(?:牵头，?)?(?:联合|会同|协同|商|与|和)(?:同级)?")
# What sums up a list: the 职能部门 of "人社、工会等职能部门" are these.
_SUMMARY = re.compile(r"(?:、\w{2,12}){0,3}等(?:多个|多家|\d+[个家]|各类|各|一批)?")
_LEVEL_CHARS = tuple("省市州县区镇")
_OPENING_QUOTES = ("“", "‘")
_UNITS = ("单位", "企业", "主体", "各方")
# Types that tell of a function before them, in one list, that it is a department.
_VOUCHING = ("department", "union", "court")
# 牵头单位：, 责任单位为: a label, no organisation.
_LABEL = re.compile(
    r"(?:牵头|主办|责任|承办|实施|配合|协助|协办|支持|指导|成员|组成|合作)(?:单位|企业)(?:[：:为是]|包括|分别)"
)
_QUOTED = re.compile(r"“[^“”]{1,60}”|《[^《》]{1,120}》|‘[^‘’]{1,60}’")
# A word that tells a class of units; not what leads from one clause to the next.
_UNKNOWN = re.compile(
    r"(?!.*(?:期间|[中内外后前时下上者人对向入予给到至成为]$|[\dA-Za-z]))[一-鿿]{2,4}"
)
# Behind 依托 a place is somebody: 依托创业孵化基地.
_LEANT_ON = re.compile(r"(?:依托|依靠|借助)(?:现有|已有|各类|本地|当地|该市)*$")
# What may go on from a function: 省生态环境监测数据平台.
_PLATFORM = re.compile("平台|系统|数据库")
# Before these it is a verb: 并记入企业信用档案.
_ADVERBS = tuple("并应要须可已均都未不再则需就也得")
_LONGEST = 30
_MOST_MODIFIERS = 8
# So many characters before 领导小组 say which it is.
_TELLING = 4


@dataclass(frozen=True)
class Organisation:
    """An organisation as a text names it.

    ``name`` is the text between ``start`` and ``end``. ``place`` marks bases and parks, which act
    only as somebody's partner; ``bare`` a function or unit without its suffix, and ``alone`` such a
    function that acts by itself (由市财政发放). ``until`` is where words that sum it up end.
    """

    start: int
    end: int
    name: str
    type: ActorType
    normalised_name: str
    function: str | None = None
    level: str | None = None
    place: bool = False
    bare: bool = False
    alone: bool = False
    until: int = 0


@dataclass(frozen=True)
class Listed:
    """Organisations that stand in one list, and the span of the list with what closes it."""

    members: tuple[Organisation, ...]
    end: int

    @property
    def start(self) -> int:
        """Where the list begins."""
        return self.members[0].start


def organisations(prose: Prose, region: Region | None = None) -> list[Organisation]:
    """All organisations that a text names, in order and without overlaps.

    Args:
        prose: the text.
        region: the division that the text speaks of; 市 of a municipality is of province level.
    """
    return [member for each in listed(prose, region) for member in each.members]


def listed(prose: Prose, region: Region | None = None) -> list[Listed]:
    """The organisations of a text by the lists they stand in (市人社、财政等相关部门)."""
    found = _Finder(prose, region, gazetteer()).all()
    return _joined(prose.text, list(_lists(prose, found, gazetteer())))


def _joined(text: str, lists: list[Listed]) -> list[Listed]:
    """The lists with the level of the one they are joined to: 市住建局联合人社局、工会."""
    result: list[Listed] = []
    for each in lists:
        before = result[-1] if result else None
        if before and _JOINED.fullmatch(text, before.end, each.start):
            level = before.members[-1].level
            each = replace(each, members=_levelled(list(each.members), level))
        result.append(each)
    return result


# Lists -----------------------------------------------------------------------------------------


def _lists(prose: Prose, found: list[Organisation], known: Gazetteer) -> Iterator[Listed]:
    """Runs of organisations with connectors between them, without bare functions on their own."""
    run: list[Organisation] = []
    for organisation in found:
        if run and not _connected(prose, run[-1], organisation):
            yield from _closed(prose.text, run, known)
            run = []
        run.append(organisation)
    yield from _closed(prose.text, run, known)


def _connected(prose: Prose, left: Organisation, right: Organisation) -> bool:
    if _CONNECTOR.fullmatch(prose.text, left.end, right.start):
        return True
    strangers = _STRANGERS.fullmatch(prose.text, left.end, right.start)
    return strangers is not None and all(
        prose.name_start(left.end + 1 + each.end()) <= left.end + 1 + each.start()
        for each in re.finditer(r"[^、]+", strangers["names"])
    )


def _closed(text: str, run: list[Organisation], known: Gazetteer) -> Iterator[Listed]:
    """The run with what closes it; its bare words stay where something vouches for them.

    That is 等…部门 behind the list or a department in it for functions (市人社、财政局), and
    等单位 or a unit for halves of units (建设、施工、监理单位).
    """
    if not run:
        return
    closer = known.closer.match(text, run[-1].end)
    units = closer is not None and closer.group().endswith(_UNITS)
    departments = closer is not None
    kept: list[Organisation] = []
    for member in reversed(run):
        half = member.name in known.table.classes.halves
        # 人社、教育等部门以及深圳大学: the close may stand inside the list.
        departments = departments or known.closer.match(text, member.end) is not None
        if not member.bare:
            units = member.name.endswith(_UNITS) or (units and half)
            departments = member.type in _VOUCHING or closer is not None
            kept.append(member)
        elif units and half:
            unit = f"{member.name}单位"
            kept.append(replace(member, type="enterprise", normalised_name=unit, function=None))
        elif member.function and (departments or member.alone):
            kept.append(member)
    if kept:
        end = closer.end() if closer else max(kept[0].end, kept[0].until)
        yield Listed(_levelled(kept[::-1]), end)


def _levelled(members: list[Organisation], level: str | None = None) -> tuple[Organisation, ...]:
    """Members without a level take that of the member before them: 市人社、财政; 市住建局、工会.

    A ministry tells the level of bare functions only, and a class of units has none.
    """
    result = []
    for member in members:
        heir = member.bare or (level != "国家" and member.type in _VOUCHING)
        result.append(replace(member, level=level) if heir and not member.level else member)
        level = member.level or level
    return tuple(result)


# Candidates ------------------------------------------------------------------------------------


class _Finder:
    """Finds the candidates in one text and settles which overlap."""

    def __init__(self, prose: Prose, region: Region | None, known: Gazetteer) -> None:
        self.prose, self.text, self.known = prose, prose.text, known
        self.region = region
        within = region.adcode if region else None
        mentions = [*_own_names(self.text, region), *regions.mentions(self.text, within)]
        self.region_at = Spans((start, end) for start, end, _ in mentions)
        self.level_at = {start: _LEVELS[found.level] for start, _, found in reversed(mentions)}
        self.quoted = Spans(match.span() for match in _QUOTED.finditer(self.text))

    def all(self) -> list[Organisation]:
        """Leftmost first, of those that begin at one place the longest; no two overlap."""
        ways = (
            self.departments, self.by_level, self.bodies, self.known_ones, self.proper,
            self.bare_ones,
        )  # fmt: skip
        candidates = [each for way in ways for each in way() if self._is_outside_quotes(each)]
        candidates += self.listed_ones(candidates)
        named = Spans((each.start, each.end) for each in candidates if not each.bare)
        candidates += filter(self._is_outside_quotes, self.classes(named))
        candidates.sort(key=lambda each: (each.start, -each.end, each.bare))
        kept: list[Organisation] = []
        for each in candidates:
            last = kept[-1] if kept else None
            if last and each.start >= last.end and self._repeats(last, each):
                kept[-1] = replace(last, until=each.end)
            elif not last or each.start >= last.end + each.bare:
                kept.append(each)
        return kept

    def _repeats(self, last: Organisation, each: Organisation) -> bool:
        """Whether an organisation only sums up the list before it, or explains it in brackets."""
        between = self.text[last.end : each.start]
        if between == "（" or _ALIAS.fullmatch(between):
            return self.text[each.end : each.end + 2].strip("”’")[:1] == "）"
        return _SUMMARY.fullmatch(between) is not None

    def departments(self) -> Iterator[Organisation]:
        """市住房城乡建设局, 人社部门, 住建部办公厅; 相关职能部门; and functions alone."""
        for match in self.known.department.finditer(self.text):
            form = match["form"] or match["national"]
            function = self.known.function_of[form]
            level = "国家" if match["national"] else self._level(match["level"], match["suffix"])
            yield self._named(match.span(), "department", f"{function}部门", function, level)
        for match in self.known.general.finditer(self.text):
            yield self._named(
                match.span(), "department", match["name"], level=self._level(match["level"])
            )

    def by_level(self) -> Iterator[Organisation]:
        """Departments of any function that their level tells: 市、区县规划资源主管部门."""
        for match in self.known.by_level.finditer(self.text):
            start, end = match.span("what")
            if self.prose.name_start(end) <= start and not self.region_at.overlap(start, end):
                name, level = match["what"], self._level(match["level"])
                yield self._named(match.span(), "department", f"{name}部门", name, level)

    def bare_ones(self) -> Iterator[Organisation]:
        """Functions and units without their suffixes, where they may stand in a list."""
        for match in self.known.bare.finditer(self.text):
            form, level = match["form"], self._level(match["level"])
            function = self.known.function_of[form]
            normalised = f"{function}部门"
            found = self._named(match.span(), "department", normalised, function, level)
            weak = form in self.known.weak
            alone = not weak and self._acts_alone(found, match["level"] is not None)
            if alone or self._may_be_listed(found, weak):
                yield replace(found, bare=True, alone=alone)
        for match in self.known.half.finditer(self.text):
            found = self._named(match.span(), "enterprise", f"{match.group()}单位")
            if self._may_be_listed(found, True):
                yield replace(found, bare=True)

    def listed_ones(self, known: list[Organisation]) -> list[Organisation]:
        """Members of a list of departments that are in no gazetteer, by the list's own close.

        In 发展改革、财政、黄河河务等部门 the last is one like those before it.
        """
        found = []
        ends = {each.end: each for each in known if each.bare or each.type == "department"}
        for closer in self.known.closer.finditer(self.text):
            if not closer.group().endswith(("部门", "机关")):
                continue
            end, members, strange = closer.start(), 0, []
            while end > 0:
                named = ends.get(end)
                start = named.start if named else self._listed(end)
                if start is None:
                    break
                members += named is not None
                if named is None:
                    name = self.text[start:end]
                    normalised = f"{name}部门"
                    strange.append(self._named((start, end), "department", normalised))
                if self.text[start - 1 : start] not in tuple("、和及与或"):
                    break
                end = start - (2 if self.text.startswith("以及", start - 2) else 1)
            if members >= len(strange):
                found += [replace(each, bare=True, alone=True) for each in strange]
        return [replace(each, function=each.name) for each in found]

    def _listed(self, end: int) -> int | None:
        """Where a member that ends here begins, unless what stands there is no plain word."""
        left = max(self.prose.name_start(end), end - 9)
        mark = max(self.text.rfind(mark, left, end) for mark in "、和及与或")
        start = max(left, mark + 1)
        return start if _LISTED.search(self.text[max(0, start - 1) : end]) else None

    def _acts_alone(self, found: Organisation, levelled: bool) -> bool:
        """Whether 市人社, or 由财政, is followed by what it does."""
        by = self.text[found.start - 1 : found.start] == "由"
        platform = _PLATFORM.search(self.text, found.end, found.end + _LONGEST // 2)
        if platform and self.prose.name_start(platform.start()) <= found.start:
            return False
        return (levelled or by) and self.prose.opens_predicate(found.end)

    def _may_be_listed(self, found: Organisation, weak: bool) -> bool:
        """Whether a bare word has list marks beside it, or is closed by 等部门."""
        listed_left = self.text[found.start - 1 : found.start] in tuple("、和与及")
        listed_right = _CONNECTOR.match(self.text, found.end) is not None
        closed = self.known.closer.match(self.text, found.end) is not None
        if weak and not listed_left:
            return listed_right and self._begins_list(found)
        return listed_left or listed_right or closed

    def _begins_list(self, found: Organisation) -> bool:
        """Whether a word that has many meanings stands where a list can begin."""
        start = found.start
        return found.level is not None or self.prose.name_start(found.end) == start

    def bodies(self) -> Iterator[Organisation]:
        """省高院, 市总工会, 县人民政府."""
        for match in self.known.body.finditer(self.text):
            body = self.known.body_of[match["name"]]
            level = self._level(match["level"])
            governs = body.type != "government" or not _OF_GOVERNMENT.match(self.text, match.end())
            if governs and not self._cut_off(match.end()):
                span = self._zoned(match.start("name"), match.start()), match.end()
                yield self._named(span, body.type, body.normalised, body.function, level)

    def _zoned(self, at: int, start: int) -> int:
        """Where a committee of management begins, with the zone that it manages."""
        if not self.text.startswith(("管委会", "管理委员会"), at):
            return start
        bracket = self.text.rfind("（", max(0, at - 26), at) if self.text[at - 1] == "）" else at
        left = self.prose.name_start(bracket) if bracket >= 0 else start
        return left if left < start and _ZONE.fullmatch(self.text, left, at) else start

    def known_ones(self) -> Iterator[Organisation]:
        """Units found by patterns."""
        for kind, pattern in self.known.known:
            for match in pattern.finditer(self.text):
                yield self._named(match.span(), kind, match.group())

    def classes(self, named: Spans) -> Iterator[Organisation]:
        """Units by class, with the modifiers before their head, where no other name stands."""
        classes = self.known.table.classes
        for match in self.known.class_head.finditer(self.text):
            ends = self.known.head_of[match.group()]
            start = self._modified(match.start(), ends.type)
            if self.text[start - 1 : start] in _LEVEL_CHARS and start < match.start():
                start -= self.prose.name_start(match.end()) == start - 1
            start = self._with_unknown(self._with_levels(start), match, named)
            name = self.text[start : match.end()]
            if (start == match.start() and name in classes.bare_not) or name in classes.not_names:
                continue
            if _LABEL.match(self.text, start):
                continue
            if not self._cut_off(match.end()):
                yield self._named((start, match.end()), ends.type, _unquantified(name))

    def _with_levels(self, start: int) -> int:
        """Where a class begins that several levels have: 市、县融资担保机构."""
        end = start + (self.text[start : start + 1] in _LEVEL_CHARS)
        for left in range(max(0, start - 8), start - 1):
            if "、" in self.text[left:end] and self.known.level.fullmatch(self.text, left, end):
                return left
        return start

    def _with_unknown(self, start: int, head: re.Match[str], named: Spans) -> int:
        """Where a class begins that is told by a short word of no list: 承运企业, 养老机构."""
        left = self.prose.name_start(head.end())
        led = self.text[left - 1 : left] in _ADVERBS or self.prose.opens_predicate(left)
        if led or head.group() in self.known.table.classes.not_told or named.overlap(left, start):
            return start
        return left if _UNKNOWN.fullmatch(self.text, left, start) else start

    def _modified(self, head: int, kind: ActorType) -> int:
        """Where the modifiers before a head begin, read leftwards, the longest first."""
        verbal = kind in self.known.table.classes.verbal_types
        at = head
        for _ in range(_MOST_MODIFIERS):
            for size in range(min(10, at), 0, -1):
                word = self.text[at - size : at]
                if word in self.known.modifiers or (verbal and word in self.known.verbal):
                    # 指导业主委员会: a verb stands right before the head or not at all.
                    verbal = verbal and word not in self.known.modifiers
                    at -= size
                    break
            else:
                break
        return at

    def proper(self) -> Iterator[Organisation]:
        """Proper names, from the last stop before them to their end."""
        for match in self.known.proper_end.finditer(self.text):
            ends = self.known.end_of[match.group()]
            start, level = self._opening(match.start())
            quoted = self.text[start - 1 : start] in _OPENING_QUOTES
            named = level is not None or quoted or self._tells(start, match.start(), ends)
            if ends.place and match.start() - start > 1:
                named = named or _LEANT_ON.search(self.text, max(0, start - 8), start) is not None
            if not named or match.end() - start > _LONGEST or self._cut_off(match.end()):
                continue
            name = self.text[start : match.end()]
            if not self.known.generic.fullmatch(name, 0, match.start() - start):
                yield Organisation(
                    start, match.end(), name, ends.type, name, level=level or None, place=ends.place
                )

    def _tells(self, start: int, end: int, ends: Ends) -> bool:
        """Whether what stands before the end of a name is a name and not only modifiers."""
        if ends.type == "committee":
            return end - start >= _TELLING
        return ends.telling and end - start > 1 and self._modified(end, ends.type) != start

    def _opening(self, at: int) -> tuple[int, str | None]:
        """Where a proper name that reaches ``at`` begins, and the level if a division opens it.

        The level is empty where the name opens with a division or level that has none (中国).
        """
        start = self.prose.name_start(at)
        start -= self.text[start - 1 : start] == "各"
        region = self.region_at.around(start)
        if region and region[1] <= at:
            return region[0], self.level_at[region[0]]
        level = self.known.level.match(self.text, start, at)
        if level:
            return start, self._level(level["level"]) or ""
        return start, "" if self.text.startswith("中国", start) else None

    def _cut_off(self, end: int) -> bool:
        """Whether the word goes on: 企业家, 企业级, 建设方案."""
        classes, behind = self.known.table.classes, self.text[end : end + 1]
        if behind and self.text[end - 1] == "方" and behind in classes.not_behind_side:
            return True
        return any(self.text.startswith(word, end) for word in classes.not_before)

    def _named(
        self,
        span: Span,
        kind: ActorType,
        normalised: str,
        function: str | None = None,
        level: str | None = None,
    ) -> Organisation:
        """An organisation with the division's name right before it, if there is one."""
        start, end = span
        # Of 赣州市人民政府 the 市 is part of the division's name.
        region = self.region_at.around(start) or self.region_at.around(start - 1)
        if region and region[1] < end:
            start, level = region[0], self.level_at[region[0]]
        return Organisation(start, end, self.text[start:end], kind, normalised, function, level)

    def _level(self, word: str | None, suffix: str | None = None) -> str | None:
        """The level that a word before a name, or the suffix 厅, says."""
        if suffix == "厅":
            return "省级"
        level = self.known.level_of.get(word or "") or None
        # 市 in a municipality is the level of a province.
        if level == "市级" and self.region is not None and self.region.adcode[2:] == "0000":
            return "省级" if self.region.name.endswith("市") else level
        return level

    def _is_outside_quotes(self, each: Organisation) -> bool:
        """Whether it is not inside quotation marks, unless it is all that stands in them."""
        around = (self.quoted.around(each.start), self.quoted.around(each.end - 1))
        return all(
            span is None
            or span[0] >= each.start
            or (span[0] + 1, span[1] - 1) == (each.start, each.end)
            for span in around
        )


def _own_names(text: str, region: Region | None) -> Iterator[tuple[int, int, Region]]:
    """Where the text's own division is named, also by a name that is an ordinary word (和县)."""
    own = region.path[-1] if region else ""
    if region and len(own) > 1:
        for match in re.finditer(re.escape(own), text):
            yield match.start(), match.end(), region


_QUANTIFIERS = re.compile(r"^(?:各有关|各相关|各类|各级|各|所有|全部|部分|有关|相关)+(?=..)")


def _unquantified(name: str) -> str:
    return _QUANTIFIERS.sub("", name)
