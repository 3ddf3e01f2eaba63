"""The region that a whole document speaks for: 我市, 本市 and what settles them."""

from __future__ import annotations

import re
from collections import Counter

from corpus import regions
from corpus.model import Region

# 资本市场 and 全县域 are no names a place gives itself.
SELF = re.compile(r"(?<![资基样文版日根])(?:我|本|全)(省|自治区|市|县|区)(?![场面级域])")
LEVELS = {"省": "province", "自治区": "province", "市": "city", "县": "county", "区": "county"}


def document_region(title: str, issuer: str | None, text: str) -> tuple[Region, str] | None:
    """The region a plan holds for, with the words it follows from, or None.

    The issuer or title settles it where it names one (江门市住房和城乡建设局). Otherwise a document
    that calls itself 我市 or 本市 holds for the one city that its own text names by its full name
    (“武汉市建筑工人实名制信息管理平台”); where several are named, only a clear majority settles it.
    """
    for words in (issuer or "", title):
        found = regions.leading(words)
        if found:
            region, length = found
            return region, words[: max(length, min(len(words), 40))]
    own = SELF.search(text)
    if not own:
        return None
    return _named_in(text, own)


def _named_in(text: str, own: re.Match[str]) -> tuple[Region, str] | None:
    wanted = LEVELS[own.group(1)]
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    for start, end, region in regions.mentions(text):
        municipality = region.level == "province" and region.path[-1].endswith("市")
        full = text[start:end].endswith(("省", "市", "县", "区"))
        if full and (region.level == wanted or (wanted == "city" and municipality)):
            counts[region.adcode] += 1
            first.setdefault(region.adcode, (start, end))
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    adcode = ranked[0][0]
    start, end = first[adcode]
    quote = text[max(0, start - 2) : min(len(text), end + 16)]
    return regions.get(adcode), f"{own.group()}；{quote}"
