"""Names of divisions in texts: at their start, and anywhere in them.

A text names a division by a chain of names from a parent down to it (四川省泸州市泸县, 四川阿坝).
Official names are taken where they stand. Short names are also words or parts of words, so they
are taken only where nothing speaks against it; ``region_aliases.toml`` holds those words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from corpus.division_data import Divisions, common_words, divisions, rules
from corpus.model import Region

_LIST_MARKS = frozenset("、，,和与及")
_LIST_OPENS = frozenset("（(：:")
_NAME_ENDS = frozenset("和与及或等各均也都两三四五六七八九十")
_NAME_BEGINS = frozenset("和与及或在对从自到至由为")
# 河南路, 上海南路, 四川大道: streets. 四川路径 and 湖北路桥 are none.
_STREET = re.compile(r"[东西南北中]?(?:大道|大街|巷|路(?![径线演桥况网政灯产权面段]))")
# 吉林市场 speaks of a market in 吉林省, 会同县级 of 县级, 江北区域 of an area.
_LONGER_WORD = {"市": frozenset("场"), "县": frozenset("级"), "区": frozenset("域间别分块")}


@dataclass(frozen=True)
class Reading:
    """A division that words can mean; ``own`` are the words that give its own name."""

    region: Region
    own: str
    official: bool
    end: int = 0


def settle(readings: Iterable[Reading]) -> Region | None:
    """The one division that readings of the same words agree on, or None.

    Official names go before short ones; then a province before a city before a county, except
    for a city whose short name means other divisions as often (朝阳).
    """
    found = {reading.region.adcode: reading for reading in readings if reading.official}
    found = found or {reading.region.adcode: reading for reading in readings}
    for level in ("province", "city", "county"):
        here = [reading for reading in found.values() if reading.region.level == level]
        if len(here) > 1:
            return None
        if here:
            return None if _means_others(here[0], found) else here[0].region
    return None


def _means_others(reading: Reading, found: Mapping[str, Reading]) -> bool:
    if reading.official or reading.own not in rules().ambiguous:
        return False
    known = divisions()
    return not all(known.within(other.region, reading.region.adcode) for other in found.values())


# Reading chains of names -----------------------------------------------------------------------

Accept = Callable[[Reading, int, Reading | None], bool]


def _names_at(known: Divisions, text: str, start: int) -> Iterator[Reading]:
    """Every division whose own name, official or short, stands at ``start``."""
    for length in known.lengths.get(text[start : start + 2], ()):
        name, end = text[start : start + length], start + length
        if len(name) < length:
            continue
        for region in known.official.get(name, ()):
            if not in_longer_word(text, end):
                yield Reading(region, name, True, end)
        for region in known.short.get(name, ()):
            yield Reading(region, name, False, end)


def in_longer_word(text: str, end: int) -> bool:
    """Whether the last character of the name that ends at ``end`` begins a word after it."""
    return text[end : end + 1] in _LONGER_WORD.get(text[end - 1], ())


def _chains(
    text: str, start: int, accept: Accept, above: Reading | None = None
) -> Iterator[Reading]:
    """The last links of all chains of names that begin at ``start``, below ``above``."""
    known = divisions()
    longest = 0  # of the official names here: 西安区 is not 西安 followed by 区
    for reading in _names_at(known, text, start):
        if reading.end < longest or (above and not _is_below(known, reading, above)):
            continue
        longest = reading.end if reading.official else longest
        if accept(reading, start, above):
            yield reading
            if reading.region.level != "county":
                yield from _chains(text, reading.end, accept, reading)


def _is_below(known: Divisions, reading: Reading, above: Reading) -> bool:
    return above.region.adcode in known.lines[reading.region.adcode][:-1]


def _longest(readings: Iterable[Reading]) -> tuple[Region, int] | None:
    """The division of the longest chain that means only one, and where it ends."""
    by_end: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_end[reading.end].append(reading)
    for end in sorted(by_end, reverse=True):
        if region := settle(by_end[end]):
            return region, end
    return None


# At the start of a text ------------------------------------------------------------------------


def leading(text: str) -> tuple[Region, int] | None:
    """The division that a text opens with, by official names, and the length of those names.

    A parent may be left out (河南省固始县). A county without any parent is taken when no other has
    its name and that is no ordinary word (固始县, not 老城区). Where the longest chain of names is
    ambiguous, the longest that is not counts: "河北省新华区…" gives 河北省, 3.
    """

    def accept(reading: Reading, _: int, above: Reading | None) -> bool:
        return reading.official and (above is not None or reading.own not in rules().ordinary)

    return _longest(_chains(text, 0, accept))


# Anywhere in a text ----------------------------------------------------------------------------


def mentions(text: str, within: str | None = None) -> list[tuple[int, int, Region]]:
    """All divisions that a text names, leftmost and longest first: (start, end, division).

    Taken are official names that only one division bears; short names of provinces and cities; and
    short names of counties right after a parent (四川叙永) or in a list that follows a division of
    the same province (四川阿坝、叙永等). Names that are ordinary words need such a place as well.

    Args:
        text: running text.
        within: code of a division that the text speaks of. An ambiguous name then means what lies
            in it, and the short names of its counties are taken in lists.

    Raises:
        NotFound: when ``within`` is no division's code.
    """
    known = divisions()
    if within is not None:
        known.find(within)
    blocked = [match.span() for match in rules().not_names.finditer(text)]
    found: list[tuple[int, int, Region]] = []
    at = 0
    while at < len(text) - 1:
        place = None
        if text[at : at + 2] in known.lengths:
            last = found[-1] if found else None
            place = _Place(text, _scopes(text, at, last, within), blocked).read(at)
            if place and last and _is_glued(last, at, place[0]):
                place = None
        if place:
            found.append((at, place[1], place[0]))
        at = place[1] if place else at + 1
    return found


def _is_glued(last: tuple[int, int, Region], at: int, region: Region) -> bool:
    """Whether a county stands right behind a division of another province.

    The 西城区 of "漯河市西城区" is not the one in 北京市.
    """
    lines = divisions().lines
    return (
        at == last[1]
        and region.level == "county"
        and lines[region.adcode][0] != lines[last[2].adcode][0]
    )


def _scopes(
    text: str, at: int, last: tuple[int, int, Region] | None, within: str | None
) -> tuple[str, ...]:
    """Divisions, nearest first, among whose own a name at ``at`` is to be sought."""
    listed: tuple[str, ...] = ()
    if last and at == last[1] + 1:
        line, mark = divisions().lines[last[2].adcode], text[last[1]]
        listed = line if mark in _LIST_OPENS else line[:-1] if mark in _LIST_MARKS else ()
    return listed[::-1] + ((within,) if within else ())


@dataclass(frozen=True)
class _Place:
    """A text, the divisions among whose own a name is sought, and where no name can be."""

    text: str
    scopes: tuple[str, ...]
    blocked: list[tuple[int, int]]

    def read(self, at: int) -> tuple[Region, int] | None:
        """The division named at ``at`` and the end of its name."""
        readings = list(_chains(self.text, at, self._accept))
        for scope in self.scopes:
            near = [reading for reading in readings if divisions().within(reading.region, scope)]
            longest = max((reading.end for reading in readings), default=0)
            if (place := _longest(near)) and place[1] == longest:
                return place
        return _longest(readings)

    def _accept(self, reading: Reading, start: int, above: Reading | None) -> bool:
        end = reading.end
        if any(left <= start and end <= right for left, right in self.blocked):
            return False
        if not (above and reading.official) and self._overlapped(reading, start):
            return False
        if not reading.official and (len(reading.own) < 2 or _STREET.match(self.text, end)):
            return False
        ordinary = reading.own in rules().ordinary
        if above is None:
            return self._accept_first(reading, start, ordinary)
        if not ordinary or self._listed(start, end, strict=True):
            return True
        if reading.official:
            nearest = divisions().lines[reading.region.adcode][-2] == above.region.adcode
            return nearest or (above.official and not reading.own.endswith("区"))
        return reading.region.level == "city"

    def _accept_first(self, reading: Reading, start: int, ordinary: bool) -> bool:
        clear = not ordinary and reading.own not in rules().ambiguous
        if clear and (reading.official or reading.region.level != "county"):
            return True
        near = any(divisions().within(reading.region, scope) for scope in self.scopes)
        return near and self._listed(start, reading.end, strict=ordinary)

    def _overlapped(self, reading: Reading, start: int) -> bool:
        """Whether common words reach into the name from both sides: 推广|安全 is not 广安.

        Of an official name the rest must be a word or 县: 适应|城市, 示范|县.
        """
        own, words = reading.own, common_words()
        if not start or len(own) > 3 or self.text[start - 1 : start + 1] not in words:
            return False
        if reading.official:
            return own[1:] in rules().rests
        return len(own) == 2 and self.text[reading.end - 1 : reading.end + 1] in words

    def _listed(self, start: int, end: int, strict: bool) -> bool:
        """Whether the words stand in a list, or alone between other words' bounds."""
        left, right = self.text[max(start - 1, 0) : start], self.text[end : end + 1]
        apart = _bounds(left, _NAME_BEGINS) and _bounds(right, _NAME_ENDS)
        if strict:
            return apart and "、" in (left, right)
        return apart or right == "、"


def _bounds(char: str, words: frozenset[str]) -> bool:
    return not char or not "\u4e00" <= char <= "\u9fff" or char in words
