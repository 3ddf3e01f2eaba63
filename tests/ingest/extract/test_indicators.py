import pytest

from ingest.extract.indicators import indicators
from tests.ingest.extract.practices import practice


def told(text, *fields, region=None, kind="practice"):
    rows = indicators(practice(text, region, kind))
    return [tuple(getattr(row, field) for field in fields) for row in rows]


COUNTED = [
    # figures in digits
    ("举办3期、2727人建筑施工特种作业培训", [(3, "期", "="), (2727, "人", "=")]),
    ("共有500余名建筑工人、2000余家企业和20余万建筑工人", [(500, "名", "≥"), (2000, "家", "≥"), (200000, None, "≥")]),
    ("培训工人超10万人次，开户率达97%、代发率达92%", [(100000, "人次", ">"), (97, "%", "="), (92, "%", "=")]),
    # Chinese numerals that state a bound or a norm
    ("开展检查不少于两次", [(2, "次", "≥")]),
    ("每季度至少一次", [(1, "次", "≥")]),
    ("每个镇街一个服务站", [(1, "个", "=")]),
    ("连续三日未考勤的", [(3, "日", "=")]),
    ("三个工作日内完成整改", [(3, "工作日", "≤")]),
    ("满三年的", [(3, "年", "≥")]),
    ("每两年举办一次竞赛", [(1, "次", "=")]),
    # real counts
    ("桂南和桂北两个培训片区分别开展", [(2, "个", "=")]),
    ("三百余名工人参加", [(300, "名", "≥")]),
    ("补贴五十万元", [(500000, "元", "=")]),
    # no counts
    ("取得第1名，对前5名给予表扬，首届", []),
    ("一是建立三库一核心，实施“一试双证”，打造“1+2+N”、四库一平台", []),
    ("五大平台、九项保障措施、四级联动、三方协同、两场联动", []),
    ("设立一个平台、一批基地，推行一人一档、一项目一专户", []),
    ("分为三个阶段，包括两个方面，围绕四个统一", []),
    ("依据《3年行动方案》（X府〔2023〕15号）第5条，截至2023年底实现全覆盖", []),
    ("近5年来不断壮大，开通24小时服务热线", []),
    ("十四五期间开展三年行动", []),
    ("近3年内无不良记录，每人800元", [(3, "年", "≤"), (800, "元", "=")]),
    ("从业人员由12.3万人增加到20.5万人", [(None, "人", "=")]),
    ("已举办两期，组织三次检查", [(2, "期", "="), (3, "次", "=")]),
    # the thing paid for, the base counted by
    ("每培训1名高级工补贴200元", [(200, "元", "=")]),
    ("每5000平方米配备1名劳务员", [(1, "名", "=")]),
    ("每50人设置一个厕位", [(1, "个", "=")]),
]  # fmt: skip

PER = [
    ("每培训1名高级工补贴200元、特种作业人员补贴300元", ["每名", "每名"]),
    ("每人每年补贴500元，最高不超过1000元", ["每人每年", None]),
    ("每年不少于24学时", ["每年"]),
    ("每两年举办一次", ["每两年"]),
    ("每个镇街一个", ["每个镇街"]),
    ("每5000平方米配备1名", ["每5000平方米"]),
    ("每季度至少召开一次会议", ["每季度"]),
    ("每半年至少检查1次", ["每半年"]),
    ("人均年收入9.8万元", ["每人每年"]),
    ("户均增收3万元", ["每户"]),
    ("补贴标准为200元/人", ["每人"]),
    ("培训300人", [None]),
]  # fmt: skip

