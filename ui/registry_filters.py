"""What the registry can be filtered by: the values there are, from the API."""

from __future__ import annotations

from collections.abc import Sequence

from ui.answers import (
    DocumentsAnswer,
    FacetValue,
    RegionNode,
    RegionsAnswer,
    TasksAnswer,
    ThemeNode,
)
from ui.client import Call
from ui.parts import ask, columns_of
from ui.render import KINDS, LEVELS


def theme_labels(themes: Sequence[ThemeNode]) -> dict[str, str]:
    """Theme id → label, of both levels."""
    return {one.id: one.label for node in themes for one in (node, *node.children)}


def offered(themes: Sequence[ThemeNode]) -> dict[str, list[FacetValue]]:
    """Field of the API → values to choose from.

    Raises:
        ApiError: no answer.
    """
    regions = ask(Call.get("v1", "regions"), RegionsAnswer).regions
    tasks = ask(Call.get("v1", "tasks"), TasksAnswer).tasks
    documents = ask(Call.get("v1", "documents"), DocumentsAnswer).documents
    types = next(c.codes for c in columns_of("instruments") if c.name == "type")
    return {
        "regions": list(_regions(regions)),
        "levels": [FacetValue(value=code, label=label, count=0) for code, label in LEVELS.items()],
        "kinds": [FacetValue(value=code, label=label, count=0) for code, label in KINDS.items()],
        "tasks": [FacetValue(value=one.task, label=one.task, count=one.count) for one in tasks],
        "themes": [
            FacetValue(value=one.id, label=f"{node.label} › {one.label}", count=one.count)
            for node in themes
            for one in node.children
            if one.count
        ],
        "documents": [
            FacetValue(
                value=one.id, label=one.title, count=(one.practices or 0) + (one.plan_items or 0)
            )
            for one in documents
        ],
        "instruments": [
            FacetValue(value=code, label=label, count=0) for code, label in types.items()
        ],
    }


def _regions(nodes: Sequence[RegionNode]) -> Sequence[FacetValue]:
    found: list[FacetValue] = []
    for node in nodes:
        found.append(FacetValue(value=node.adcode, label=node.name, count=node.count))
        found.extend(_regions(node.children))
    return found
