"""What the page 备课 shows, as its address says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ui.basket import KEY, packed, unpacked
from ui.state import Params, last

TITLE = "课程包"
LONGEST_TITLE, LONGEST_AUDIENCE = 120, 100
CHAPTERS = {"": "不分章", "theme": "按主题分章", "region": "按地区分章"}
VIEWS = {"outline": "大纲", "facts": "事实", "contrasts": "对比案例", "questions": "题目"}


@dataclass(frozen=True)
class CourseState:
    """State of the page. ``ids`` is the basket, in the order in which it is taught."""

    ids: tuple[str, ...] = ()
    title: str = TITLE
    audience: str = ""
    chapters: str = ""
    questions: bool = True
    view: str = "outline"

    @classmethod
    def read(cls, params: Params) -> CourseState:
        """Read an address; what it says wrongly counts as not said."""
        said = partial(last, params)
        chapters, view = said("chapters"), said("view")
        return cls(
            ids=unpacked(said(KEY)),
            title=said("title")[:LONGEST_TITLE] or TITLE,
            audience=said("audience")[:LONGEST_AUDIENCE],
            chapters=chapters if chapters in CHAPTERS else "",
            questions=said("questions") != "no",
            view=view if view in VIEWS else "outline",
        )

    def params(self) -> dict[str, str | list[str]]:
        """The query parameters that bring this state back; defaults are left out."""
        params: dict[str, str | list[str]] = {KEY: packed(self.ids)} if self.ids else {}
        if self.title != TITLE:
            params["title"] = self.title
        if self.audience:
            params["audience"] = self.audience
        if self.chapters:
            params["chapters"] = self.chapters
        if not self.questions:
            params["questions"] = "no"
        if self.view != "outline":
            params["view"] = self.view
        return params

    def request(
        self, fmt: str, outline: Sequence[tuple[str, Sequence[str]]] = ()
    ) -> dict[str, Any]:
        """Body of ``POST /v1/course-packs``; ``outline`` gives chapters with their practices."""
        body: dict[str, Any] = {
            "title": self.title,
            "practice_ids": list(self.ids),
            "format": fmt,
            "audience": self.audience,
            "questions": self.questions,
        }
        if outline:
            body["outline"] = [
                {"title": title[:100], "practice_ids": list(ids)} for title, ids in outline
            ]
        return body

    def swapped(self, one: str, other: str) -> CourseState:
        """With two practices in each other's place."""
        if not {one, other} <= set(self.ids):
            return self
        there = {one: other, other: one}
        return replace(self, ids=tuple(there.get(id_, id_) for id_ in self.ids))

    def without(self, *ids: str) -> CourseState:
        """With some practices removed."""
        return replace(self, ids=tuple(id_ for id_ in self.ids if id_ not in ids))