AS_OF = [
    ("截至2023年底，已有17家公司入驻，覆盖8万余人。", ["2023-12-31", "2023-12-31"]),
    ("2022年对7家、2023年对11家单位进行了惩戒。", ["2022", "2023"]),
    ("2023年以来代发工资165.01亿元，目前开户率达97%。", ["2023/", None]),
    ("2023年，给予100万元支持；给予500万元支持。", ["2023", "2023"]),
    ("2024年培训1500人。同时推进合作，已有35名工人就业。", ["2024", None]),
    ("2021年至2023年累计培训5万人。其中，高级工1万人。", ["2021/2023", "2021/2023"]),
    ("培训1500人（截至2024年6月）。", ["2024-06"]),
    ("2023年发布通知，规定3个工作日内办结。", [None]),
    ("每年12月底前培训300人。", [None]),
    ("培训300人。2023年印发方案。", [None]),
    ("2021年、2022年分别培训3200人、4100人。", ["2021", "2022"]),
    ("从业人员由2018年的12.3万人增加到2023年的20.5万人。", ["2023"]),
    ("2022—2024年培训300人；到“十四五”末，占比达到30%。", ["2022/2024", None]),
    ("森林覆盖率较2020年增长35%。", [None]),
    ("与2019年相比，客流量增长20%。", [None]),
    ("2000年以前建成的老旧小区改造300个。", [None]),
    ("2023年产值比2019年提高15%。", ["2023"]),
]  # fmt: skip

KINDS = [
    ("由不足50%提高到80%以上", "change"),
    ("截至2023年底，培训300人", "result"),
    ("力争培训300人", "target"),
    ("应不少于2个", "target"),
    ("到2025年底，培训3万人次", "target"),
    ("开户率达97%", "ratio"),
    ("合格率应达到90%以上", "target"),
    ("占比80%—90%之间的，", "threshold"),
    ("15个工作日内", "threshold"),
    ("不得超过4人", "threshold"),
    ("给予100万元支持", "amount"),
    ("得3分", "amount"),
    ("投资500万元以上的项目给予补贴", "amount"),
    ("合同额500万元以上的项目", "threshold"),
    ("1000人以上不少于3人", "threshold"),
    ("培训专业人才1500余人", "result"),
    ("优良天数达到227天", "result"),
    ("连续42年无火灾", "result"),
    ("连续三日未考勤的", "threshold"),
    ("到2025年底，污水治理率达到95%", "target"),
]  # fmt: skip

SUBJECTS = [
    ("制作57个建筑职业技能培训视频，", "建筑职业技能培训视频"),
    ("已有17家公司入驻", "公司"),
    ("建筑产业工人达到6.75万人", "建筑产业工人"),
    ("工资专户开户率达97%、代发率达92%", "工资专户开户率"),
    ("人均年收入9.8万元", "人均年收入"),
    # a word keeps its first and its last character
    ("现场管理人员达300人", "现场管理人员"),
    ("投放共享单车5000辆", "投放共享单车"),
    ("及时率达到98%", "及时率"),
    ("对口帮扶投入资金20万元", "对口帮扶投入资金"),
    ("并网容量达到300兆瓦", "并网容量"),
    ("现代农业园区达到30个", "现代农业园区"),
    ("毛入学率同比提高2.3个百分点", "毛入学率同比提高"),
    ("给予最高不超过50万元奖励", None),
    # dates, what is compared with, and words that only say how it moved
    ("2023年12月31日前完成投资20亿元", "完成投资"),
    ("森林覆盖率较2020年增长35%", "森林覆盖率增长"),
    ("租房提取额度由每月1500元调整为每月2000元", "租房提取额度"),
    ("下降5%", None),
    ("共有劳模工匠达300人", "劳模工匠"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COUNTED)
def test_what_counts(text, expected):
    assert told(text, "value", "unit", "comparator") == expected


@pytest.mark.parametrize(("text", "expected"), PER)
def test_base(text, expected):
    assert [per for (per,) in told(text, "per")] == expected


@pytest.mark.parametrize(("text", "expected"), AS_OF)
def test_as_of(text, expected):
    assert [date for (date,) in told(text, "as_of")] == expected


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind(text, kind):
    assert told(text, "kind")[0] == (kind,)


@pytest.mark.parametrize(("text", "subject"), SUBJECTS)
def test_subject(text, subject):
    assert told(text, "subject")[0] == (subject,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("毛入学率达到60%，比上年提高2.3个百分点", ["毛入学率", "毛入学率"]),
        ("全年接待游客300万人次，同比增长12%", ["全年接待游客", "全年接待游客"]),
        ("班额不超过45人（小学）、50人（初中）", ["班额", "班额"]),
    ],
)
def test_a_figure_without_a_noun_is_of_what_the_one_before_was(text, expected):
    assert [subject for (subject,) in told(text, "subject")] == expected


