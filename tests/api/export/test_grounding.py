"""Evidence that is not in the text stops an export."""

import pytest

from api.export.grounding import check, checked
from corpus.errors import BrokenGrounding
from corpus.registry import DeadlineRow, PlatformRow, RegionRow

TEXTS = {"m": "重庆市建设“渝薪通”平台👷，2023年底前完成"}


def platform(**fields):
    return PlatformRow(**{"id": "p", "measure_id": "m", "document_id": "d", "quote": "渝薪通", "start": 6, "end": 9,
                          "name": "渝薪通", "kind": "platform"} | fields)  # fmt: skip


def deadline(start, end, quote):
    return DeadlineRow(
        id="t",
        measure_id="m",
        document_id="d",
        quote=quote,
        quote_start=start,
        quote_end=end,
        precision="year-end",
    )


def test_grounded_rows_pass():
    rows = [platform(), deadline(14, 20, "2023年底")]
    assert list(checked(rows, TEXTS)) == rows
    check(rows, TEXTS)


def test_tables_without_evidence_pass():
    check([RegionRow(id="1", adcode="1", name="名", level="city", province="省")], {})


@pytest.mark.parametrize(
    "row",
    [platform(start=5, end=8), platform(quote="渝薪码"), platform(measure_id="x"), platform(start=-22, end=-19),
     platform(start=600, end=603), deadline(13, 19, "2023年底")],
)  # fmt: skip
def test_broken_rows_are_named(row):
    with pytest.raises(BrokenGrounding, match=rf"1 行.*{row.TITLE} {row.id}（") as error:
        check([platform(), row], TEXTS)
    assert error.value.hint


def test_many_broken_rows_are_counted():
    rows = [platform(id=f"p{at}", start=1, end=4) for at in range(9)]
    with pytest.raises(
        BrokenGrounding, match=r"9 行.*平台 p0，平台 p1，平台 p2，平台 p3，平台 p4 等"
    ):
        check(rows, TEXTS)
