"""Facets as the options of filters: order, indentation and labels with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.answers import FacetValue
from ui.render import KINDS, LEVELS, plain

INDENT = "\u3000"  # an ideographic space is not collapsed in HTML


@dataclass(frozen=True)
class Option:
    """A value that can be filtered by, and the words it is offered in."""

    value: str
    label: str


def options(param: str, values: Sequence[FacetValue], chosen: Sequence[str]) -> list[Option]:
    """The options of a filter. What is chosen is always among them, even where nothing has it."""
    known = {value.value for value in values}
    missing = [FacetValue(value=each, label=each, count=0) for each in chosen if each not in known]
    if param == "region":
        return _regions(values) + [Option(each.value, _counted(each)) for each in missing]
    words = {"level": LEVELS, "kind": KINDS}.get(param, {})
    offered = [*values, *missing]
    if words:  # only what has a name of ours, in its order
        found = {value.value: value for value in offered}
        offered = [found[value] for value in words if value in found]
    return [Option(v.value, _counted(v, words.get(v.value))) for v in offered]


def _counted(value: FacetValue, label: str | None = None) -> str:
    label = label or plain(value.label or value.value)
    return f"{label}（{value.count}）" if value.count else label


def _regions(values: Sequence[FacetValue]) -> list[Option]:
    """Provinces by count, each followed by what lies below it, indented."""
    by_code = {value.value: value for value in values}
    children: dict[str, list[FacetValue]] = {}
    for value in values:
        children.setdefault(_parent(value.value, by_code), []).append(value)
    listed: list[Option] = []

    def descend(parent: str, depth: int) -> None:
        for value in sorted(children.get(parent, ()), key=lambda v: (-v.count, v.value)):
            above = by_code[parent].label if parent else ""
            own = plain(value.label.removeprefix(above) or value.label)
            listed.append(Option(value.value, INDENT * depth + _counted(value, own)))
            descend(value.value, depth + 1)

    descend("", 0)
    return listed


def _parent(adcode: str, known: dict[str, FacetValue]) -> str:
    """The nearest division above that is offered too: 440106 → 440100 → 440000 → none."""
    for parent in (adcode[:4] + "00", adcode[:2] + "0000"):
        if parent != adcode and parent in known:
            return parent
    return ""
