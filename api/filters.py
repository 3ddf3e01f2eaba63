"""From the filters of a request to the store's: regions by name, all else as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from api.conditions import Conditions
from api.schemas import Filters
from corpus import regions
from corpus.errors import InputError
from corpus.model import Document
from corpus.store.base import SearchFilter
from corpus.text import fold


def search_filter(filters: Filters, phrases: tuple[str, ...] = ()) -> SearchFilter:
    """The store's filter.

    Args:
        filters: as requested.
        phrases: folded phrases that a passage must contain.

    Raises:
        InputError: a region that does not exist or cannot be told from others of its name.
    """
    return SearchFilter(
        regions=adcodes(filters.regions, "filters.regions"),
        exclude_regions=adcodes(filters.exclude_regions, "filters.exclude_regions"),
        levels=tuple(filters.levels),
        tasks=tuple(filters.tasks),
        measures=tuple(filters.measures),
        themes=tuple(filters.themes),
        documents=tuple(filters.documents),
        kinds=tuple(filters.kinds),
        instruments=tuple(filters.instruments),
        issued_from=filters.issued_from,
        issued_to=filters.issued_to,
        phrases=phrases,
    )


def registry_filter(filters: Filters) -> SearchFilter | None:
    """The store's filter for a table; None where nothing is filtered.

    Raises:
        InputError: as above.
    """
    where = search_filter(filters)
    return None if where == SearchFilter() else where


def in_force(conditions: Conditions, asked: SearchFilter) -> Conditions:
    """The conditions that hold beside what is requested: regions and levels requested go first."""
    overridden = {"region": asked.regions, "level": asked.levels}
    found = tuple(one for one in conditions.found if not overridden.get(one.kind))
    return replace(conditions, found=found)


def narrowed(
    where: SearchFilter, conditions: Conditions, documents: list[Document]
) -> SearchFilter:
    """The filter with a query's conditions added; where it names regions or levels, these hold.

    A document number means the document that bears it, if it is stored, else texts that cite it.

    Args:
        where: as requested.
        conditions: read from the query.
        documents: all that are stored.
    """
    bearing: tuple[str, ...] = ()
    if conditions.numbers:
        bearing = tuple(
            document.id
            for document in documents
            if document.number and any(one in fold(document.number) for one in conditions.numbers)
        )
    return replace(
        where,
        regions=where.regions or conditions.codes("region"),
        levels=where.levels or conditions.levels,
        exclude_regions=where.exclude_regions + conditions.codes("exclude_region"),
        documents=where.documents or bearing,
        phrases=where.phrases if bearing else where.phrases + conditions.numbers,
    )


def adcodes(names: Iterable[str], field: str) -> tuple[str, ...]:
    """The codes of regions given by name, short name, code, or name of a group (长三角).

    Raises:
        InputError: as above, naming ``field`` and what the region could be.
    """
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(_codes(name, field)))
    return tuple(found)


def _codes(name: str, field: str) -> tuple[str, ...]:
    region = regions.resolve(name)
    if region is not None:
        return (region.adcode,)
    members = regions.groups().get(name.strip())
    if members:
        return members
    likely = "、".join(candidate.name for candidate in regions.candidates(name)[:5])
    raise InputError(
        f"地区“{name}”{'不能确定是哪一个' if likely else '不存在'}",
        hint=f"可能是：{likely}"
        if likely
        else "请写全称、简称或六位区划代码，如：广东省、广州、440100",
        field=field,
    )
