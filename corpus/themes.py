"""Our taxonomy of themes, two levels deep, read from ``vocabulary/themes.toml``."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

from pydantic import Field, model_validator

from corpus.model import Frozen
from corpus.settings import VOCABULARY
from corpus.tables import read_table

THEMES = VOCABULARY / "themes.toml"


class Theme(Frozen):
    """A theme; one without a parent holds others and is never itself assigned."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    label: str = Field(min_length=1)
    parent: str | None = None
    definition: str = Field(min_length=1, description="What it takes in, and what it does not.")


class Taxonomy(Frozen):
    """All themes, each parent followed by its children."""

    theme: tuple[Theme, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _two_levels(self) -> Taxonomy:
        ids = [theme.id for theme in self.theme]
        if len(set(ids)) < len(ids):
            again = next(id_ for id_ in ids if ids.count(id_) > 1)
            raise ValueError(f"{again} 重复")
        tops = {theme.id for theme in self.theme if theme.parent is None}
        parents = {theme.parent for theme in self.theme if theme.parent is not None}
        if unknown := parents - tops:
            raise ValueError(f"上级 {'、'.join(sorted(unknown))} 不是上级主题")
        if childless := tops - parents:
            raise ValueError(f"上级主题 {'、'.join(sorted(childless))} 没有下级")
        return self

    @cached_property
    def by_id(self) -> dict[str, Theme]:
        """Id → theme, in the order of the file."""
        return {theme.id: theme for theme in self.theme}

    @cached_property
    def parents(self) -> tuple[Theme, ...]:
        """The upper level, in the order of the file."""
        return tuple(theme for theme in self.theme if theme.parent is None)

    @cached_property
    def children(self) -> tuple[Theme, ...]:
        """The lower level, the themes that are assigned, in the order of the file."""
        return tuple(theme for theme in self.theme if theme.parent is not None)

    def below(self, parent: str) -> tuple[Theme, ...]:
        """The children of a parent, in the order of the file; none for a child or unknown id."""
        return tuple(theme for theme in self.children if theme.parent == parent)

    def __getitem__(self, theme_id: str) -> Theme:
        """The theme of that id.

        Raises:
            KeyError: there is none.
        """
        return self.by_id[theme_id]


def read_taxonomy(path: Path) -> Taxonomy:
    """A file of themes.

    Raises:
        InputError: it cannot be read, is no TOML, or its themes are not two sound levels.
    """
    hint = "每个主题要有 id、label、definition，下级主题的 parent 要是上级主题的 id"
    return read_table(path, Taxonomy, "主题表", hint)


@cache
def taxonomy() -> Taxonomy:
    """The shipped themes, read on the first call."""
    return read_taxonomy(THEMES)
