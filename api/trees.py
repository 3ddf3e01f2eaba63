"""Trees with counts, from the store's flat ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api.schemas import MeasureNode, RegionGroup, RegionNode, TaskNode
from corpus import regions


def region_tree(counts: Mapping[str, int]) -> list[RegionNode]:
    """Regions as a tree in order of code.

    Args:
        counts: adcode → practices in it or below it; holds the parents of all it holds.
    """
    below: dict[str | None, list[str]] = {}
    for adcode in sorted(counts):
        line = regions.parents(adcode)
        parent = line[-2] if len(line) > 1 else None
        below.setdefault(parent, []).append(adcode)

    def node(adcode: str) -> RegionNode:
        region = regions.get(adcode)
        return RegionNode(
            adcode=adcode,
            name=region.name,
            label=region.path[-1],
            level=region.level,
            count=counts[adcode],
            children=[node(child) for child in below.get(adcode, [])],
        )

    return [node(adcode) for adcode in below.get(None, [])]


def region_groups(counts: Mapping[str, int]) -> list[RegionGroup]:
    """The groups of regions with practices in a member, each under the first of its names.

    Args:
        counts: as above.
    """
    named: dict[tuple[str, ...], str] = {}
    for name, members in regions.groups().items():
        named.setdefault(members, name)
    return [
        RegionGroup(name=name, adcodes=list(members))
        for members, name in named.items()
        if not counts.keys().isdisjoint(members)
    ]


def task_tree(rows: Iterable[tuple[str, str | None, str, int]]) -> list[TaskNode]:
    """Tasks and their measures in the order in which documents name them first.

    Args:
        rows: ``(task, measure, document id, count)``, in document order.
    """
    measures: dict[str, dict[str | None, int]] = {}
    documents: dict[str, dict[str, None]] = {}
    for task, measure, document_id, count in rows:
        of_task = measures.setdefault(task, {})
        of_task[measure] = of_task.get(measure, 0) + count
        documents.setdefault(task, {})[document_id] = None
    return [
        TaskNode(
            task=task,
            count=sum(counts.values()),
            document_ids=list(documents[task]),
            measures=[
                MeasureNode(measure=measure, count=count)
                for measure, count in counts.items()
                if measure is not None
            ],
        )
        for task, counts in measures.items()
    ]
