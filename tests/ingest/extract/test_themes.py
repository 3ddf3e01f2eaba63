"""Themes assigned by cue words: a case table of our own sentences, properties, malformed files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.model import Practice, PracticeKind, Source
from corpus.themes import taxonomy
from ingest.extract.themes import CUES, Classifier, assign, classifier


def practice(
    text: str,
    title: str | None = None,
    measure: str | None = None,
    task: str | None = None,
    kind: PracticeKind = "practice",
) -> Practice:
    """A practice whose title is, where none is given, its first sentence."""
    return Practice(
        id="d.1",
        document_id="d",
        kind=kind,
        task=task,
        measure=measure,
        path=(),
        title=text.partition("。")[0] if title is None else title,
        text=text,
        source=Source(start=0, end=len(text), spans=((0, len(text)),)),
        sequence=0,
    )


CASES = [
    ("own-workforce", "支持总承包企业组建自有工人队伍。鼓励骨干企业招收一线班组长入职，签订长期合同，形成稳定的核心技术工人。"),
    ("own-workforce", "推动用工方式变革。引导特级企业设立自有劳务公司，把长期合作的班组转为企业员工。"),
    ("labour-firms", "引导劳务企业向专业作业企业转型。对取得备案的木工、砌筑等作业企业放宽承接业务的范围。"),
    ("labour-firms", "叫响地方建筑劳务品牌。扶持一批班组长创业，成立小微专业作业公司。"),
    ("industrial-park", "建成建筑产业工人服务园。园区设招聘大厅、体检室和培训楼，已有三十家企业入驻。"),
    ("employment-service", "搭建用工对接桥梁。每月举办现场招聘会，向务工人员推送招工信息，帮助工人找活。"),
    ("employment-service", "与劳务输出地建立协作。两地互设就业服务站，组织专车接送务工人员返岗就业。"),
    ("real-name-coverage", "实现在建项目实名制登记全覆盖。所有进场人员先登记身份信息，应登尽登后方可上岗。"),
    ("attendance", "规范工人进出场考勤。工地出入口安装人脸识别闸机，每日考勤数据实时上传。"),
    ("labour-contract", "推行电子劳动合同。工人进场前用手机在线签订劳动合同，未签合同不得上岗。"),
    ("worker-record", "为建筑工人建立从业档案。一人一码记录工种、从业经历、培训和奖惩，扫码即可查看。"),
    ("real-name-platform", "升级实名制管理平台。新增合同、工资、培训等功能模块，开发手机端小程序，打造综合平台。"),
    ("data-sharing", "打通部门间数据壁垒。住建与人社系统对接，实名制数据与工资数据互联互通、自动比对。"),
    ("site-supervision", "强化在建项目动态监管。采取双随机方式开展监督检查，对发现的转包、挂靠等违法行为责令整改。"),
    ("site-supervision", "线上巡查与线下核查相结合。系统发现异常后派员到场检查，约谈责任单位限期整改。"),
    ("joint-sanctions", "严惩失信单位。对拒不整改的企业列入黑名单，限制其投标和资质升级，实施联合惩戒。"),
    ("key-staff-duty", "严管项目关键岗位人员到岗履职。项目经理、总监理工程师每月到岗不得少于规定天数。"),
    ("certification", "加强特种作业人员持证上岗管理。证书到期前自动提醒，严查人证不符和挂证行为。"),
    ("wage-account", "落实工资专用账户管理。总包单位开设专户，建设单位按月拨付人工费，由银行代发工资。"),
    ("wage-safeguards", "完善工资支付保障制度。制定实施细则，落实工资保证金，在工地设置维权告示牌。"),
    ("payment-guarantee", "推行工程款支付担保。要求建设单位提供担保，全面实行施工过程结算，从源头防止拖欠工程款。"),
    ("arrears-warning", "建立欠薪预警机制。按考勤与发薪的差异分红、黄、蓝三级预警，定期排查欠薪隐患。"),
    ("arrears-action", "集中开展根治欠薪专项行动。人社、住建、公安联合办公，对欠薪案件挂牌督办、限期清欠。"),
    ("dispute-mediation", "就地化解劳动纠纷。在工地设立人民调解室，与法院开展诉调对接，提供法律援助。"),
    ("skill-training", "开展建筑工人岗前培训。推行学徒制和师带徒，编写教材，组织线上课程，全年完成职业技能培训两万人次。"),
    ("new-techniques", "培养智能建造人才。开设建筑机器人操作、BIM应用和装配式施工课程。"),
    ("training-base", "建设建筑工人实训基地。依托职业院校建成砌筑、钢筋等实训场地，被命名为省级培育基地。"),
    ("site-school", "在工地开办农民工业校。项目部设教室，配桌椅和投影，每周晚上开夜校。"),
    ("skill-grading", "畅通技能人才晋升通道。支持企业开展职业技能等级认定，取得等级证书的工人薪酬随之提高。"),
    ("staffing-standard", "实施施工现场技能工人配备标准。按工程类别规定中级工以上占比，定期核查达标情况。"),
    ("competition", "举办建筑业职业技能竞赛。砌筑工、电工决赛的冠军授予五一劳动奖章。"),
    ("training-funds", "用好培训补贴。取得证书的每人补贴一千元，企业按工资总额提取职工教育经费，专款专用。"),
    ("training-funds", "将实名制费用单独列支。在工程造价中计取实名制管理费，不得作为竞争性费用。"),
    ("firm-support", "给予建筑业企业财税支持。落实税收优惠，开辟登记审批绿色通道，协调银行提供融资贷款。"),
    ("credit-incentives", "把技能培训纳入企业信用评价。培训成效好的企业加分，在招投标和评优评先中优先。"),
    ("worker-care", "关爱工地上的建设者。工会开展夏日慰问、送电影下工地，为工人子女办暑期夏令营。"),
    ("living-conditions", "改善工人居住条件。统一生活区标准，宿舍装空调和淋浴间，符合条件的可申请公租房。"),
    ("health-insurance", "守护工人健康。每年组织免费体检和职业病筛查，督促企业缴纳工伤保险。"),
    ("coordination", "多部门联动推进队伍建设。住建、人社、教育、工会建立联席会议，行业协会与院校签订合作协议。"),
    ("publicity", "广泛宣传引导。通过电视、公众号等媒体解读政策，发放宣传手册，营造良好氛围。"),
    ("reporting", "按月报送进展情况。各区填写统计报表，年底对工作成效进行考核评估。"),
]  # fmt: skip

PLAN_CASES = [
    ("basis-scope", "为规范管理，根据有关法律法规，结合本市实际，制定本办法。", "制定依据", None),
    ("basis-scope", "本方案适用于全市在建的房屋建筑工程。", "适用范围", None),
    ("goals-principles", "坚持以人民为中心，推动行业高质量发展。", "指导思想", None),
    ("goals-principles", "到明年底，全市持证率达到九成。", "工作目标", None),
    ("goals-principles", "保障工人的工资、居住和健康。", "以人为本", "基本原则"),
    ("phases", "各区选取两个项目先行开展。", "试点阶段（3月-6月）", "实施步骤"),
    ("phases", "在总结经验的基础上全面推行。", "全面推广", "实施步骤"),
    ("organisation", "各单位要高度重视，成立领导小组，明确责任人。", "加强组织领导", "保障措施"),
    ("publicity", "利用各类媒体解读政策。", "加强宣传", "保障措施"),
    ("reporting", "每季度末报送工作小结，市局适时通报。", "信息报送", "工作要求"),
]  # fmt: skip


@pytest.mark.parametrize(("theme", "text"), CASES)
def test_main_theme_of_practices(theme: str, text: str) -> None:
    assert assign(practice(text)).main == theme


@pytest.mark.parametrize(("theme", "text", "title", "task"), PLAN_CASES)
def test_main_theme_of_plan_items(theme: str, text: str, title: str, task: str | None) -> None:
    item = practice(f"{title}\n{text}", title=title, task=task, kind="plan_item")
    assert assign(item).main == theme


def test_every_child_but_those_of_plans_has_a_case() -> None:
    covered = {theme for theme, *_ in [*CASES, *PLAN_CASES]}
    assert covered == {theme.id for theme in taxonomy().children}


def test_headings_of_plans_do_not_count_in_lists() -> None:
    text = "夯实各方责任。落实到岗到人。"
    item = practice(text, title="各方", task="保障措施", kind="plan_item")
    listed = item.model_copy(update={"kind": "practice"})
    found = {
        kind: [cue.words for cue in classifier().cues(one)["organisation"] if cue.place == "task"]
        for kind, one in (("plan_item", item), ("practice", listed))
    }
    assert found == {"plan_item": ["保障措施"], "practice": []}


def test_secondary_themes_are_what_else_the_body_tells() -> None:
    text = (
        "开办农民工夜校。夜校每周开课两次，夜校学员结业后参加技能等级认定，取得等级证书；"
        "同时为学员免费体检。"
    )
    themes = assign(practice(text))
    assert themes.main == "site-school"
    assert set(themes.secondary) == {"skill-grading", "health-insurance"}


def test_a_practice_about_one_thing_has_no_secondary_theme() -> None:
    assert assign(practice("严格工人考勤。闸机考勤每日开启。")).secondary == ()


def test_a_word_inside_a_longer_one_says_nothing() -> None:
    cues = classifier().cues(practice("完善监测。建立欠薪预警。", title="完善监测"))
    assert "欠薪预警" in [cue.words for cue in cues["arrears-warning"]]
    assert not {"欠薪", "预警"} & {cue.words for found in cues.values() for cue in found}


def test_titles_of_cited_documents_say_nothing() -> None:
    cues = classifier().cues(practice("依照《建筑工人体检办法》办理。", title="依照办法"))
    assert [cue.words for found in cues.values() for cue in found if "体检" in cue.words] == []


def test_a_cue_with_a_gap_stays_within_a_sentence() -> None:
    near, far = "开发一套新系统。", "全面开发。系统已有。"
    found = [
        {cue.words for cue in classifier().cues(practice(text, title=""))["real-name-platform"]}
        for text in (near, far)
    ]
    assert "开发一套新系统" in found[0]
    assert found[1] == {"系统"}


def test_evidence_is_the_words_of_the_text() -> None:
    one = practice("推行电子劳动合同。工人进场即签 电子 合同，签约率达九成。")
    themes = assign(one)
    assert themes.evidence[0].words == "电子劳动合同"
    in_body = [cue for cue in themes.evidence if cue.place == "body"]
    assert {cue.words for cue in in_body} >= {"电子劳动合同", "电子 合同", "签约率"}
    assert all(one.text[cue.start : cue.end] == cue.words for cue in in_body)
    assert sorted(themes.evidence, key=lambda cue: -cue.score) == list(themes.evidence)


def test_a_close_race_is_for_a_person_to_look_at() -> None:
    one = assign(practice("抓好竞赛与考勤。", title=""))
    assert one.candidates == ("attendance", "competition")  # equal: the taxonomy's order
    assert one.margin == 0
    assert one.needs_review
    clear = assign(practice("举办建筑工人竞赛。竞赛选手众多。"))
    assert (clear.candidates, clear.needs_review) == ((), False)
    assert clear.margin > 0.5


def test_a_text_of_another_field_is_for_a_person_to_look_at() -> None:
    foreign = assign(practice("全面推行林长制，林长负责森林草原资源保护，开展巡林护林。"))
    assert (foreign.margin, foreign.needs_review) == (0.0, True)


@pytest.mark.parametrize("text", ["", " ", "\n", "天气晴好。", "abc 123", "《考勤办法》"])
def test_a_text_without_cues_falls_back_and_is_doubted(text: str) -> None:
    themes = assign(practice(text, title=""))
    assert themes.main == classifier().table.limits.fallback
    assert (themes.secondary, themes.margin, themes.evidence) == ((), 0.0, ())
    assert themes.needs_review


WORDS = [word for cues in classifier().table.theme for word in (*cues.sure, *cues.weak)]
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from([*WORDS, "。", "；", "《", "》", " ", "（", "）", "\n"]), max_size=30
    ).map("".join),
)


@given(TEXTS, TEXTS, st.one_of(st.none(), TEXTS), st.sampled_from(["practice", "plan_item"]))
def test_any_text_has_one_main_theme(
    text: str, title: str, measure: str | None, kind: PracticeKind
) -> None:
    one = practice(text, title=title, measure=measure, task=measure, kind=kind)
    themes = assign(one)
    children = {theme.id for theme in taxonomy().children}
    named = [themes.main, *themes.secondary]
    assert set(named) <= children
    assert len(set(named)) == len(named) <= 4
    assert 0 <= themes.margin <= 1
    for cue in themes.evidence:
        assert cue.place != "body" or text[cue.start : cue.end] == cue.words
    assert Classifier.read().assign(one) == themes


SHIPPED = CUES.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('id = "attendance"', 'id = "attendence"', "与主题表不一致"),
        ('fallback = "organisation"', 'fallback = "skills"', "limits.fallback"),
        ("decay = 0.75", "decay = 0", "limits.decay"),
        ("against = -2.0", "against = 2.0", "weights.against"),
        ("[limits]", "[limit]", "limits"),
        ('id = "own-workforce"', 'id = "own-workforce"\ncues = []', "theme.0.cues"),
        ("\n[weights]", "\n[weights", "读不出"),
    ],
)
def test_malformed_cues_are_refused(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in SHIPPED
    path = tmp_path / "cues.toml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        Classifier.read(path)
    assert caught.value.hint


def test_missing_cues_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="读不出"):
        Classifier.read(tmp_path / "none.toml")


def test_no_cue_stands_twice_for_a_theme() -> None:
    for cues in classifier().table.theme:
        words = [*cues.sure, *cues.strong, *cues.plain, *cues.weak, *cues.against]
        assert len(set(words)) == len(words), cues.id
