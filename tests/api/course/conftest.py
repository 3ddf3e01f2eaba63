"""A server over the shipped registry and documents that mean harm, and packs made of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from api.course.build import build
from api.course.model import CoursePack
from api.schemas import CoursePackRequest
from tests.api.course.hostile import document
from tests.api.registered import Served, serving, shipped

DAY = date(2026, 5, 4)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    with serving((*shipped(), document())) as found:
        yield found


def pack_of(served: Served, ids: list[str], **fields: object) -> CoursePack:
    body = {"title": "工资保障专题", "practice_ids": ids, **fields}
    return build(served.store, served.registry, CoursePackRequest.model_validate(body), DAY)


@pytest.fixture(scope="session")
def ids(served: Served) -> list[str]:
    """All that is shipped, in order."""
    return [
        one.practice.id for one in served.registry.measures() if "hostile" not in one.practice.id
    ]


@pytest.fixture(scope="session")
def pack(served: Served, ids: list[str]) -> CoursePack:
    """A hundred practices under two headings, and the rest."""
    outline = [
        {"title": "转型", "practice_ids": ids[:3]},
        {"title": "工资", "practice_ids": ids[40:42]},
    ]
    return pack_of(served, ids[:100], outline=outline, audience="县级住建干部")


@pytest.fixture(scope="session")
def small(served: Served, ids: list[str]) -> CoursePack:
    """Practices of wages, which have figures and differ in their instruments."""
    wages = [
        one.practice.id for one in served.registry.measures() if one.row.theme == "wage-account"
    ]
    return pack_of(served, [*wages, *ids[:6]])


@pytest.fixture(scope="session")
def hostile(served: Served) -> CoursePack:
    """Practices that try every format's marks, one of them very long, under a title like them."""
    found = [f"hostile-{number}" for number in (1, 2, 3)]
    outline = [{"title": "# <b>章</b> | 一", "practice_ids": found[:1]}]
    title = "<script>alert(0)</script> [题](javascript:alert(1)) | #\x00\x0b"
    return pack_of(served, found, title=title, outline=outline)
