"""What people call themes, facets' values and the registry's columns."""

from __future__ import annotations

import pytest

from api.search import _Documents, label
from api.views import column_views, theme_ref
from corpus.registry import ROWS
from corpus.themes import taxonomy


def test_a_theme_is_called_by_its_label() -> None:
    theme = taxonomy().children[0]
    found = theme_ref(theme.id)
    assert found and (found.id, found.label) == (theme.id, theme.label)
    unknown = theme_ref("no-such-theme")
    assert unknown and unknown.label == "no-such-theme"
    assert theme_ref(None) is None


@pytest.mark.parametrize(
    ("facet", "value", "said"),
    [
        ("themes", taxonomy().children[0].id, taxonomy().children[0].label),
        ("themes", "no-such-theme", "no-such-theme"),
        ("instruments", "dedicated_account", "专用账户与代发"),
        ("levels", "city", "市级"),
        ("kinds", "plan_item", "方案条目"),
        ("tasks", "city", "city"),
    ],
)
def test_facets_are_labelled(facet: str, value: str, said: str) -> None:
    assert label(facet, value, _Documents([])) == said


@pytest.mark.parametrize("table", ROWS)
def test_columns_are_described_and_say_what_may_be_corrected(table: str) -> None:
    columns = {column.name: column for column in column_views(ROWS[table])}
    assert all(column.title and column.description for column in columns.values())
    assert not columns["id"].editable


def test_values_read_from_the_text_may_be_corrected_and_the_text_not() -> None:
    indicators = {column.name: column for column in column_views(ROWS["indicators"])}
    assert indicators["value"].editable and not indicators["quote"].editable
    assert indicators["kind"].codes["threshold"] == "标准门槛"
    measures = {column.name: column for column in column_views(ROWS["measures"])}
    assert measures["theme"].editable and not measures["text"].editable
