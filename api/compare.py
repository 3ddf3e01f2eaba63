"""Regions compared: who does what, how it is done there, and what others do that a region does not.

A practice is counted for the row that its region comes to at the level asked, under its main theme.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.compare_details import detail
from api.filters import adcodes
from api.registry import RegistryService
from api.registry_rows import Measure
from api.schemas import (
    Comparable,
    ComparedCell,
    ComparedRegion,
    ComparedTheme,
    CompareLevel,
    CompareRequest,
    CompareResponse,
    Gap,
    ThemeRef,
)
from corpus import regions
from corpus.errors import InputError, NotFound
from corpus.themes import Taxonomy, taxonomy

RANK: dict[str, int] = {"province": 0, "city": 1, "county": 2, "as_stated": 2}
DEFINITION = (
    "可比地区：{whom}中与本地区同为省级、市级或县级的其他地区，按同样的汇总口径计。"
    "一个主题算作空白，须同时满足：至少 {least} 个可比地区有以它为主要主题的条目；"
    "本地区、其下级和上级的条目都没有以它为主要或次要主题；本地区在库中有条目。"
    "方案中的条目只在本地区也收有方案时算数。"
    "空白只表示库中没有收录，不表示当地没有做。"
)
WHOM = {"corpus": "全库", "chosen": "所选地区"}


@dataclass(frozen=True)
class Item:
    """A practice as it is compared."""

    measure: Measure
    line: tuple[str, ...]  # adcodes from the province down to its own region
    theme: str | None  # the column it counts in; None: none of those asked
    also: frozenset[str]  # other columns, of which it has a secondary theme

    @property
    def id(self) -> str:
        """The practice's id."""
        return self.measure.practice.id

    @property
    def is_plan(self) -> bool:
        """Whether it is an item of a plan."""
        return self.measure.practice.kind == "plan_item"


Rows = dict[str, list[Item]]


def compare(registry: RegistryService, request: CompareRequest) -> CompareResponse:
    """The comparison that a request asks for.

    Raises:
        InputError: a region or theme is unknown, or details are asked of a region not compared.
    """
    chosen = adcodes(request.regions, "regions")
    columns = _columns(request, taxonomy())
    items, unsettled = _items(registry, columns)
    rows = _rows(items, request.level, chosen)
    peers = _Peers(items, rows, request)
    gaps = [gap for row in rows for gap in peers.gaps(row)]
    cells = [cell for row, inside in rows.items() for cell in _cells(row, inside)]
    counted = {item.id: item for inside in rows.values() for item in inside}
    shown = _shown(request, columns, cells, gaps)
    return CompareResponse(
        level=request.level,
        theme_level=request.theme_level,
        total=sum(item.theme is not None for item in counted.values()),
        unsettled=len(unsettled),
        unsettled_ids=unsettled,
        unthemed=sum(item.measure.row.theme is None for item in counted.values()),
        regions=[_region(row, inside, len(peers.of(row))) for row, inside in rows.items()],
        themes=_themes(shown, counted.values()),
        cells=cells,
        gaps=gaps,
        comparable=Comparable(
            definition=DEFINITION.format(whom=WHOM[request.peers], least=request.least),
            least=request.least,
            peers=request.peers,
        ),
        details=[
            detail(row, theme, [one.measure for one in rows[row] if one.theme == theme])
            for row in _detailed(request, rows)
            for theme in shown
            if any(one.theme == theme for one in rows[row])
        ],
    )


def _columns(request: CompareRequest, known: Taxonomy) -> dict[str, str]:
    """Assigned theme → the column in which it counts, for the themes asked, in their order."""
    labels = {theme.label: theme.id for theme in known.theme}
    wanted: set[str] = set()
    for name in request.themes:
        id_ = name if name in known.by_id else labels.get(name.strip())
        if id_ is None:
            raise InputError(
                f"没有主题“{name}”", hint="主题的编号和名称见 /v1/themes", field="themes"
            )
        wanted |= {id_, *(theme.id for theme in known.below(id_))}
    upper = request.theme_level == "upper"
    return {
        theme.id: theme.parent if upper and theme.parent else theme.id
        for theme in known.children
        if not wanted or theme.id in wanted
    }


def _items(registry: RegistryService, columns: Mapping[str, str]) -> tuple[list[Item], list[str]]:
    """Every practice with a settled region, and the ids of those of the themes without one."""
    items, unsettled = [], []
    for one in registry.measures():
        theme = columns.get(one.row.theme or "")
        line = _line(one.row.adcode)
        if line:
            also = {columns[id_] for id_ in one.row.secondary_themes if id_ in columns}
            items.append(Item(one, line, theme, frozenset(also - {theme})))
        elif theme is not None:
            unsettled.append(one.practice.id)
    return items, unsettled


def _line(adcode: str | None) -> tuple[str, ...]:
    try:
        return regions.parents(adcode) if adcode else ()
    except NotFound:  # a person's correction may name a division of another year
        return ()


def row_of(line: tuple[str, ...], level: CompareLevel) -> str:
    """The division of a line for which its practices count at a level.

    What is above the level stays where it is, and so does a county that no city governs.
    """
    levels = [regions.get(code).level for code in line]
    return line[levels.index(level)] if level in levels else line[-1]


