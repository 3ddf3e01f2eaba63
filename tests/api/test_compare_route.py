"""``POST /v1/compare`` over documents whose regions and themes are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest

from api.registry import RegistryService
from api.services import Services
from corpus import regions
from corpus.model import Document
from corpus.registry import (
    ActorRow,
    IndicatorRow,
    InstrumentRow,
    PlatformRow,
    Records,
    read_row,
)
from corpus.settings import Settings
from corpus.store.open import open_store
from tests.api import made
from tests.api.server import client

TEXT = "由市住建局牵头，市人社局配合，通过“工薪通”平台代发工资，覆盖率达97%。"
Made = tuple[str, str | None, str | None, tuple[str, ...]]
# id, region, main theme, secondary themes
LIST: list[Made] = [
    ("guangdong", "440000", "wage-account", ()),
    ("guangzhou", "440100", "wage-account", ("arrears-warning",)),
    ("tianhe", "440106", "attendance", ()),
    ("zhejiang", "330000", "attendance", ()),
    ("hangzhou", "330100", "wage-account", ()),
    ("jiangsu", "320000", "attendance", ()),
    ("suzhou", "320500", "wage-account", ()),
    ("nanjing", "320100", "arrears-warning", ()),
    ("wuxi", "320200", "arrears-warning", ()),
    ("anhui", "340000", "competition", ()),
    ("nowhere", None, "wage-account", ()),
    ("xiantao", "429004", "wage-account", ()),
    ("chongqing", "500000", None, ()),
]
PLANS: list[Made] = [
    ("shenzhen", "440300", "goals-principles", ()),
    ("jiangmen", "440700", "goals-principles", ()),
    ("xiamen", "350200", "phases", ()),
]


def take_in(store: Any, name: str, kind: Any, order: int, rows: list[Made]) -> None:
    document = Document(id=name, title=name, kind=kind, sha256=str(order) * 64, order=order)
    parsed = made.parsed(document, [(code, "任务", None, 1, TEXT) for _, code, _, _ in rows])
    practices = [
        practice.model_copy(update={"id": row[0]})
        for practice, row in zip(parsed.practices, rows, strict=True)
    ]
    records = {id_: Records(theme=theme, secondary_themes=also) for id_, _, theme, also in rows}
    for practice in practices:
        if practice.id == "guangzhou":
            records["guangzhou"] = records["guangzhou"].model_copy(update=found(practice))
    update = {"practices": tuple(practices), "outline": (), "blocks": ()}
    store.replace_document(parsed.model_copy(update=update), [], records)


def found(practice: Any) -> dict[str, Any]:
    def span(words: str) -> tuple[int, int]:
        at = practice.text.index(words)
        return at, at + len(words)

    return {
        "actors": (
            read_row(
                ActorRow, practice, span("市人社局"), name="市人社局", type="department",
                role="support",
            ),
            read_row(
                ActorRow, practice, span("市住建局"), name="市住建局", type="department",
                role="lead",
            ),
        ),
        "instruments": (
            read_row(
                InstrumentRow, practice, span("代发工资"), type="dedicated_account",
                words="代发工资",
            ),
        ),
        "platforms": (
            read_row(PlatformRow, practice, span("工薪通"), name="工薪通", kind="platform"),
        ),
        "indicators": (
            read_row(
                IndicatorRow, practice, span("97%"), subject="覆盖率", value=97.0, unit="%",
                comparator="=", kind="result",
            ),
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("compare"))
    store = open_store(settings)
    take_in(store, "list", "practice_list", 1, LIST)
    take_in(store, "plan", "plan", 2, PLANS)
    nothing = cast(Any, None)
    services = Services(settings, store, nothing, RegistryService(store), nothing)
    with client(settings, lambda: services) as served:
        yield served


def compare(http: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = http.post("/v1/compare", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(answer: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Region → theme → count, of the cells that count something; every row is there."""
    rows: dict[str, dict[str, int]] = {row["adcode"]: {} for row in answer["regions"]}
    for cell in answer["cells"]:
        assert cell["count"] == len(cell["practice_ids"])
        if cell["count"]:
            rows[cell["adcode"]][cell["theme"]] = cell["count"]
    return rows


