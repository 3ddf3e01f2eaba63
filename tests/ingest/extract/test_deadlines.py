import pytest

from ingest.extract.deadlines import deadlines
from tests.ingest.extract.practices import practice

CASES = [
    ("截至2023年底，已有17家公司入驻", [(None, "2023-12-31", "year-end", None, "已有17家公司入驻")]),
    ("自2017年开始全面推进专户制度", [("2017", None, "year", None, "全面推进专户制度")]),
    ("2022年5月，产业园被命名", [("2022-05", "2022-05", "month", None, "产业园被命名")]),
    ("宣传准备阶段（2018年12月10日前完成）", [(None, "2018-12-10", "day", None, "宣传准备阶段")]),
    ("动员部署（2023年7-8月）。对照通知要求", [("2023-07", "2023-08", "month", None, "动员部署")]),
    ("请于8月15日前将方案（或计划）报送", [(None, "--08-15", "yearless", None, "将方案（或计划）报送")]),
    ("每年年底前报送情况", [(None, "--12-31", "yearless", "每年", "报送情况")]),
    ("每月10日前报送数据", [(None, "---10", "yearless", "每月", "报送数据")]),
    ("自2020年1月1日起施行，有效期至2024年12月31日。", [("2020-01-01", "2024-12-31", "day", None, None)]),
    ("自2020年1月1日起施行，有效期5年。", [("2020-01-01", None, "day", None, "施行")]),
    ("2023年培训300人。2023年完成试点", [("2023", "2023", "year", None, "培训300人")]),
    ("2022年对7家、2023年对11家单位惩戒", [("2022", "2022", "year", None, "对7家、2023年对11家单位惩戒"), ("2023", "2023", "year", None, "对11家单位惩戒")]),
    # none
    ("森林覆盖率较2020年增长35%，与2019年相比好转", []),
    ("2000年以前建成的小区改造，1960年以前出生的人", []),
    ("落实《2021年工作要点》（X府〔2023〕15号）", []),
    ("近年来，目前，每月检查，定期通报，“十四五”期间", []),
    ("3个工作日内整改，有效期3年，连续3天", []),
    ("评选“2023年度优秀企业”", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_deadlines(text, expected):
    rows = deadlines(practice(text))
    found = [(row.start, row.end, row.precision, row.recurrence, row.what) for row in rows]
    assert [row[:4] for row in found] == [row[:4] for row in expected]
    assert all(
        told in (want, told if want is None else want)
        for (*_, told), (*_, want) in zip(found, expected, strict=True)
    )


def test_there_is_no_such_date():
    (row,) = deadlines(practice("2023年2月30日前完成"))
    assert (row.status, row.start, row.end) == ("needs_review", None, None)
    assert row.candidates == ("2023年2月30日前",)


def test_evidence():
    text = "请于8月15日前报送"
    (row,) = deadlines(practice(text))
    assert text[row.quote_start : row.quote_end] == row.quote == "于8月15日前"


def test_what_is_long_ends_with_an_item_of_its_list():
    (row,) = deadlines(practice("2023年底前完成" + "道路改造、" * 10))
    assert row.what == "完成" + "、".join(["道路改造"] * 7)
