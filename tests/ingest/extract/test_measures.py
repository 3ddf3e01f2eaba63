import pytest

from corpus.errors import InputError
from ingest.extract.measures import mechanisms, read_patterns, target_groups
from tests.ingest.extract.practices import practice

MECHANISMS = [
    ("构建“三库一核心”模式。", ("“三库一核心”模式",)),
    ("建立诉调对接联动机制，完善欠薪企业公示制度。", ("诉调对接联动机制", "欠薪企业公示制度")),
    ("创新开启“设备直联”新模式。", ("“设备直联”新模式",)),
    ("全面实行“三色”预警机制，落实三色预警机制。", ("“三色”预警机制", "三色预警机制")),
    ("落实工资保证金管理制度。", ("工资保证金管理制度",)),
    ("建立长效机制，健全管理制度，完善工作机制。", ()),
    ("按照《实名制管理制度》执行。", ()),
    (
        "构建“一人一码”“一人一档”的管理服务机制。",
        ("“一人一码”“一人一档”的管理服务机制",),
    ),
    ("建立激励和约束机制。", ("激励和约束机制",)),
    ("推广新型建筑模式，落实住房公积金制度。", ()),
    ("推进制度化建设，深化体制机制改革。", ()),
]


@pytest.mark.parametrize(("text", "expected"), MECHANISMS)
def test_mechanisms_named(text, expected):
    assert mechanisms(practice(text)) == expected


GROUPS = [
    ("组织建筑工人和班组长培训。", ("建筑工人", "班组长")),
    ("引导劳务企业转型为专业作业企业。", ("建筑劳务企业", "专业作业企业")),
    ("对建筑农民工、农民工开展服务。", ("农民工",)),
    ("考核项目经理、总监理工程师到岗。", ("项目管理人员",)),
    ("装配式建筑产业工人队伍。", ("新型建造工人",)),
    ("开展专项检查。", ()),
    ("印发《农民工工资条例》，弘扬工匠精神，评选“建筑工匠”，学员参加考试。", ()),
]


@pytest.mark.parametrize(("text", "expected"), GROUPS)
def test_target_groups(text, expected):
    assert target_groups(practice(text)) == expected


def test_a_malformed_list_is_told(tmp_path):
    path = tmp_path / "measures.toml"
    path.write_text("groups = []", encoding="utf-8")
    with pytest.raises(InputError, match="mechanism_ends"):
        read_patterns(path)