def test_a_plan_aims_where_a_practice_tells():
    assert told("培训300人", "kind", kind="plan_item") == [("target",)]
    assert told("培训300人", "kind") == [("result",)]


def test_a_figure_for_each_region_of_a_list():
    text = (
        "2023年底建成的“提升站”，蓬江、江海、新会、台山、开平各应不少于2个，鹤山、恩平各应不少于1个；"
        "2024年底前建成的，蓬江区应累计不少于5个"
    )
    rows = told(text, "adcode", "value", "as_of", region="广东省江门市")
    assert sorted(rows) == [
        ("440703", 2, "2023-12-31"),
        ("440703", 5, "2024-12-31"),
        ("440704", 2, "2023-12-31"),
        ("440705", 2, "2023-12-31"),
        ("440781", 2, "2023-12-31"),
        ("440783", 2, "2023-12-31"),
        ("440784", 1, "2023-12-31"),
        ("440785", 1, "2023-12-31"),
    ]
    first = indicators(practice(text, "广东省江门市"))[0]
    assert first.quote == "蓬江、江海、新会、台山、开平各应不少于2个"
    assert first.region == "广东省江门市蓬江区"
    assert first.subject == "建成的“提升站”"


def test_figures_and_regions_in_the_same_order():
    text = "南山区、福田区、龙岗区分别培训1200人、800人、600人"
    rows = told(text, "region", "value", region="广东省深圳市")
    assert rows == [
        ("广东省深圳市南山区", 1200),
        ("广东省深圳市福田区", 800),
        ("广东省深圳市龙岗区", 600),
    ]


def test_a_region_that_only_names_an_organisation_is_none():
    text = "对设立基地的赤峰建筑高级技工学校给予500万元支持，赤峰建筑学校培训300人"
    assert told(text, "region", region="内蒙古自治区") == [(None,), (None,)]


def test_the_measures_own_region_is_none():
    assert told("叙永县各应不少于2个", "region", region="四川省泸州市叙永县") == [(None,)]


def test_a_figure_for_each_member_of_a_list():
    rows = told("配备项目经理、技术负责人、安全员各1名", "subject", "value")
    assert rows == [("项目经理", 1), ("技术负责人", 1), ("安全员", 1)]


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("培训36.73.2万人次", ("36.732万人次", "3673.2万人次")),
        ("比例为90%-80%", ("90—80 %", "80 %")),
        ("不超过3人以上", ("≥3人", "≤3人")),
        ("由50人提高到80%", ("50人", "80%")),
        ("保存三五年", ("三年", "五年")),
    ],
)
def test_what_cannot_be_settled_is_for_review(text, candidates):
    (row,) = indicators(practice(text))
    assert (row.status, row.candidates) == ("needs_review", candidates)
    assert (row.value, row.low, row.high, row.before, row.after) == (None,) * 5


def test_evidence_and_what_is_not_stated():
    text = "培训工人不少于300人"
    (row,) = indicators(practice(text))
    assert (row.quote, row.quote_start, row.quote_end) == ("不少于300人", 4, len(text))
    assert {"per", "as_of", "region", "low", "before"} <= set(row.not_stated)
    assert "value" not in row.not_stated


def test_a_change_keeps_both_figures():
    (row,) = indicators(practice("2024年考勤率由不足50%提高到80%以上"))
    told = (row.before, row.before_comparator, row.after, row.after_comparator, row.unit)
    assert told == (50, "<", 80, "≥", "%")
    assert (row.value, row.as_of, row.subject) == (None, "2024", "考勤率")
