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

from corpus.model import Region
from ingest.extract import departments, unit_names
from ingest.extract.gazetteer import Classes, Gazetteer, gazetteer
from ingest.extract.naming import ASKED, CONNECTOR, Naming, Organisation
from ingest.extract.wording import Prose, Spans

# Members between two others of a list that are in no gazetteer: 龙头企业、农产品交易所、合作社.
_STRANGERS = re.compile(r"[、和及与](?P<names>(?:[一-鿿]{2,9}、){1,2})")
# A short name in brackets is the one before it: 上海市人事局（以下简称市人事局）.
_ALIAS = re.compile(r"（(?:以下)?(?:统)?简?称(?:为)?[“‘]?")
# What joins one list to another: 市住建局联合人社局.
_JOINED = re.compile(r"(?:牵头，?)?(?:联合|会同|协同|商|与|和)(?:同级)?")
# What sums up a list: the 职能部门 of "人社、工会等职能部门" are these.
_SUMMARY = re.compile(
    r"(?:、\w{2,12}){0,3}等(?:多个|多家|\d+[个家]|各类|各|一批)?(?:[一-鿿]{2,8}领域的?)?"
)
_UNITS = ("单位", "企业", "主体", "各方", "双方", "三方")
# Types that tell of a function before them, in one list, that it is a department.
_VOUCHING = ("department", "union", "court")
_LONGEST_BRACKET = 80
_BREAK = re.compile("[（）；：]")
_RESPONSIBLE = re.compile("(?:责任|主办|承办|牵头|配合|负责|实施)(?:单位|部门)：")
# 供水、燃气等管线单位: these are trades, and their units act.
_TRADES = re.compile(
    r"等.*(?:管线|权属|产权|运营|养护|建设|施工|使用|经营|生产|市政|公用|服务).*单位$"
)
_WAYS = (
    departments.departments,
    departments.offices,
    departments.by_level,
    departments.bodies,
    unit_names.known_ones,
    unit_names.proper,
    unit_names.new_ones,
    departments.bare_ones,
)


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
    found = _found(Naming(prose, region, gazetteer()))
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
            yield from _closed(prose, run, known)
            run = []
        run.append(organisation)
    yield from _closed(prose, run, known)


def _connected(prose: Prose, left: Organisation, right: Organisation) -> bool:
    if CONNECTOR.fullmatch(prose.text, left.end, right.start):
        return True
    # 民政局和电力、燃气等专业公司.
    if left.bare and right.type == "enterprise" and prose.text[left.end : right.start] == "等":
        return True
    if prose.text[left.end : right.start] == "，" and _in_charge(prose.text, left, right):
        return True
    strangers = _STRANGERS.fullmatch(prose.text, left.end, right.start)
    return strangers is not None and all(
        prose.name_start(left.end + 1 + each.end()) <= left.end + 1 + each.start()
        for each in re.finditer(r"[^、]+", strangers["names"])
    )


def _in_charge(text: str, left: Organisation, right: Organisation) -> bool:
    """Whether two stand in one list of who is in charge: （财政部，各省政府负责）, 责任单位：."""
    before = text[max(0, left.start - _LONGEST_BRACKET) : left.start]
    start = left.start - len(before) + max(map(before.rfind, "（；。\n")) + 1
    label = _RESPONSIBLE.match(text, start)
    behind = _BREAK.search(text, right.end, right.end + _LONGEST_BRACKET)
    if label or not behind:
        return label is not None and "：" not in text[label.end() : right.end]
    charged = text[right.end : behind.start()].removesuffix("。").endswith("负责")
    return charged and behind.group() == "）" and text[start - 1 : start] == "（"