WAGES, ATTENDANCE = "wage-account", "attendance"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"regions": ["广东省"]},
            {"440000": {WAGES: 2, ATTENDANCE: 1, "goals-principles": 2}},
            id="a province has all below it",
        ),
        pytest.param(
            {"regions": ["广东"], "level": "city"},
            {
                "440000": {WAGES: 1},
                "440100": {WAGES: 1, ATTENDANCE: 1},
                "440300": {"goals-principles": 1},
                "440700": {"goals-principles": 1},
            },
            id="a county counts for its city, a province for itself",
        ),
        pytest.param(
            {"regions": ["广州"], "level": "as_stated"},
            {"440100": {WAGES: 1}, "440106": {ATTENDANCE: 1}},
            id="as stated",
        ),
        pytest.param(
            {"regions": ["440100"], "level": "county"},
            {"440100": {WAGES: 1}, "440106": {ATTENDANCE: 1}},
            id="nothing lies below a county",
        ),
        pytest.param(
            {"regions": ["广东省", "440100"], "themes": [WAGES]},
            {"440000": {WAGES: 2}, "440100": {WAGES: 1}},
            id="a region below the level is a row of its own",
        ),
        pytest.param(
            {"regions": ["440100"], "level": "province"},
            {"440100": {WAGES: 1, ATTENDANCE: 1}},
            id="and does not stand for its province",
        ),
        pytest.param(
            {"regions": ["仙桃"], "level": "city"},
            {"429004": {WAGES: 1}},
            id="a county that no city governs stays where it is",
        ),
        pytest.param(
            {"regions": ["长三角"], "themes": [ATTENDANCE]},
            {"310000": {}, "320000": {ATTENDANCE: 1}, "330000": {ATTENDANCE: 1}, "340000": {}},
            id="a group, of which one has nothing",
        ),
        pytest.param(
            {"regions": ["浙"], "theme_level": "upper"},
            {"330000": {"real-name": 1, "wage-protection": 1}},
            id="upper themes",
        ),
        pytest.param(
            {"regions": ["浙江"], "themes": ["工资支付与维权"]},
            {"330000": {WAGES: 1}},
            id="a theme by its label, with all below it",
        ),
    ],
)
def test_rows_and_counts(
    http: httpx.Client, body: dict[str, Any], expected: dict[str, dict[str, int]]
) -> None:
    assert counts(compare(http, **body)) == expected


def test_all_regions_at_all_levels_count_every_practice_once(http: httpx.Client) -> None:
    for level in ("province", "city", "county", "as_stated"):
        answer = compare(http, level=level)
        ids = [id_ for cell in answer["cells"] for id_ in cell["practice_ids"]]
        assert sorted(ids) == sorted({*ids}), level
        assert len(ids) == answer["total"] == len(LIST) + len(PLANS) - 2
        assert (answer["unsettled"], answer["unsettled_ids"]) == (1, ["nowhere"])
        assert answer["unthemed"] == 1
        assert sum(row["total"] for row in answer["regions"]) == answer["total"]
        assert sum(theme["total"] for theme in answer["themes"]) == answer["total"]


def test_a_row_tells_what_it_is(http: httpx.Client) -> None:
    answer = compare(http, regions=["广东"], themes=[WAGES])
    (row,) = answer["regions"]
    assert row == {
        "adcode": "440000", "name": "广东省", "label": "广东省", "level": "province",
        "total": 2, "practices": 2, "plan_items": 0, "in_corpus": 5, "peers": 6,
    }  # fmt: skip
    (theme,) = answer["themes"]
    assert theme["label"] == "工资专户与银行代发"
    assert theme["parent"] == {"id": "wage-protection", "label": "工资支付与维权"}


def test_secondary_themes_are_told_and_not_counted(http: httpx.Client) -> None:
    answer = compare(http, regions=["广州"], themes=["arrears-warning"], level="city")
    assert answer["cells"] == [
        {
            "adcode": "440100", "theme": "arrears-warning", "count": 0,
            "practice_ids": [], "also_ids": ["guangzhou"],
        }
    ]  # fmt: skip
    assert answer["total"] == 0


