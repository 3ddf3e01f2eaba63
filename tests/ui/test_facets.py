from __future__ import annotations

from ui.answers import FacetValue
from ui.facets import INDENT, Option, options


def facet(value: str, label: str, count: int) -> FacetValue:
    return FacetValue(value=value, label=label, count=count)


def test_regions_stand_under_the_division_they_lie_in() -> None:
    values = [
        facet("440100", "广东省广州市", 5),
        facet("500000", "重庆市", 3),
        facet("440000", "广东省", 7),
        facet("440106", "广东省广州市天河区", 1),
        facet("440300", "广东省深圳市", 2),
        facet("411525", "河南省信阳市固始县", 1),
    ]
    assert [(o.value, o.label) for o in options("region", values, ())] == [
        ("440000", "广东省（7）"),
        ("440100", INDENT + "广州市（5）"),
        ("440106", INDENT * 2 + "天河区（1）"),
        ("440300", INDENT + "深圳市（2）"),
        ("500000", "重庆市（3）"),
        ("411525", "河南省信阳市固始县（1）"),
    ]


def test_what_is_chosen_stays_on_offer_when_nothing_has_it() -> None:
    assert options("region", [], ["440000"]) == [Option("440000", "440000")]
    assert options("level", [], ["city"]) == [Option("city", "市级")]


def test_levels_and_kinds_have_our_words_and_order() -> None:
    values = [facet("county", "county", 1), facet("province", "province", 4)]
    assert [o.label for o in options("level", values, ())] == ["省级（4）", "县级（1）"]
    kinds = [facet("plan_item", "x", 1), facet("practice", "y", 2)]
    assert [o.label for o in options("kind", kinds, ())] == ["经验做法（2）", "方案条目（1）"]


def test_a_level_of_no_name_is_not_offered() -> None:
    assert options("level", [facet("village", "**村**", 1)], ["[x](y)"]) == []


def test_labels_of_documents_are_offered_as_they_stand() -> None:
    values = [facet("d1", "**清单**\u202e", 2)]
    assert options("document", values, ()) == [Option("d1", "**清单**\ufffd（2）")]
