"""Departments and other bodies of state and society in a text, by function, level or fixed name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.extract.naming import ASKED, CONNECTOR, LONGEST, Naming, Organisation

# A member of a list of departments that no gazetteer knows: 黄河河务, 园区管理.
_LISTED = re.compile(r"(?:(?<=、)|(?<=[和及与或]))[一-鿿]{2,8}$|^[一-鿿]{2,8}$")
# Whose committee of management it is: 省级以上经济开发区（高新区）管委会.
_ZONE = re.compile(r"[一-鿿]{0,12}[区园城港](?:（[^（）]{1,24}）)?")
# 政府网站, 政府采购: no government that acts.
_OF_GOVERNMENT = re.compile(
    r"网(?:站|$|[，。、；])|官网|门户|采购|购买|投资|债券|定价|指导价|补[贴助]|储备|决策|规章|公报|热线|信息公开|"
    r"治理|法律顾问|公信力|部门间|之间|职能|信息|角色|失灵|失信|行为|工作报告|一般债|专项债|预算|绩效|令第|（[^）]{0,6}令"
)
# Who stands beside a function that acts: 由财政、企业分担.
_BESIDE = re.compile(r"[、和与及]")
# What may go on from a function: 省生态环境监测数据平台.
_PLATFORM = re.compile("平台|系统|数据库")
# 统筹中央财政示范资金: money, nobody who acts.
_MONEY_OF = ("统筹", "整合", "争取", "用好", "利用", "使用")
# 市旅文局, 县区劳务办, 省委编办: an office of a division whose function no list has.
_OFFICE = re.compile(
    r"(?:(?<![布格结全大僵破开时变政定战当终败邮书骗设答])(?:分?局|总署)(?![面部限势地长])|(?<![大客展餐前门歌舞正偏])厅(?!堂|级|长)|"
    r"(?<=[一-鿿]{2})(?<![承举兴督交开主协筹查侦经代领采帮转创申补自通联快好即合可催包])"
    r"办(?:公室|事处|(?![公理法事学案结证好税件班赛医刊成得实展节会企厂电矿主函]))|"
    r"(?<=[一-鿿]{2})(?<![常国政编农])委(?![托员派会任以书屈外培内婉]))"
)
_LONGEST_OFFICE = 12
_WORDS = re.compile("[一-鿿]{1,10}")


def departments(here: Naming) -> Iterator[Organisation]:
    """市住房城乡建设局, 人社部门, 住建部办公厅; 相关职能部门; and functions alone."""
    for match in here.known.department.finditer(here.text):
        form = match["form"] or match["national"]
        function = here.known.function_of[form]
        level = "国家" if match["national"] else here.level(match["level"], match["suffix"])
        yield here.named(match.span(), "department", f"{function}部门", function, level)
    for match in here.known.general.finditer(here.text):
        yield here.named(
            match.span(), "department", match["name"], level=here.level(match["level"])
        )


def offices(here: Naming) -> Iterator[Organisation]:
    """Offices of a division whose function is in no list: 市旅文局, 县区劳务办."""
    for match in _OFFICE.finditer(here.text):
        start, level = here.opening(match.start())
        named = level is not None and match.end() - start <= _LONGEST_OFFICE + len(level)
        if named and _goes_on_from_level(here, start, match.start()):
            name = here.text[start : match.end()]
            yield Organisation(start, match.end(), name, "department", name, level=level or None)


def _goes_on_from_level(here: Naming, start: int, end: int) -> bool:
    """Whether plain words stand between the division that opens a name and its end."""
    region = here.region_at.around(start)
    level = here.known.level.match(here.text, start, end)
    behind = region[1] if region else level.end() if level else end
    return _WORDS.fullmatch(here.text, behind, end) is not None


def by_level(here: Naming) -> Iterator[Organisation]:
    """Departments of any function that their level tells: 市、区县规划资源主管部门."""
    for match in here.known.by_level.finditer(here.text):
        start, end = match.span("what")
        if here.prose.name_start(end) <= start and not here.region_at.overlap(start, end):
            name, level = match["what"], here.level(match["level"])
            yield here.named(match.span(), "department", f"{name}部门", name, level)


def bare_ones(here: Naming) -> Iterator[Organisation]:
    """Functions and units without their suffixes, where they may stand in a list."""
    for match in here.known.bare.finditer(here.text):
        form, level = match["form"], here.level(match["level"])
        function = here.known.function_of[form]
        normalised = f"{function}部门"
        found = here.named(match.span(), "department", normalised, function, level)
        weak = form in here.known.weak
        alone = not weak and _acts_alone(here, found, match["level"] is not None)
        if alone or _may_be_listed(here, found, weak):
            yield replace(found, bare=True, alone=alone)
    for match in here.known.half.finditer(here.text):
        found = here.named(match.span(), "enterprise", f"{match.group()}单位")
        if _may_be_listed(here, found, True):
            yield replace(found, bare=True)


def listed_ones(here: Naming, known: list[Organisation]) -> list[Organisation]:
    """Members of a list of departments that are in no gazetteer, by the list's own close.

    In 发展改革、财政、黄河河务等部门 the last is one like those before it.
    """
    found = []
    ends = {each.end: each for each in known if each.bare or each.type == "department"}
    for closer in here.known.closer.finditer(here.text):
        if not closer.group().endswith(("部门", "机关")):
            continue
        end, members, strange = closer.start(), 0, []
        while end > 0:
            named = ends.get(end)
            start = named.start if named else _listed(here, end)
            if start is None:
                break
            members += named is not None
            if named is None:
                name = here.text[start:end]
                normalised = f"{name}部门"
                strange.append(here.named((start, end), "department", normalised))
            if here.text[start - 1 : start] not in tuple("、和及与或"):
                break
            end = start - (2 if here.text.startswith("以及", start - 2) else 1)
        if members >= len(strange):
            found += [replace(each, bare=True, alone=True) for each in strange]
    return [replace(each, function=each.name) for each in found]


def _listed(here: Naming, end: int) -> int | None:
    """Where a member that ends here begins, unless what stands there is no plain word."""
    left = max(here.prose.name_start(end), end - 9)
    mark = max(here.text.rfind(mark, left, end) for mark in "、和及与或")
    start = max(left, mark + 1)
    return start if _LISTED.search(here.text[max(0, start - 1) : end]) else None


def _acts_alone(here: Naming, found: Organisation, levelled: bool) -> bool:
    """Whether 市人社, or 由财政, is followed by what it does."""
    by = here.text[found.start - 1 : found.start] == "由"
    if by and _BESIDE.match(here.text, found.end):
        return True
    platform = _PLATFORM.search(here.text, found.end, found.end + LONGEST // 2)
    if platform and here.prose.name_start(platform.start()) <= found.start:
        return False
    # 财政按比例贴息.
    pays = found.name == "财政" and ASKED.search(here.text, max(0, found.start - 2), found.start)
    if found.function == "财政" and here.text.endswith(_MONEY_OF, 0, found.start):
        return False
    return bool(levelled or by or pays) and here.prose.opens_predicate(found.end)


def _may_be_listed(here: Naming, found: Organisation, weak: bool) -> bool:
    """Whether a bare word has list marks beside it, or is closed by 等部门."""
    listed_left = here.text[found.start - 1 : found.start] in tuple("、和与及")
    listed_right = CONNECTOR.match(here.text, found.end) is not None
    closed = here.known.closer.match(here.text, found.end) is not None
    if weak and not listed_left:
        return listed_right and _begins_list(here, found)
    return listed_left or listed_right or closed


def _begins_list(here: Naming, found: Organisation) -> bool:
    """Whether a word that has many meanings stands where a list can begin."""
    start = found.start
    return found.level is not None or here.prose.name_start(found.end) == start


def bodies(here: Naming) -> Iterator[Organisation]:
    """省高院, 市总工会, 县人民政府."""
    for match in here.known.body.finditer(here.text):
        body = here.known.body_of[match["name"]]
        level = here.level(match["level"])
        governs = body.type != "government" or not _OF_GOVERNMENT.match(here.text, match.end())
        if governs and not here.cut_off(match.end()):
            span = _zoned(here, match.start("name"), match.start()), match.end()
            yield here.named(span, body.type, body.normalised, body.function, level)


def _zoned(here: Naming, at: int, start: int) -> int:
    """Where a committee of management begins, with the zone that it manages."""
    if not here.text.startswith(("管委会", "管理委员会"), at):
        return start
    bracket = here.text.rfind("（", max(0, at - 26), at) if here.text[at - 1] == "）" else at
    left = here.prose.name_start(bracket) if bracket >= 0 else start
    if left >= start or _ZONE.fullmatch(here.text, left, at) is None:
        return start
    return left - (here.text[left - 1 : left] == "各")
