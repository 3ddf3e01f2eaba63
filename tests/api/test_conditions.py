from __future__ import annotations

import pytest

from api.conditions import MAX_QUESTION, read_conditions

REGIONS = [
    # query, regions by code, what is left
    ("浙江的数字化管理经验", ["330000"], "数字化管理经验"),
    ("四川各地怎么培养高技能工人", ["510000"], "怎么培养高技能工人"),
    ("广州怎么做访客制度", ["440100"], "怎么做访客制度"),
    ("实名制 北京", ["110000"], "实名制"),
    ("河南省内的经验", ["410000"], "经验"),
    ("广东和浙江的培训基地", ["440000", "330000"], "培训基地"),
    ("河南省信阳市固始县有哪些扶持政策", ["411525"], "有哪些扶持政策"),
    ("直辖市怎么做实名制", ["110000", "120000", "310000", "500000"], "怎么做实名制"),
    ("请问江苏的产业园", ["320000"], "请问 产业园"),
    # names of something else, and no names at all
    ("四川建筑职业技术学院", [], "四川建筑职业技术学院"),
    ("内蒙古自治区级基地", [], "内蒙古自治区级基地"),
    ("推广安全教育", [], "推广安全教育"),
    ("工资专户代发", [], "工资专户代发"),
]


@pytest.mark.parametrize(("query", "codes", "rest"), REGIONS)
def test_regions(query: str, codes: list[str], rest: str) -> None:
    read = read_conditions(query)
    assert list(read.codes("region")) == codes
    assert read.rest == rest


@pytest.mark.parametrize(
    "query",
    ["不含广东的做法", "除广东外的做法", "除了广东以外的做法", "非广东的做法", "广东以外的做法"],
)
def test_excluded_regions(query: str) -> None:
    read = read_conditions(query)
    assert read.codes("exclude_region") == ("440000",)
    assert read.codes("region") == ()
    assert read.rest == "做法"


def test_a_list_shares_its_negation() -> None:
    read = read_conditions("不含广东、浙江的培训")
    assert read.codes("exclude_region") == ("440000", "330000")
    assert read.rest == "培训"


@pytest.mark.parametrize(
    "query",
    [
        "上海外来务工人员住宿", "湖北外出务工农民工培训", "重庆外墙保温", "江苏外部监督",
        "免除上海企业保证金", "是不是上海最早实行实名制",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_exclusion(query: str) -> None:
    assert read_conditions(query).codes("exclude_region") == ()


def test_an_exclusion_ends_at_a_comma_before_a_question_of_its_own() -> None:
    read = read_conditions("不含广东，浙江的实名制")
    assert read.codes("exclude_region") == ("440000",)
    assert read.codes("region") == ("330000",)


@pytest.mark.parametrize(
    "query",
    ["集中部署农民工培训", "其中部分人员未参保", "全省会议部署根治欠薪", "两广场建设",
     "城市里有什么补贴", "超市里卖什么", "全省里程碑"],
)  # fmt: skip
def test_names_inside_other_words(query: str) -> None:
    assert read_conditions(query).found == ()


@pytest.mark.parametrize(
    ("query", "levels", "rest"),
    [
        ("县级的做法", ("county",), "做法"),
        ("县里怎么扶持劳务", ("county",), "怎么扶持劳务"),
        ("省级层面的实名制平台", ("province",), "实名制平台"),
        ("市一级的培训经验", ("city",), "培训经验"),
        ("各省怎么做", ("province",), "怎么做"),
        ("各省市的做法", ("province", "city"), "做法"),
        ("广东各市", ("city",), ""),
        ("浙江市县的做法", ("city", "county"), "做法"),
        # a platform of a level, and districts that something is about
        ("省级平台对接", (), "省级平台对接"),
        ("国家级基地", (), "国家级基地"),
        ("2024年底前各县区要建几个站", (), "2024年底前各县区要建几个站"),
    ],
)
def test_levels(query: str, levels: tuple[str, ...], rest: str) -> None:
    read = read_conditions(query)
    assert read.levels == levels
    assert read.rest == rest


def test_years_are_read_and_stay_words() -> None:
    read = read_conditions("2023年培训多少人，2021 年呢")
    assert read.years == (2023, 2021)
    assert read.rest == "2023年培训多少人，2021 年呢"
    assert not read.restricting


@pytest.mark.parametrize(
    "query", ["豫建人教〔2022〕19号", "豫建人教(2022)19 号", "豫建人教【2022】第19号"]
)
def test_document_numbers(query: str) -> None:
    assert read_conditions(query).numbers == ("人教[2022]19号",)


@pytest.mark.parametrize("off", ["浙江", "浙江省"])
def test_a_condition_is_switched_off_by_its_words_or_its_label(off: str) -> None:
    read = read_conditions("浙江的县级做法", [off])
    assert read.codes("region") == ()
    assert read.levels == ("county",)
    assert read.rest == "浙江的 做法"


def test_a_draft_has_no_conditions() -> None:
    draft = (
        "与四川阿坝、叙永等劳务输出地区开展战略合作，签订定向定点合作协议，培育熟悉智能建造的工人"
        * 2
    )
    assert len(draft) > MAX_QUESTION
    assert read_conditions(draft).found == ()
    assert read_conditions(draft).rest == draft


@pytest.mark.parametrize("query", ["", "的", "，，", "除外", "各", "〔2022〕", "不含", "市级" * 15])
def test_hardly_anything(query: str) -> None:
    read_conditions(query)