def gaps(answer: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    rows: dict[str, dict[str, list[str]]] = {}
    for gap in answer["gaps"]:
        rows.setdefault(gap["adcode"], {})[gap["theme"]] = gap["held_by"]
    return rows


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"regions": ["安徽"], "level": "province"},
            {
                "340000": {
                    WAGES: ["320000", "330000", "420000", "440000"],
                    ATTENDANCE: ["320000", "330000", "440000"],
                }
            },
            id="what provinces do with all below them",
        ),
        pytest.param(
            {"regions": ["安徽"], "level": "as_stated"},
            {"340000": {ATTENDANCE: ["320000", "330000"]}},
            id="or by themselves; a plan's items do not count where there is no plan",
        ),
        pytest.param(
            {"regions": ["杭州"], "level": "city"},
            {"330100": {"arrears-warning": ["320100", "320200"]}},
            id="cities by cities; what the province does is no gap",
        ),
        pytest.param(
            {"regions": ["广州"], "level": "city"},
            {},
            id="nor is a secondary theme",
        ),
        pytest.param(
            {"regions": ["厦门"], "level": "city"},
            {
                "350200": {
                    WAGES: ["320500", "330100", "440100"],
                    "arrears-warning": ["320100", "320200"],
                    "goals-principles": ["440300", "440700"],
                }
            },
            id="where there is a plan, plans count",
        ),
        pytest.param(
            {"regions": ["厦门"], "level": "city", "least": 3},
            {"350200": {WAGES: ["320500", "330100", "440100"]}},
            id="as many as asked",
        ),
        pytest.param(
            {"regions": ["仙桃", "新疆"], "level": "city", "least": 1},
            {"429004": {ATTENDANCE: ["440106"]}},
            id="a county by counties; of Xinjiang nothing is known",
        ),
        pytest.param(
            {"regions": ["安徽", "江苏"], "peers": "chosen", "least": 1},
            {
                "340000": {
                    WAGES: ["320000"], ATTENDANCE: ["320000"], "arrears-warning": ["320000"],
                },
                "320000": {"competition": ["340000"]},
            },
            id="among those chosen",
        ),
    ],
)  # fmt: skip
def test_gaps(
    http: httpx.Client, body: dict[str, Any], expected: dict[str, dict[str, list[str]]]
) -> None:
    answer = compare(http, **body)
    assert gaps(answer) == expected
    known = {theme["id"] for theme in answer["themes"]}
    for gap in answer["gaps"]:
        assert gap["theme"] in known
        assert len(gap["practice_ids"]) >= len(gap["held_by"])


def test_what_is_comparable_is_said(http: httpx.Client) -> None:
    said = compare(http, least=3)["comparable"]
    assert (said["least"], said["peers"]) == (3, "corpus")
    assert "至少 3 个可比地区" in said["definition"] and "不表示当地没有做" in said["definition"]
    assert "所选地区" in compare(http, peers="chosen")["comparable"]["definition"]


def test_regions_in_detail(http: httpx.Client) -> None:
    answer = compare(http, regions=["广州", "杭州"], level="city", details=["杭州", "广州"])
    assert [(one["adcode"], one["theme"]) for one in answer["details"]] == [
        ("330100", WAGES),
        ("440100", ATTENDANCE),
        ("440100", WAGES),
    ]
    hangzhou, _, guangzhou = answer["details"]
    assert hangzhou["actors"] == hangzhou["indicators"] == []
    assert guangzhou["practice_ids"] == ["guangzhou"]
    assert [(one["role"], one["label"], one["name"]) for one in guangzhou["actors"]] == [
        ("lead", "牵头", "市住建局"),
        ("support", "配合", "市人社局"),
    ]
    assert guangzhou["instruments"] == [
        {
            "type": "dedicated_account", "label": "专用账户与代发", "words": ["代发工资"],
            "practice_ids": ["guangzhou"],
        }
    ]  # fmt: skip
    assert [one["name"] for one in guangzhou["platforms"]] == ["工薪通"]
    (figure,) = guangzhou["indicators"]
    assert (figure["subject"], figure["value"], figure["quote"]) == ("覆盖率", 97.0, "97%")


@pytest.mark.parametrize(
    ("body", "status", "field", "words"),
    [
        ({"regions": ["月球"]}, 400, "regions", "不存在"),
        ({"regions": ["朝阳区"]}, 400, "regions", "不能确定"),
        ({"themes": ["moon"]}, 400, "themes", "没有主题"),
        ({"level": "village"}, 422, "level", ""),
        ({"least": 0}, 422, "least", ""),
        ({"details": ["杭州"]}, 400, "details", "不在所比较的地区之中"),
        ({"details": ["京津冀", "长三角"]}, 400, "details", "最多并列 4 个"),
        ({"region": "广东"}, 422, "region", ""),
    ],
)
def test_what_cannot_be_compared_says_why(
    http: httpx.Client, body: dict[str, Any], status: int, field: str, words: str
) -> None:
    answer = http.post("/v1/compare", json=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["field"] == field and words in error["message"]


def test_the_regions_come_with_the_groups_that_occur(http: httpx.Client) -> None:
    groups = {one["name"]: one["adcodes"] for one in http.get("/v1/regions").json()["groups"]}
    assert groups["长三角"] == ["310000", "320000", "330000", "340000"]
    assert "长江三角洲" not in groups, "one name for a group"
    assert "京津冀" not in groups, "nothing of it is stored"
    assert all(regions.get(code) for codes in groups.values() for code in codes)
