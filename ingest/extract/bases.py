"""What a quantity is counted by: 每人每年, 每培训1名, 每两年, 人均."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from ingest.extract.numbers import CHINESE, fold
from ingest.extract.units import UNIT

_NUMERAL = f"(?:[0-9][0-9.,]{{0,9}}[万千百]?|[{CHINESE}]{{1,6}}|半)"
_TIME = "半个?(?:年|月|学期)|学年|学期|季度?|年度|年|个?月|周|天|日|小时|个?工作日"
_VERB = (
    "培训|培养|新增|增加|引进|招用|招收|招聘|吸纳|完成|取得|获得|减少|逾期|延期|延迟|拖欠|发现|检查|查实|查处"
    "|组织|开展|举办|推荐|介绍|输送|安置|带动|认定|建成|建设|考核|提高|降低|下降|提前|缴纳|投入|签订|签约"
    "|聘用|录用|转移|输出|评选|评定|鉴定|满|超过|超|缺|少|多|再|增|延长"
)
_THING = (
    "项目|企业|镇街|街镇|街道|乡镇|区县|班组|工地|标段|单位|机构|基地|社区|工种|专业|学员|工人|职工|区|县"
    "|镇|村|站|校|岗"
)
# Where the noun of 每个项目 ends.
_ON = (
    f"{_NUMERAL}|不|至|最|应|须|需|要|可|均|都|按|给|补|奖|配|设|建|安|组|开|举|召|提|派|原则|达|由|进|每|的"
    "|在|为|有|完|培|评|选"
)
_BASE = re.compile(
    rf"每(?:隔)?(?:(?P<thing>{_THING})"
    rf"|(?P<verb>(?:{_VERB})(?:了|满|过|合格)?)?(?P<count>{_NUMERAL})?[余多]? ?"
    rf"(?:(?P<time>{_TIME})|(?P<unit>{UNIT.pattern}))"
    rf"(?P<noun>(?<=个)[\u4e00-\u9fff]{{1,8}}?(?={_ON}))?)"
    rf"|(?<![{CHINESE}0-9])一(?P<once>年|个?月|季度?|周|天)(?=(?:至少|不少于)?[一两三四五0-9]+次)"
    r"|(?P<mean>[人户班])均(?P<mean_time>[年月日])?|(?P<mean_per>[年月日])均(?![匀衡])"
)
_WITHIN = re.compile("[^，。；;！？\n]*")
_FURTHEST = 40
# A mean is of what follows it at once: 人均年收入9.8万元.
_MEAN_FURTHEST = 10


@dataclass(frozen=True, slots=True)
class Base:
    """What quantities are counted by, and where it is said."""

    start: int
    end: int
    words: str
    mean: bool


@dataclass(frozen=True)
class Bases:
    """All of a text."""

    text: str
    found: tuple[Base, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Bases:
        """Read a text."""
        folded = fold(text)
        found = tuple(_base(match) for match in _BASE.finditer(folded))
        return cls(folded, found, tuple(base.start for base in found))

    def holds(self, at: int) -> bool:
        """Whether a numeral that begins at ``at`` is part of a base: the 1 of 每培训1名."""
        place = bisect_right(self.starts, at) - 1
        return place >= 0 and at < self.found[place].end

    def end_before(self, at: int) -> int:
        """Where the last base that begins before ``at`` ends; 0 when there is none."""
        place = bisect_right(self.starts, at) - 1
        return self.found[place].end if place >= 0 and not self.found[place].mean else 0

    def of_quantity(self, after: int, at: int) -> str | None:
        """What the quantity whose numeral begins at ``at`` is counted by.

        Args:
            after: where the quantity before it ends.
            at: where its numeral begins.
        """
        words = []
        for base in self.found[bisect_left(self.starts, after) : bisect_left(self.starts, at)]:
            furthest = _MEAN_FURTHEST if base.mean else _FURTHEST
            near = base.end <= at <= base.end + furthest
            if near and _WITHIN.fullmatch(self.text, base.end, at):
                words.append(base.words)
        return "".join(dict.fromkeys(words)) or None


def _base(match: re.Match[str]) -> Base:
    found = match.groupdict()
    mean = bool(found["mean"] or found["mean_per"])
    if found["mean"]:
        words = f"每{found['mean']}" + (f"每{found['mean_time']}" if found["mean_time"] else "")
    elif found["mean_per"]:
        words = f"每{found['mean_per']}"
    elif found["once"]:
        words = f"每{found['once']}"
    elif found["thing"]:
        words = f"每{found['thing']}"
    else:
        words = _counted(match)
    return Base(match.start(), match.end(), words, mean)


def _counted(match: re.Match[str]) -> str:
    """每培训1名 as 每名, 每两年 and 每50人 as they are, 每个项目 with its noun."""
    count = (match["count"] or "").strip()
    if count in ("1", "一"):
        count = ""
    return f"每{count}{match['time'] or match['unit']}{match['noun'] or ''}"
