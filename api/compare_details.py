"""How a region goes about a theme: who acts, by which means, with what figures and platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from api.registry_rows import Measure
from api.schemas import ComparedActor, ComparedDetail, ComparedInstrument, ComparedPlatform
from corpus.registry import LABELS, ActorRow, ChildRow, InstrumentRow, PlatformRow

R = TypeVar("R", bound=ChildRow)


def detail(adcode: str, theme: str, measures: list[Measure]) -> ComparedDetail:
    """What the registry has of a region's practices of one theme, each value with its practices.

    Args:
        adcode: the region.
        theme: the theme.
        measures: the region's practices of that theme.
    """
    return ComparedDetail(
        adcode=adcode,
        theme=theme,
        practice_ids=[one.practice.id for one in measures],
        actors=_actors(_rows(measures, ActorRow)),
        instruments=_instruments(_rows(measures, InstrumentRow)),
        platforms=_platforms(_rows(measures, PlatformRow)),
        indicators=[
            row.model_dump(mode="json", by_alias=True)
            for one in measures
            for row in one.children["indicators"]
        ],
    )


def _rows(measures: Iterable[Measure], kind: type[R]) -> list[R]:
    return [row for one in measures for row in one.children[kind.TABLE] if isinstance(row, kind)]


def _together(
    rows: Iterable[R], key: Callable[[R], tuple[str, str]]
) -> dict[tuple[str, str], list[R]]:
    """Rows that say the same, in the order in which it is first said."""
    found: dict[tuple[str, str], list[R]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _practices(rows: Iterable[ChildRow]) -> list[str]:
    return list(dict.fromkeys(row.measure_id for row in rows))


def _actors(rows: Iterable[ActorRow]) -> list[ComparedActor]:
    """Each organisation once in each role, the roles in the codebook's order: who leads first."""
    labels = LABELS["role"]
    roles = list(labels)
    together = _together(rows, lambda row: (row.role, row.normalised_name or row.name))
    found = [
        ComparedActor(
            role=same[0].role, label=labels[role], name=name, practice_ids=_practices(same)
        )
        for (role, name), same in together.items()
    ]
    return sorted(found, key=lambda one: roles.index(one.role))


def _instruments(rows: Iterable[InstrumentRow]) -> list[ComparedInstrument]:
    labels = LABELS["instrument_type"]
    return [
        ComparedInstrument(
            type=same[0].type,
            label=labels[type_],
            words=list(dict.fromkeys(row.words for row in same)),
            practice_ids=_practices(same),
        )
        for (type_, _), same in _together(rows, lambda row: (row.type, "")).items()
    ]


def _platforms(rows: Iterable[PlatformRow]) -> list[ComparedPlatform]:
    labels = LABELS["platform_kind"]
    return [
        ComparedPlatform(
            name=name, kind=same[0].kind, label=labels[kind], practice_ids=_practices(same)
        )
        for (name, kind), same in _together(rows, lambda row: (row.name, row.kind)).items()
    ]
