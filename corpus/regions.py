"""Administrative divisions of China: looked up by code or name, and read out of texts.

What is asked by name is answered only when it is sure: ``resolve`` gives None for a name that
several divisions bear, ``candidates`` gives all of them. How texts are read is in
``corpus.region_text``, and where they are damaged in ``corpus.region_repair``; their functions are
named here too. Data is read on the first call.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from corpus.division_data import divisions, region_groups, rules
from corpus.errors import NotFound
from corpus.model import Region
from corpus.region_repair import Damaged, repair_leading
from corpus.region_text import Reading, leading, mentions, settle

__all__ = [
    "Damaged",
    "all_regions",
    "candidates",
    "children",
    "get",
    "groups",
    "leading",
    "mentions",
    "parents",
    "repair_leading",
    "resolve",
]


def get(adcode: str) -> Region:
    """The division with a six-digit code.

    Raises:
        NotFound: when there is no such division.
    """
    return divisions().find(adcode)


def parents(adcode: str) -> tuple[str, ...]:
    """Codes from the province down to the division itself: 411525 → 410000, 411500, 411525.

    Raises:
        NotFound: when there is no such division.
    """
    return divisions().lines[get(adcode).adcode]


def children(adcode: str) -> tuple[Region, ...]:
    """The divisions directly below one, in order of code; none below a county.

    Raises:
        NotFound: when there is no such division.
    """
    known = divisions()
    return tuple(known.regions[below] for below in known.children.get(get(adcode).adcode, ()))


def all_regions() -> tuple[Region, ...]:
    """Every division in order of code, each before those below it."""
    return tuple(divisions().regions.values())


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Groups of divisions by name (长三角, 直辖市, 省会城市) → codes of their members.

    Raises:
        NotFound: when ``region_groups.toml`` names a division that does not exist.
    """
    by_name = {region.name: region.adcode for region in all_regions()}
    result: dict[str, tuple[str, ...]] = {}
    for group, members in region_groups().items():
        if unknown := [name for name in members if name not in by_name]:
            raise NotFound(
                f"分组“{group}”中没有这些行政区划：{'、'.join(unknown)}",
                hint="请更正 corpus/vocabulary/region_groups.toml",
            )
        result[group] = tuple(by_name[name] for name in members)
    return result


def candidates(name: str, within: str | None = None) -> list[Region]:
    """All divisions that a name can mean, in order of code.

    Args:
        name: official name or short name, with or without those of its parents; or a code.
        within: code of a division; only it and those in it are given.

    Raises:
        NotFound: when ``within`` is no division's code.
    """
    found = {reading.region.adcode for reading in _readings("".join(name.split()), within)}
    return [divisions().regions[adcode] for adcode in sorted(found)]


def resolve(name: str, within: str | None = None) -> Region | None:
    """The one division that a name means; None when none does or several do.

    An official name goes before a short one, then a province before a city before a county: 吉林 is
    the province, 阿坝 the prefecture. A county's short name that is one character or an ordinary
    word (和, 公安) means it only inside ``within`` or after the name of a parent.

    Args:
        name: official name or short name, with or without those of its parents; or a code.
        within: code of a division; only it and those in it are meant.

    Raises:
        NotFound: when ``within`` is no division's code.
    """
    plain = "".join(name.split())
    found = list(_readings(plain, within))
    if within is None and (len(plain) == 1 or plain in rules().ordinary):
        found = [reading for reading in found if reading.official or not _is_county(reading)]
    return settle(found)


def _is_county(reading: Reading) -> bool:
    return reading.region.level == "county"


def _readings(name: str, within: str | None) -> Iterator[Reading]:
    """Every reading of ``name``: the end is a division's own name, the rest names its parents."""
    known = divisions()
    above = get(within).adcode if within is not None else None
    if name in known.regions:
        found = [Reading(known.regions[name], name, True)]
    else:
        found = [
            Reading(region, name[start:], official)
            for start in range(len(name))
            for named, official in ((known.official, True), (known.short, False))
            for region in named.get(name[start:], ())
            if _names_parents(name[:start], known.lines[region.adcode][:-1])
        ]
    for reading in found:
        if above is None or known.within(reading.region, above):
            yield reading


def _names_parents(text: str, line: tuple[str, ...]) -> bool:
    """Whether ``text`` is made of names of divisions of ``line``, in order, each at most once."""
    if not text:
        return True
    spellings = divisions().spellings
    return any(
        text.endswith(name) and _names_parents(text[: -len(name)], line[:place])
        for place, adcode in enumerate(line)
        for name in spellings[adcode]
    )
