import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract.actors import actors
from ingest.extract.instruments import instruments
from ingest.extract.measures import mechanisms, target_groups
from ingest.extract.platforms import platforms
from ingest.extract.policies import policy_documents
from tests.ingest.extract.practices import practice

TABLES = [actors, instruments, platforms, policy_documents]
REGIONS = [None, "上海市", "四川省泸州市叙永县", "安徽省马鞍山市和县"]

# Pieces that extractors look for, in any order, between any characters.
PIECES = [
    "市", "省", "各县（市、区）", "人社", "财政", "住房和城乡建设", "部门", "局", "委", "等部门", "企业", "建设单位", "大学",
    "领导小组", "培训基地", "总工会", "牵头", "配合", "由", "联合", "与", "和", "、", "，", "。", "的", "对", "依托", "组成", "“", "”",
    "《", "》", "〈", "〉", "（", "）", "〔2018〕", "[2018]", "1号", "国办发", "平台", "系统", "APP", "码", "实名制", "培训", "预警",
    "机制", "制度", "模式", "印发", "根据", "办法", "四川省", "和县", "\n", "⏎", "\x00", "Ａ", "𠀀", "1", " ", "成员单位：", "年", "前",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)
).filter(bool)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, region=st.sampled_from(REGIONS))
def test_rows_are_grounded_and_distinct_in_any_text(text, region):
    source = practice(text, region)
    for table in TABLES:
        rows = table(source)
        assert all(row.quote == text[row.quote_start : row.quote_end] for row in rows)
        assert len({row.id for row in rows}) == len(rows)
        assert rows == sorted(rows, key=lambda row: row.quote_start)


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, region=st.sampled_from(REGIONS))
def test_names_are_words_of_the_text(text, region):
    source = practice(text, region)
    assert all(row.name == row.quote for row in actors(source))
    assert all(row.name == row.quote for row in platforms(source))
    assert all(row.words == row.quote for row in instruments(source))
    assert all((row.title or "") in row.quote for row in policy_documents(source))
    assert all(row.title or row.number for row in policy_documents(source))
    assert all(name in text for name in mechanisms(source))
    assert len(set(target_groups(source))) == len(target_groups(source))


@pytest.mark.parametrize(
    "piece", [*PIECES, "市人社、", "《关于", "“甲”平台", "等等部门", "前年", "省级"]
)
def test_long_repetitive_text_is_read_in_passing(piece):
    # Twenty thousand characters: a pattern that backtracks without bound would never come back.
    text = (piece * 20_000)[:20_000]
    for table in TABLES:
        table(practice(text))
    mechanisms(practice(text))
    target_groups(practice(text))
