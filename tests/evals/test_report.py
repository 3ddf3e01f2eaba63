"""The tables that ``tashan eval`` prints beside the parse and the judged queries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.services import Services
from corpus.settings import Settings
from evals import ablation, stard
from evals.retrieval import evaluate_search

LAWS = [
    (
        "劳动法",
        "第五十条",
        "工资应当以货币形式按月支付给劳动者本人。不得克扣或者无故拖欠劳动者的工资。",
    ),
    ("劳动法", "第三十六条", "国家实行劳动者每日工作时间不超过八小时的工时制度。"),
    (
        "婚姻法",
        "第一条",
        "夫妻双方自愿离婚的，应当签订书面离婚协议，并亲自到婚姻登记机关申请离婚登记。",
    ),
]


@pytest.mark.parametrize("part", ["thesaurus", "conditions"])
def test_a_part_is_left_out_and_put_back(services: Services, part: str) -> None:
    with ablation._without(part, services):
        less = evaluate_search(services, "tune", ("hybrid",))["modes"]["hybrid"]
    full = evaluate_search(services, "tune", ("hybrid",))["modes"]["hybrid"]
    assert less["overall"]["nDCG@10"]["mean"] < full["overall"]["nDCG@10"]["mean"] - 0.02


def test_stard_is_searched_by_the_whole_system(tmp_path: Path) -> None:
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text(
        "".join(
            json.dumps({"id": number, "law": law, "no": no, "text": text}) + "\n"
            for number, (law, no, text) in enumerate(LAWS)
        )
    )
    asked = [
        {"qid": 0, "question": "老板拖欠工资不给怎么办？", "gold": [0]},
        {"qid": 1, "question": "两口子想离婚要去哪里登记？", "gold": [2]},
    ]
    queries.write_text("".join(json.dumps(one) + "\n" for one in asked))
    result = stard.evaluate_stard(Settings(), corpus, queries, ("keyword",))
    assert result["articles"] == 3
    for part in ("even", "odd"):
        assert result["parts"][part]["keyword"]["queries"] == 1
        assert result["parts"][part]["keyword"]["nDCG@10"]["mean"] == 1.0
    assert "odd        keyword" in stard.render(result)
