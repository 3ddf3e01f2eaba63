import pytest

from corpus import regions
from corpus.errors import InputError
from ingest.extract.gazetteer import Gazetteer
from ingest.extract.organisations import organisations
from ingest.extract.wording import Prose, Spans


def found(text, region=None):
    return organisations(Prose.of(text), regions.resolve(region) if region else None)


NORMALISED = [
    # written form, region, type, normalised name, function, level
    ("人社部门", None, "department", "人力资源社会保障部门", "人力资源社会保障", None),
    ("人力资源社会保障局", None, "department", "人力资源社会保障部门", "人力资源社会保障", None),
    ("市人社局", None, "department", "人力资源社会保障部门", "人力资源社会保障", "市级"),
    ("市人社局", "上海市", "department", "人力资源社会保障部门", "人力资源社会保障", "省级"),
    ("省住房和城乡建设厅", None, "department", "住房城乡建设部门", "住房城乡建设", "省级"),
    ("住建部", None, "department", "住房城乡建设部门", "住房城乡建设", "国家"),
    ("住房城乡建设部办公厅", None, "department", "住房城乡建设部门", "住房城乡建设", "国家"),
    ("市住房城乡建设管委", None, "department", "住房城乡建设部门", "住房城乡建设", "市级"),
    ("区建设局", None, "department", "住房城乡建设部门", "住房城乡建设", "县级"),
    ("县市场监督管理局", None, "department", "市场监督管理部门", "市场监督管理", "县级"),
    ("县税务局", None, "department", "税务部门", "税务", "县级"),
    ("省工信厅", None, "department", "工业和信息化部门", "工业和信息化", "省级"),
    ("市卫健委", None, "department", "卫生健康部门", "卫生健康", "市级"),
    ("市发改委", None, "department", "发展改革部门", "发展改革", "市级"),
    ("各县（市、区）住房城乡建设局", None, "department", "住房城乡建设部门", "住房城乡建设", None),
    ("市、区建设主管部门", None, "department", "住房城乡建设部门", "住房城乡建设", None),
    ("赣州市人民政府", "江西省赣州市", "government", "人民政府", None, "市级"),
    ("省高院", None, "court", "高级人民法院", None, "省级"),
    ("市中级人民法院", None, "court", "中级人民法院", None, "市级"),
    ("区劳动人事争议仲裁委员会", None, "court", "劳动人事争议仲裁委员会", None, "县级"),
    ("市总工会", None, "union", "总工会", None, "市级"),
    ("企业工会", None, "union", "工会", None, None),
    ("市建筑业协会", None, "association", "市建筑业协会", None, "市级"),
    ("各有关建筑企业", None, "enterprise", "建筑企业", None, None),
    ("施工总承包企业", None, "enterprise", "施工总承包企业", None, None),
    ("用人单位", None, "enterprise", "用人单位", None, None),
    ("中建八局", None, "enterprise", "中建八局", None, None),
    ("中国农业银行", None, "bank", "中国农业银行", None, None),
    ("职业技能等级评价机构", None, "institution", "职业技能等级评价机构", None, None),
    ("四川建筑职业技术学院", None, "school", "四川建筑职业技术学院", None, "省级"),
    ("和县职业技术学校", "安徽省马鞍山市和县", "school", "和县职业技术学校", None, "县级"),
    ("县建设劳务开发服务中心", None, "institution", "县建设劳务开发服务中心", None, "县级"),
    ("根治拖欠农民工工资工作领导小组", None, "committee", "根治拖欠农民工工资工作领导小组", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "region", "kind", "normalised", "function", "level"), NORMALISED)
def test_one_organisation_is_read_whole(name, region, kind, normalised, function, level):
    (one,) = found(f"近日，{name}。", region)
    assert (one.name, one.type) == (name, kind)
    assert (one.normalised_name, one.function, one.level) == (normalised, function, level)


LISTS = [
    ("市人社、财政等相关部门", ["市人社", "财政"]),
    ("住房城乡建设、人社部门", ["住房城乡建设", "人社部门"]),
    ("市级建设、交通、水务、房屋等管理部门", ["市级建设", "交通", "水务", "房屋"]),
    ("建设、施工、监理单位", ["建设", "施工", "监理单位"]),
    ("安监、质监、监理等单位", ["安监", "质监", "监理"]),
    ("人社、工会等职能部门", ["人社", "工会"]),
    ("甲省建设厅", ["省建设厅"]),
    ("住房城乡建设部门与工会", ["住房城乡建设部门", "工会"]),
    ("清华大学等高校", ["清华大学"]),
    ("依托“四川省省级劳务培训基地”“自贡市高技能人才培训基地”", ["四川省省级劳务培训基地", "自贡市高技能人才培训基地"]),
    # no organisations
    ("教育、培训和交通", []),
    ("建设项目、财政资金、司法程序", []),
    ("数据通信处理中心", []),
    ("制定建设方案和施工方案", []),
    ("企业家精神、企业级应用", []),
    ("实行“政府主导、企业主体”模式", []),
    ("提高本单位人员素质", []),
    ("项目经理、班组长、农民工", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), LISTS)
def test_lists_are_split_and_other_words_left(text, names):
    assert [each.name for each in found(f"近日，{text}。")] == names


def test_a_level_holds_for_the_list_behind_it():
    assert [each.level for each in found("由市人社、财政等部门负责")] == ["市级", "市级"]


@pytest.mark.parametrize(
    ("content", "said"),
    [("functions = [", "读不出"), ("functions = []", "departments"), ("bodies = 1", "functions")],
)
def test_a_malformed_gazetteer_is_told(tmp_path, content, said):
    path = tmp_path / "organisations.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Gazetteer.read(path)
    assert said in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["市住建局、人社局、总工会联合印发。", "市住建局联合人社局、总工会印发。"]
)
def test_members_of_a_list_and_who_joins_it_have_its_level(text):
    assert {each.level for each in found(text)} == {"市级"}


def test_a_missing_gazetteer_is_told(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml"):
        Gazetteer.read(tmp_path / "none.toml")


def test_names_begin_behind_verbs_but_not_inside_words():
    text = "将信息纳入住房和城乡建设行业实名制管理"
    assert Prose.of(text).name_start(len(text)) == text.index("住房")


def test_clauses_lie_between_marks():
    text = "第一，由市人社局、财政局负责；其他"
    assert Prose.of(text).clause(4, 8) == (3, text.index("；"))


def test_spans_answer_what_lies_in_them():
    spans = Spans([(2, 4), (6, 9), (7, 12)])
    assert [spans.around(at) for at in (1, 2, 3, 4, 8, 10)] == [
        None,
        (2, 4),
        (2, 4),
        None,
        (6, 9),
        None,
    ]
    assert [spans.overlap(0, 2), spans.overlap(0, 3), spans.overlap(4, 6), spans.overlap(8, 20)] == [
        False, True, False, True,
    ]  # fmt: skip
    assert spans.masked("0123456789", "_") == "01__45___9"