def _closed(prose: Prose, run: list[Organisation], known: Gazetteer) -> Iterator[Listed]:
    """The run with what closes it; its bare words stay where something vouches for them.

    That is 等…部门 behind the list or a department in it for functions (市人社、财政局), and
    等单位 or a unit for halves of units (建设、施工、监理单位).
    """
    if not run:
        return
    closer = _closer(prose.text, run[-1].end, known)
    classes = known.table.classes
    units = closer is not None and closer.group().endswith(_UNITS)
    departments = closer is not None or _act_together(prose, run, known)
    kept: list[Organisation] = []
    for member in reversed(run):
        trade = member.name in classes.trades and bool(kept) and _is_trade(kept[-1], classes)
        half = member.name in classes.halves or trade
        # 人社、教育等部门以及深圳大学: the close may stand inside the list.
        departments = departments or _closer(prose.text, member.end, known) is not None
        if not member.bare:
            units = member.name.endswith(_UNITS) or (units and half)
            departments = closer is not None or _vouches(member)
            kept.append(member)
        elif units and half:
            unit = f"{member.name}{kept[-1].name[-2:] if trade else '单位'}"
            kept.append(replace(member, type="enterprise", normalised_name=unit, function=None))
        elif member.function and (departments or member.alone):
            kept.append(member)
    if kept:
        end = closer.end() if closer else max(kept[0].end, kept[0].until)
        yield Listed(_levelled(kept[::-1]), end)


def _is_trade(unit: Organisation, classes: Classes) -> bool:
    """Whether a unit is of a trade, as those before it: 供水、供电、供气企业."""
    return unit.name.removesuffix("企业").removesuffix("单位") in classes.trades


def _closer(text: str, end: int, known: Gazetteer) -> re.Match[str] | None:
    """What sums up a list of organisations that ends here."""
    closer = known.closer.match(text, end)
    return None if closer and _TRADES.fullmatch(closer.group()) else closer


def _act_together(prose: Prose, run: list[Organisation], known: Gazetteer) -> bool:
    """Whether several functions that mean departments only are the subject: 从住建、交通抽调."""
    strong = all(each.bare and each.function and each.name not in known.weak for each in run)
    start = run[0].start
    led = ASKED.search(prose.text, max(0, start - 2), start) is not None
    return len(run) > 1 and strong and led and prose.opens_predicate(run[-1].end)


def _vouches(member: Organisation) -> bool:
    """Whether a member of a list tells of functions before it that they are departments."""
    return member.type in _VOUCHING or member.name.endswith(("经办机构", "监管机构"))


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


def _found(here: Naming) -> list[Organisation]:
    """Leftmost first, of those that begin at one place the longest; no two overlap."""
    candidates = [each for way in _WAYS for each in way(here) if here.is_outside_quotes(each)]
    candidates += departments.listed_ones(here, candidates)
    named = Spans((each.start, each.end) for each in candidates if not each.bare)
    candidates += filter(here.is_outside_quotes, unit_names.classes(here, named))
    candidates = _without_predicates(here, candidates)
    candidates.sort(key=lambda each: (each.start, -each.end, each.bare))
    kept: list[Organisation] = []
    for each in candidates:
        last = kept[-1] if kept else None
        if last and each.start >= last.end and _repeats(here, last, each):
            kept[-1] = replace(last, until=each.end)
        elif not last or each.start >= last.end + each.bare:
            kept.append(each)
    return kept


def _without_predicates(here: Naming, candidates: list[Organisation]) -> list[Organisation]:
    """Without those that run on from a shorter one over what it does.

    In 市科技局征集企业需求 the name ends before the verb.
    """
    ends: dict[int, int] = {}
    for each in candidates:
        shorter = not each.bare and each.end < ends.get(each.start, len(here.text) + 1)
        if shorter and here.prose.opens_predicate(each.end, 2) and here.verb_led(each.end):
            ends[each.start] = each.end
    return [each for each in candidates if each.end <= ends.get(each.start, each.end)]


def _repeats(here: Naming, last: Organisation, each: Organisation) -> bool:
    """Whether an organisation only sums up the list before it, or explains it in brackets."""
    between = here.text[last.end : each.start]
    # Of 电力、燃气等专业公司 the first are trades, and the companies act.
    if last.bare and last.type == "department" and each.type == "enterprise":
        return False
    if between == "（" or _ALIAS.fullmatch(between):
        return here.text[each.end : each.end + 2].strip("”’")[:1] == "）"
    return _SUMMARY.fullmatch(between) is not None