def _rows(items: Iterable[Item], level: CompareLevel, chosen: tuple[str, ...]) -> Rows:
    """What counts for each row, in order of code. A region chosen takes in all below it.

    A region chosen below the level is a row of its own. One in which nothing is stored has an
    empty row.
    """
    found: defaultdict[str, list[Item]] = defaultdict(list)
    below = {code for code in chosen if RANK[regions.get(code).level] > RANK[level]}
    occurring: set[str] = set()
    for item in items:
        base = row_of(item.line, level)
        into = below.intersection(item.line)
        if not chosen or not set(chosen).isdisjoint(regions.parents(base)):
            into.add(base)
        for row in into:
            found[row].append(item)
        occurring.update(item.line)
    empty: Rows = {code: [] for code in chosen if code not in occurring}
    return dict(sorted((empty | found).items()))


def _cells(row: str, inside: Iterable[Item]) -> Iterator[ComparedCell]:
    own: defaultdict[str, list[str]] = defaultdict(list)
    also: defaultdict[str, list[str]] = defaultdict(list)
    for item in inside:
        if item.theme is not None:
            own[item.theme].append(item.id)
        for theme in item.also:
            also[theme].append(item.id)
    for theme in _in_order({*own, *also}):
        ids = own.get(theme, [])
        yield ComparedCell(
            adcode=row,
            theme=theme,
            count=len(ids),
            practice_ids=ids,
            also_ids=also.get(theme, []),
        )


def _in_order(themes: set[str]) -> list[str]:
    return [theme for theme in taxonomy().by_id if theme in themes]


def _shown(
    request: CompareRequest,
    columns: Mapping[str, str],
    cells: Iterable[ComparedCell],
    gaps: Iterable[Gap],
) -> list[str]:
    """The columns: those asked, or else those that occur."""
    if request.themes:
        return _in_order(set(columns.values()))
    return _in_order({cell.theme for cell in cells} | {gap.theme for gap in gaps})


class _Peers:
    """The regions that each row is compared with, and what they do that it does not."""

    def __init__(self, items: list[Item], rows: Rows, request: CompareRequest) -> None:
        self._items = items
        self._rows = rows
        self._request = request
        self._grouped: dict[CompareLevel, Rows] = {}

    def of(self, row: str) -> Rows:
        """The comparable regions of a row and what counts for each."""
        own = regions.get(row).level
        finer = RANK[own] > RANK[self._request.level]
        grouped = self._at(own if finer else self._request.level)
        return {
            code: inside
            for code, inside in grouped.items()
            if code != row
            and regions.get(code).level == own
            and (self._request.peers == "corpus" or code in self._rows)
        }

    def gaps(self, row: str) -> list[Gap]:
        """What a row lacks, what most of its peers have first. Nothing where it has no practice."""
        inside = self._rows[row]
        if not inside:
            return []
        known = self._known(row)
        plans = any(item.is_plan for item in inside)
        holders: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for code, theirs in self.of(row).items():
            for item in theirs:
                if item.theme and item.theme not in known and (plans or not item.is_plan):
                    holders[item.theme].setdefault(code, []).append(item.id)
        found = [
            Gap(
                adcode=row,
                theme=theme,
                held_by=list(by),
                practice_ids=[id_ for ids in by.values() for id_ in ids],
            )
            for theme in _in_order(set(holders))
            if len(by := holders[theme]) >= self._request.least
        ]
        return sorted(found, key=lambda gap: -len(gap.held_by))

    def _known(self, row: str) -> set[str]:
        """Themes, main or secondary, of a region, of what is below it and of what is above it."""
        above = regions.parents(row)
        related = [i for i in self._items if row in i.line or i.line[-1] in above]
        return {theme for item in related for theme in (item.theme, *item.also) if theme}

    def _at(self, level: CompareLevel) -> Rows:
        if level not in self._grouped:
            self._grouped[level] = _rows(self._items, level, ())
        return self._grouped[level]


def _region(row: str, inside: list[Item], peers: int) -> ComparedRegion:
    region = regions.get(row)
    kinds = Counter(item.is_plan for item in inside if item.theme is not None)
    return ComparedRegion(
        adcode=row,
        name=region.name,
        label=region.path[-1],
        level=region.level,
        total=kinds.total(),
        practices=kinds[False],
        plan_items=kinds[True],
        in_corpus=len(inside),
        peers=peers,
    )


def _themes(shown: Iterable[str], counted: Iterable[Item]) -> list[ComparedTheme]:
    counts = Counter(item.theme for item in counted)
    known = taxonomy()
    found = []
    for id_ in shown:
        theme = known[id_]
        parent = (
            ThemeRef(id=theme.parent, label=known[theme.parent].label) if theme.parent else None
        )
        found.append(ComparedTheme(id=id_, label=theme.label, parent=parent, total=counts[id_]))
    return found


def _detailed(request: CompareRequest, rows: Rows) -> list[str]:
    """The rows asked for in detail, in the order asked."""
    asked = adcodes(request.details, "details")
    if len(asked) > 4:
        raise InputError(
            f"一次最多并列 4 个地区，现有 {len(asked)} 个", hint="请减少地区", field="details"
        )
    for code in asked:
        if code not in rows:
            raise InputError(
                f"“{regions.get(code).name}”不在所比较的地区之中",
                hint="请把它加到 regions，或改变 level",
                field="details",
            )
    return list(asked)
