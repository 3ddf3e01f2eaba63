"""The gazetteer of organisations: ``organisations.toml`` as checked tables and as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.errors import InputError
from corpus.model import Frozen
from corpus.registry import ActorType
from corpus.settings import VOCABULARY
from corpus.tables import read_table
from ingest.extract.tables import any_of

ORGANISATIONS = VOCABULARY / "organisations.toml"


class Function(Frozen):
    """A function of departments and the ways it is written."""

    name: str
    forms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class Departments(Frozen):
    """What follows a function, and departments named without any."""

    suffixes: tuple[str, ...]
    after: tuple[str, ...]
    general: tuple[str, ...]
    closers: tuple[str, ...]
    not_before: dict[str, str]


class Body(Frozen):
    """A body of state or society whose name is fixed."""

    type: ActorType
    normalised: str
    names: tuple[str, ...]
    function: str | None = None


class Ends(Frozen):
    """Words that end the names of one type."""

    type: ActorType
    words: tuple[str, ...]
    place: bool = False
    telling: bool = False
    led: bool = False


class Classes(Frozen):
    """Units told by their class: modifiers before a head."""

    heads: tuple[Ends, ...]
    modifiers: tuple[str, ...]
    verbal: tuple[str, ...]
    verbal_types: tuple[ActorType, ...]
    not_told: tuple[str, ...]
    bare_not: tuple[str, ...]
    not_names: tuple[str, ...]
    halves: tuple[str, ...]
    trades: tuple[str, ...]
    not_before: tuple[str, ...]
    not_behind_side: str


class Proper(Frozen):
    """Proper names, read leftwards from their end."""

    ends: tuple[Ends, ...]
    new: tuple[Ends, ...]
    generic: tuple[str, ...]


class Known(Frozen):
    """Units that no rule of the others fits, as a pattern."""

    type: ActorType
    pattern: str


class Organisations(Frozen):
    """The whole file."""

    functions: tuple[Function, ...]
    departments: Departments
    levels: dict[str, tuple[str, ...]]
    bodies: tuple[Body, ...]
    classes: Classes
    proper: Proper
    known: tuple[Known, ...]


@dataclass(frozen=True)
class Gazetteer:
    """The tables, looked up by written form, and the patterns that find candidates."""

    table: Organisations
    function_of: dict[str, str]
    weak: frozenset[str]
    level_of: dict[str, str]
    body_of: dict[str, Body]
    head_of: dict[str, Ends]
    end_of: dict[str, Ends]
    new_of: dict[str, Ends]
    department: re.Pattern[str]
    bare: re.Pattern[str]
    general: re.Pattern[str]
    by_level: re.Pattern[str]
    body: re.Pattern[str]
    class_head: re.Pattern[str]
    proper_end: re.Pattern[str]
    new_end: re.Pattern[str]
    half: re.Pattern[str]
    known: tuple[tuple[ActorType, re.Pattern[str]], ...]
    level: re.Pattern[str]
    closer: re.Pattern[str]
    generic: re.Pattern[str]
    modifiers: frozenset[str]
    verbal: frozenset[str]

    @classmethod
    def read(cls, path: Path = ORGANISATIONS) -> Gazetteer:
        """The gazetteer of a file.

        Raises:
            InputError: the file is malformed, or one of its patterns is.
        """
        try:
            return _compiled(read_table(path, Organisations))
        except re.error as error:
            raise InputError(
                f"词表 {path.name} 中有写错的正则表达式：{error.pattern!r}",
                hint="请更正 departments.closers 或 known.pattern",
            ) from error


# One division word, with its brackets: 市, 设区的市, 县（市、区）.
_DIVISION = (
    r"(?:设区的?市|地级以上市|城市|自治[区州县旗]|县市区?|市州|区县|县区|市[县区]|地市|镇街|街镇|乡镇|街道|"
    r"[省市州盟县区旗镇乡])(?:（[省市州盟县区旗镇乡街道自治、]{1,9}）)?"
)
# The last character of 开发区, 园区 and 社区 begins no list of divisions.
_NO_DIVISION = r"(?<![发园片社小街辖地校景山])"
# 县级以上地方; 市和区、县; 各县（市、区）, 市（州）; 市、区两级. Lists are bounded: an open one
# would be tried to its end from each of its members.
_BRACKETED = (
    rf"(?:设区的?市|地级以上市|[省市州县区乡镇])级?(?:及其?)?以上(?:地方)?(?:各级)?|地方各级|"
    rf"各?{_NO_DIVISION}{_DIVISION}(?:[、和及与]{_DIVISION}){{1,7}}(?:[两二三四]级)?|"
    rf"各?(?:区县|县区|县市)（[自治市县区旗、]{{1,9}}）|"
    r"设区的?市|地级以上市|"
    r"(?:各|全)?(?:设区)?[省市州县区镇乡]（[省市州县区镇乡盟旗街道、]{1,9}）[县区]?(?![两二三四]级)|"
    r"[省市县]、[县市区]（[县市区]）[两二三]级|"
    r"[省市州县区镇乡、]{2,8}[两二三四]级|各?(?:市州|[省市州县区])(?:、(?:县市区|县区|区县|县市|镇街|[省市州县区镇])){1,7}"
)

# 各有关省级.
_SOME = r"(?:各?有关|各?相关)"
# Departments told by their place only: 其他有关行政主管部门, 本级相关部门.
_GENERAL = (
    r"(?:其他|其它|各|有关|相关|上述|同级|本级|上级|下级|对口|归口){0,2}"
    r"(?:行业|行政|业务|职能|政府|项目|属地|监管|执法|审批|主管|管理|监督|综合|监察|组成){1,3}(?:部门|机关)|"
    r"(?:其他|其它|各|有关|相关|上述|同级|本级|上级|下级|对口|归口){1,2}(?:部门|机关)|"
    # 有关地区和部门.
    r"(?<=地区和)部门|(?<=地方和)部门|"
    # 县级以上人民政府部门, 国务院部门.
    r"(?:(?<=政府)|(?<=国务院))(?:组成|工作)?部门"
)


def _compiled(table: Organisations) -> Gazetteer:
    departments, classes = table.departments, table.classes
    strong = [form for each in table.functions for form in each.forms]
    weak = [form for each in table.functions for form in each.weak]
    level_of = {word: level for level, words in table.levels.items() for word in words}
    words = any_of(level_of)
    # Of 城市供水主管部门 the 市 is no level, nor the 区 of 各地区.
    named = rf"{_BRACKETED}|{_SOME}{words}级|{words}"
    level = rf"(?<!城)(?<!各地(?=区))(?P<level>{named})(?:级)?(?:相关|有关|各)?"
    # The division's government before its departments: 市人民政府住房城乡建设主管部门.
    governed = rf"(?:{level}(?:(?:人民)?政府(?:的|所属|有关|相关)?)?)?"
    after = any_of(departments.after)
    cut = "|".join(f"(?<={end})[{others}]" for end, others in departments.not_before.items())
    suffix = rf"{any_of(departments.suffixes)}(?!{cut})"
    return Gazetteer(
        table=table,
        function_of={
            form: each.name for each in table.functions for form in (*each.forms, *each.weak)
        },
        weak=frozenset(weak),
        level_of=level_of,
        body_of={name: body for body in table.bodies for name in body.names},
        head_of=_ends(classes.heads),
        end_of=_ends(table.proper.ends),
        new_of=_ends(table.proper.new),
        department=re.compile(
            rf"{governed}(?:(?P<form>{any_of([*strong, *weak])})(?P<suffix>{suffix})|"
            rf"(?P<national>{any_of(strong)})部(?![门分署队长件]))(?P<after>{after})?"
        ),
        bare=re.compile(
            rf"(?:{level}(?:(?:人民)?政府(?=[^，。；]{{2,10}}[、和]))?)?"
            rf"(?P<form>{any_of([*strong, *weak])})"
        ),
        general=re.compile(rf"{governed}(?P<name>{any_of(departments.general)}|{_GENERAL})"),
        by_level=re.compile(
            rf"{governed.removesuffix('?')}(?P<what>[一-鿿]{{2,12}}?)"
            r"(?:行政主管|业务主管|行政管理|主管|监管|行政执法|监督管理)(?:部门|机关)"
        ),
        body=re.compile(
            rf"(?:{level})?(?P<name>{any_of(n for b in table.bodies for n in b.names)})"
        ),
        class_head=re.compile(any_of(_words(classes.heads))),
        proper_end=re.compile(any_of(_words(table.proper.ends))),
        new_end=re.compile(any_of(_words(table.proper.new))),
        half=re.compile(any_of([*classes.halves, *classes.trades])),
        known=tuple((each.type, re.compile(each.pattern)) for each in table.known),
        level=re.compile(level),
        closer=re.compile("|".join(departments.closers)),
        generic=re.compile(rf"{any_of(table.proper.generic)}*+"),
        modifiers=frozenset(classes.modifiers),
        verbal=frozenset(classes.verbal),
    )


def _words(ends: Iterable[Ends]) -> list[str]:
    return [word for each in ends for word in each.words]


def _ends(ends: Iterable[Ends]) -> dict[str, Ends]:
    """Each word with the first entry that has it."""
    found: dict[str, Ends] = {}
    for each in ends:
        for word in each.words:
            found.setdefault(word, each)
    return found


@cache
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, read on the first call."""
    return Gazetteer.read()
