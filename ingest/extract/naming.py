"""What finders of organisations share: where names begin and end, and of which level they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import regions
from corpus.model import Region, Span
from corpus.registry import ActorType
from ingest.extract.gazetteer import Gazetteer
from ingest.extract.wording import Prose, Spans

_LEVELS = {"province": "省级", "city": "市级", "county": "县级"}
_QUOTED = re.compile(r"“[^“”]{1,60}”|《[^《》]{1,120}》|‘[^‘’]{1,60}’")
_SYSTEM = re.compile("[”’](?:平台|系统|APP|小程序|公众号|网站|微信)")
# What a name's last character goes on with in another word: 消防队|员.
_CUT_OFF = {"队": "员伍列长", "学": "校生员历", "团": "队", "会": "议"}
# Whom functions in a list are asked by: 从住建、交通抽调.
ASKED = re.compile(r"(?:^|[，。；：！？\n⏎]|由|从|会同|联合|组织|协调|与)$")
CONNECTOR = re.compile(
    r"(?:”?(?:等(?:(?:\d{1,3}|多)[个家])?(?:相关|有关)?(?:部门|单位|机构|企业)?)?(?:（[^）]{1,8}）)?(?:、|，?以及|或者|[和与及或暨])(?:其他|其它)?|”)"
    r"(?:[^，。；：、的]{1,10}的)?(?:\d{1,4}余?[家个所]|多[家个])?“?"
)
LONGEST = 30
MOST_MODIFIERS = 8


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


class Naming:
    """A text in which names are looked for, with its divisions and quotations found beforehand."""

    def __init__(self, prose: Prose, region: Region | None, known: Gazetteer) -> None:
        self.prose, self.text, self.known = prose, prose.text, known
        self.region = region
        within = region.adcode if region else None
        mentions = [*_own_names(self.text, region), *regions.mentions(self.text, within)]
        self.region_at = Spans((start, end) for start, end, _ in mentions)
        self.level_at = {start: _LEVELS[found.level] for start, _, found in reversed(mentions)}
        self.quoted = Spans(match.span() for match in _QUOTED.finditer(self.text))

    def verb_led(self, at: int, verbal: bool = True) -> bool:
        """Whether a verb stands where a name would begin, and no word that names begin with."""
        if not self.prose.opens_predicate(at):
            return False
        known = self.known
        words = (self.text[at : at + size] for size in (4, 3, 2))
        named = (known.modifiers, known.function_of, known.verbal if verbal else ())
        return not any(word in each for word in words for each in named)

    def modified(self, head: int, kind: ActorType) -> int:
        """Where the modifiers before a head begin, read leftwards, the longest first."""
        verbal = kind in self.known.table.classes.verbal_types
        at = head
        for _ in range(MOST_MODIFIERS):
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

    def opening(self, at: int) -> tuple[int, str | None]:
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
            return start, self.level(level["level"]) or ""
        return start, "" if self.text.startswith("中国", start) else None

    def cut_off(self, end: int) -> bool:
        """Whether the word goes on: 企业家, 企业级, 建设方案."""
        classes, behind = self.known.table.classes, self.text[end : end + 1]
        if behind and behind in _CUT_OFF.get(self.text[end - 1], ""):
            return True
        if self.text.startswith("组织", end - 2) and behind in tuple("单部者"):
            return True
        if behind and self.text[end - 1] == "方" and behind in classes.not_behind_side:
            return True
        return any(self.text.startswith(word, end) for word in classes.not_before)

    def named(
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

    def level(self, word: str | None, suffix: str | None = None) -> str | None:
        """The level that a word before a name, or the suffix 厅, says."""
        if suffix == "厅":
            return "省级"
        level = self.known.level_of.get(word or "") or None
        # 市 in a municipality is the level of a province.
        if level == "市级" and self.region is not None and self.region.adcode[2:] == "0000":
            return "省级" if self.region.name.endswith("市") else level
        return level

    def is_outside_quotes(self, each: Organisation) -> bool:
        """Whether it is not inside quotation marks, unless it is all that stands in them.

        In “浙工之家”平台 what stands there is a platform's name.
        """
        if _SYSTEM.match(self.text, each.end):
            return False
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
