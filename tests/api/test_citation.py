from __future__ import annotations

from datetime import date

import pytest

from api.citation import cite
from corpus.model import Document, Practice, Region, Source

CHONGQING = Region(adcode="500000", name="重庆市", level="province", path=("重庆市",))


def document(**fields: object) -> Document:
    return Document.model_validate(
        {"id": "d", "title": "做法清单（第一批）", "kind": "practice_list", "sha256": "0" * 64}
        | fields
    )


def practice(**fields: object) -> Practice:
    base = {
        "id": "p",
        "document_id": "d",
        "kind": "practice",
        "task": "保障权益",
        "measure": "防范拖欠",
        "path": ("五 保障权益", "（一） 防范拖欠"),
        "ordinal": 2,
        "region": CHONGQING,
        "title": "推行专户",
        "text": "重庆市推行专户。",
        "source": Source(start=0, end=8, spans=((0, 8),)),
        "sequence": 0,
    }
    return Practice.model_validate(base | fields)


@pytest.mark.parametrize(
    ("of", "within", "citation"),
    [
        ({}, {}, "《做法清单（第一批）》，保障权益—防范拖欠—第2项（重庆市）"),
        (
            {},
            {"issuer": "某局", "number": "某发〔2023〕1号", "issued_on": date(2023, 8, 8)},
            "《做法清单（第一批）》（某局，某发〔2023〕1号，2023年8月8日），"
            "保障权益—防范拖欠—第2项（重庆市）",
        ),
        (
            {"region": None, "ordinal": None, "measure": None},
            {"issuer": "某局"},
            "《做法清单（第一批）》（某局），保障权益",
        ),
        (
            {"kind": "plan_item", "path": ("三、重点任务", "（一）关爱"), "ordinal": 1},
            {"title": "关于印发《方案》的通知"},
            "《关于印发〈方案〉的通知》，三、重点任务—（一）关爱—第1项“推行专户”（重庆市）",
        ),
        (
            {"kind": "plan_item", "path": (), "ordinal": 3, "title": "推行“提升站”"},
            {},
            "《做法清单（第一批）》，第3项“推行‘提升站’”（重庆市）",
        ),
        (
            {"kind": "plan_item", "path": (), "ordinal": None, "title": "前言", "region": None},
            {},
            "《做法清单（第一批）》，前言",
        ),
        (
            {"task": None, "measure": None, "path": (), "ordinal": None, "region": None},
            {"title": "", "file_name": "a.txt"},
            "《a.txt》",
        ),
    ],
)
def test_cite(of: dict[str, object], within: dict[str, object], citation: str) -> None:
    assert cite(practice(**of), document(**within)) == citation
