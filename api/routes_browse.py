"""Counts, and the trees of regions and tasks."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter

from api.dependencies import TheServices
from api.schemas import ModelInfo, RegionsResponse, StatsResponse, TasksResponse
from api.trees import region_groups, region_tree, task_tree
from corpus.models import model_name

router = APIRouter(prefix="/v1", tags=["概览"])


@router.get("/stats", summary="数量、模型和存储")
def stats(services: TheServices) -> StatsResponse:
    """Counts of what is stored, and what stores and embeds it."""
    store = services.store
    counts, spec = store.stats(), store.embedding
    return StatsResponse(
        documents=counts.documents,
        practices=counts.practices,
        plan_items=counts.plan_items,
        passages=counts.passages,
        regions=len(store.facet("regions")),
        themes=len(store.facet("theme")),
        model=ModelInfo(name=spec.name, fingerprint=spec.fingerprint, dimension=spec.dimension)
        if spec
        else None,
        reranker=model_name(services.settings.reranker) if services.settings.reranker else None,
        store=store.label,
        version=version("tashan"),
    )


@router.get("/regions", summary="地区树")
def regions(services: TheServices) -> RegionsResponse:
    """The regions that have practices in them or below them, with counts."""
    counts, stats = services.store.facet("regions"), services.store.stats()
    tree = region_tree(counts)
    settled = sum(node.count for node in tree)
    total = stats.practices + stats.plan_items
    groups = region_groups(counts)
    return RegionsResponse(regions=tree, groups=groups, unresolved=total - settled)


@router.get("/tasks", summary="工作任务和主要举措")
def tasks(services: TheServices) -> TasksResponse:
    """The tasks and their measures, in document order, with counts."""
    return TasksResponse(tasks=task_tree(services.store.tasks()))
