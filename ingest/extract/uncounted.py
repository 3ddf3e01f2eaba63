"""Where the figures of a text are no quantities: titles, numbers of documents, names, ranks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from sys import maxsize

from corpus.model import Span
from ingest.extract.numbers import CHINESE, fold

_NUMERAL = f"(?:[0-9][0-9.,]{{0,12}}|[{CHINESE}]{{1,8}})"
_NAMES = re.compile(
    "|".join(
        (
            r"《[^《》\n]{1,120}》",
            r"“[^“”，。；！？\n]{1,24}”",
            r"「[^「」，。；！？\n]{1,24}」",
            r'"[^"，。；！？\n]{1,24}"',
            r"‘[^‘’，。；！？\n]{1,24}’",
            # 〔2022〕132号
            r"[〔\[【(](?:19|20)[0-9]{2}[〕\]】)] ?(?:第 ?)?[0-9]{1,5} ?号?",
            # ordinals and ranks: 第3批, 第1—3名, 前5名, 首批
            f"第 ?{_NUMERAL}(?: ?[-~至到、] ?(?:第 ?)?{_NUMERAL})*",
            f"[前首] ?{_NUMERAL} ?[名位强家批]",
            # 三年行动计划, 3年技能提升行动
            f"(?<![0-9])(?:[0-9]{{1,2}}|[{CHINESE}]{{1,3}}) ?年[^，。；、\n内以]{{0,8}}"
            "(?:行动|计划|规划|工程|攻坚|学制)",
            "(?:附件|附表|附录|表|图|注|版本|编号|热线) ?[0-9]+(?:[-.][0-9]+)*",
            # 1+2+N, 7×24小时, 8:30, BIM5D, GB50001-2010
            "[0-9N](?: ?[+×xX*:] ?[0-9N]+)+(?:小时)?",
            "[A-Za-z][A-Za-z0-9._/:@-]*",
            # labels of lines: 1. 2、 （三）
            r"(?m:^ *[(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:[)、]|\.(?![0-9])))",
        )
    )
)


@dataclass(frozen=True)
class Uncounted:
    """Spans of a text, apart and in order."""

    spans: tuple[Span, ...]

    def holds(self, at: int) -> bool:
        """Whether a place is in one of them."""
        place = bisect_right(self.spans, (at, maxsize)) - 1
        return place >= 0 and at < self.spans[place][1]


def uncounted(text: str, dated: Iterable[Span] = ()) -> Uncounted:
    """The spans of a text whose figures are no quantities.

    Args:
        text: any text.
        dated: spans of its dates, which are none either.
    """
    found = [match.span() for match in _NAMES.finditer(fold(text))]
    merged: list[Span] = []
    for start, end in sorted([*found, *dated]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return Uncounted(tuple(merged))
