"""Whatever a file holds: no crash, nothing lost, ids distinct, spans that fit."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from ingest.parse import parse
from ingest.readers import read

PIECES = st.sampled_from(
    [
        "序号\t工作任务\t主要举措\t经验做法", "序号 工作任务 主要举措\t经验做法", "一", "二、目标", "Ξ\t任务", "\t", "\t\t\t",
        "（一）举措", "（二）", "1. 重庆市做了甲。", "2.陕西省", "3. 东省珠海市做了", "有省强化", "<p>", "</p>", "<b>", "&nbsp;",
        "附件", "附件：表", "联系人：王某", "2023年8月8日", "2023年13月8日", "抄送：某局。", "关于印发《二、目标》的通知",
        "某局", "第一章 总则", "第一条 为了", "1、", "(1)", "。", "“", '"', "我市", "武汉市", " ", "\u3000", "\x0c", "一一一",
        "①", "《", ":red[x]", "十一、", "99.", "1.5倍", "<script>", "》", "，没有", "各区：", "国发〔2004〕18号",
    ]
)  # fmt: skip
LINES = st.lists(st.lists(PIECES, max_size=5).map("".join), min_size=1, max_size=14)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, st.sampled_from(["a.txt", "a.html"]))
def test_any_text_is_parsed_or_refused_and_accounted_for(lines, name):
    data = "\n".join(lines).encode()
    try:
        source = read(data, name, max_bytes=2**20)
        parsed = parse(source, "doc")
    except InputError as error:
        assert error.message
        assert error.hint
        return
    covered = [False] * len(source.text)
    for block in parsed.blocks:
        covered[block.start : block.end] = [True] * (block.end - block.start)
    assert not [
        c for c, here in zip(source.text, covered, strict=True) if not here and not c.isspace()
    ]
    ids = [practice.id for practice in parsed.practices]
    assert len(ids) == len(set(ids)) > 0
    assert parsed.document.title
    for place, practice in enumerate(parsed.practices):
        assert practice.sequence == place
        assert practice.title
        assert practice.text
        assert 0 <= practice.source.start < practice.source.end <= len(source.text)
        for doubt in practice.doubts:
            assert doubt.start is None or 0 <= doubt.start <= doubt.end <= len(source.text)
