from __future__ import annotations

import json
import lzma
import random
import time
from pathlib import Path

import numpy as np
import pytest

from corpus.settings import BUNDLED_MODEL
from evals.training import stard
from evals.training.pairs import (
    Article,
    Asked,
    Everyday,
    asked_pairs,
    derive,
    is_local,
    paraphrase_pairs,
    read_articles,
    read_documents,
    read_everyday,
    read_questions,
    read_thesaurus,
    sentences,
    shorten,
    topic,
)
from evals.training.train import Encoded, Ragged, Recipe, batches, build, join, quantise, topics
from evals.training.vocabulary import count_words, make_tokenizer

MAX_BYTES = 25 * 1024 * 1024
EVERYDAY = Everyday(((("拖欠工资", "工资"), ("讨薪",)), (("班组长",), ("包工头",))))

WAGES = Article(
    "保障农民工工资支付条例",
    "第二章 工资支付",
    "用人单位拖欠工资的，由人力资源社会保障行政部门责令限期支付。班组长不得代领农民工的工资。",
)
LISTED = Article(
    "河南省建筑条例",
    "第一章 总则",
    "施工单位应当履行下列义务：\n\n（一）为建筑工人缴纳工伤保险；\n\n（二）设置维权信息告示牌。",
)
SHORT = Article("旅游法", "", "本法自公布之日起施行。")


def pairs_of(*articles: Article) -> list:
    return derive(articles, EVERYDAY, random.Random(1))


@pytest.mark.parametrize(
    ("kind", "article", "left", "right"),
    [
        ("rest", WAGES, "用人单位拖欠工资的", "班组长不得代领"),
        ("rest", WAGES, "班组长不得代领", "用人单位拖欠工资的"),
        ("neighbour", WAGES, "用人单位拖欠工资的", "班组长不得代领"),
        ("clause", WAGES, "用人单位拖欠工资的", "由人力资源社会保障行政部门"),
        ("item", LISTED, "为建筑工人缴纳工伤保险；", "施工单位应当履行下列义务："),
        ("item", LISTED, "设置维权信息告示牌。", "施工单位应当履行下列义务："),
        ("place", WAGES, "保障农民工工资支付条例 工资支付", "用人单位拖欠工资的"),
        ("word", WAGES, "讨薪", "拖欠工资"),
        ("everyday", WAGES, "讨薪", "保障农民工工资支付条例 用人单位"),
        ("question", SHORT, "本法自公布之日起施行", "旅游法 本法自公布"),
    ],
)
def test_each_kind_of_pair(kind: str, article: Article, left: str, right: str) -> None:
    # Many copies, because the kinds are drawn at random.
    found = [(p.left, p.right) for p in pairs_of(*[article] * 60) if p.kind == kind]
    assert any(left in one and other.startswith(right) for one, other in found), found[:5]


def test_paraphrases_join_two_cities_and_not_one_law() -> None:
    text = "旅行社应当与旅游者签订书面合同，明确双方的权利和义务，不得强迫{}。"
    one = Article("河南省旅游条例", "", text.format("购物"))
    two = Article("北京市旅游条例", "", text.format("旅游者参加另行付费的项目"))
    found = paraphrase_pairs([one, two], random.Random(1))
    assert {(p.left, p.right) for p in found} == {(one.text, two.text), (two.text, one.text)}
    assert not paraphrase_pairs([one, one], random.Random(1))


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        ("河南省旅游条例", "旅游"),
        ("汕头经济特区警务辅助人员条例", "警务辅助人员"),
        ("酉阳土家族苗族自治县城镇管理条例", "城镇"),
        ("保险法", "保险法"),
    ],
)
def test_topic_of_a_law(law: str, expected: str) -> None:
    assert topic(law) == expected


def test_texts_are_cut_and_shortened() -> None:
    cut = sentences("第一句话在此。短。\n\n（一）第二句话；末句")
    assert cut == ["第一句话在此。", "（一）第二句话；"]
    assert shorten("拖欠工资的", random.Random(1)) == "拖欠工资"
    assert sentences("") == []


def test_deriving_is_deterministic_and_survives_empty_articles() -> None:
    articles = [WAGES, LISTED, SHORT, Article("", "", ""), Article("空", "", " \n")]
    assert pairs_of(*articles) == pairs_of(*articles)
    assert all(p.left and p.right for p in pairs_of(*articles))


def test_everyday_words_replace_official_terms() -> None:
    spoken = {EVERYDAY.speak("拖欠工资找班组长", random.Random(seed)) for seed in range(30)}
    assert "讨薪找包工头" in spoken


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (Asked("", ("拖欠工资", "责令"), ("老板欠薪",)), [0]),
        (Asked("建筑条例", ("工伤保险",), ("工地受伤",)), [1]),
        (Asked("旅游法", ("施行",), ("哪天生效",)), [2]),
        (Asked("旅游法", ("工资",), ("工资",)), []),
    ],
)
def test_whole_questions_find_their_articles(asked: Asked, rows: list[int]) -> None:
    articles = [WAGES, LISTED, SHORT, Article("实施旅游法办法", "", "自公布之日起施行")]
    assert asked.answers(articles) == rows
    pairs = list(asked_pairs(articles, [asked], EVERYDAY, random.Random(1), 20))
    assert len(pairs) == 20 * len(rows)
    assert all(p.left.startswith(asked.questions[0]) and p.article in rows for p in pairs)


@pytest.mark.parametrize(
    ("law", "local"),
    [("河南省旅游条例", True), ("深圳经济特区物业管理条例", True), ("刑法", False),
     ("最高人民法院关于审理城镇房屋租赁合同纠纷案件的解释", False), ("公司法", False)],
)  # fmt: skip
def test_local_regulations_are_told_by_their_titles(law: str, local: bool) -> None:
    assert is_local(law) is local


def test_questions_and_thesaurus_are_read(tmp_path: Path) -> None:
    questions = tmp_path / "questions.tsv"
    questions.write_text("# head\n@刑法 盗窃 数额\t偷手机 偷钱\n租金\t欠房租\n", encoding="utf-8")
    assert read_questions(questions) == [
        Asked("刑法", ("盗窃", "数额"), ("偷手机", "偷钱")),
        Asked("", ("租金",), ("欠房租",)),
    ]
    groups = """
[[group]]
preferred = "工资专用账户"
synonyms = ["专户"]
everyday = ["发工资的卡"]

[[group]]
preferred = "没有口语"
"""
    (tmp_path / "a.toml").write_text(groups, encoding="utf-8")
    assert read_thesaurus(tmp_path).groups == ((("工资专用账户", "专户"), ("发工资的卡",)),)
    assert len(read_questions()) > 500


def test_everyday_file_is_well_formed(tmp_path: Path) -> None:
    assert len(read_everyday().groups) > 240
    assert len(read_everyday().groups) + len(read_thesaurus().groups) > 1500
    bad = tmp_path / "bad.tsv"
    bad.write_text("# head\n只有一边\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.tsv:2"):
        read_everyday(bad)


def test_articles_and_documents_are_read(tmp_path: Path) -> None:
    row = json.dumps({"law": "旅游法", "chapter": None, "text": "本法自公布之日起施行。"})
    packed = tmp_path / "laws.jsonl.xz"
    packed.write_bytes(lzma.compress(row.encode()))
    assert read_articles(packed) == [SHORT]
    (tmp_path / "a.txt").write_text(
        "关于开展建筑工人实名制管理工作的方案\n\n<p>一、施工单位应当为建筑工人办理实名登记。</p>\n\n短",
        encoding="utf-8",
    )
    (passage,) = read_documents(tmp_path)
    assert passage.text == "一、施工单位应当为建筑工人办理实名登记。"
    assert passage.law.startswith("关于开展")


def test_tokenizer_cuts_words_and_drops_punctuation() -> None:
    counts = count_words(["用人单位拖欠农民工工资"] * 3, ["讨薪"])
    tokenizer = make_tokenizer(counts, 200, ["讨薪"])
    assert tokenizer.encode("农民工，讨薪！").tokens == ["农民工", "讨薪"]
    assert tokenizer.encode("１农民工").ids[0] == 0
    assert tokenizer.encode("，。 ").ids == []


def test_ragged_takes_rows_in_order() -> None:
    ragged = Ragged(np.array([1, 2, 3, 4, 5, 6]), np.array([0, 2, 3, 6]))
    ids, owner = ragged.take(np.array([2, 0]))
    assert ids.tolist() == [4, 5, 6, 1, 2]
    assert owner.tolist() == [0, 0, 0, 1, 1]


def encoded_bags(*bags: list[int]) -> Encoded:
    ids = np.array([piece for bag in bags for piece in bag])
    ragged = Ragged(ids, np.cumsum([0, *map(len, bags)]))
    rows = np.arange(len(bags))
    return Encoded(ragged, rows, rows, rows)


def test_topics_put_like_articles_together_and_batches_take_every_pair() -> None:
    import torch

    encoded = encoded_bags(*[[1], [2]] * 20)
    table = torch.tensor([[0.0, 0.0], [1.0, 0.1], [0.1, 1.0]])
    recipe = Recipe(topics=2, batch=8, block=4)
    found = topics(encoded, table, recipe, np.random.default_rng(3))
    assert len(set(found[::2].tolist())) == len(set(found[1::2].tolist())) == 1
    taken = np.concatenate(list(batches(found, recipe, np.random.default_rng(1))))
    assert sorted(taken.tolist()) == list(range(40))
    assert topics(encoded, table, Recipe(topics=0), np.random.default_rng(3)) is encoded.article


def test_joined_tables_keep_the_mean_of_their_cosines() -> None:
    rng = np.random.default_rng(1)
    tables = [rng.standard_normal((6, 3)).astype(np.float32) for _ in range(2)]
    tables = [table / np.linalg.norm(table, axis=1, keepdims=True) for table in tables]
    encoded = encoded_bags([0], [1], [2], [3], [4], [5])
    joined = join(tables, encoded, Recipe(dimension=6))
    mean = sum(table @ table.T for table in tables)
    assert joined @ joined.T == pytest.approx(mean, abs=1e-5)
    assert join(tables, encoded, Recipe(dimension=2)).shape == (6, 2)
    assert join(tables[:1], encoded, Recipe(dimension=6)) is tables[0]


def test_quantising_loses_less_than_half_a_step() -> None:
    vectors = np.random.default_rng(1).standard_normal((20, 8)).astype(np.float32)
    vectors[3] = 0
    values, scales = quantise(vectors)
    assert np.all(np.abs(values * scales[:, None] - vectors) <= scales[:, None] / 2 + 1e-6)


def test_a_tiny_training_run_gives_a_model_that_loads(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    rows = [
        {"law": a.law, "chapter": a.chapter, "text": a.text} for a in (WAGES, LISTED, SHORT) * 8
    ]
    source = tmp_path / "laws.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    recipe = Recipe(pieces=800, dimension=16, epochs=2, batch=32)
    vectors = []
    for name in ("one", "two"):
        build(source, None, tmp_path / name, recipe)
        model = SentenceTransformer(str(tmp_path / name), device="cpu")
        vectors.append(model.encode(["工资被拖欠了", "旅游"]))
    assert vectors[0].shape == (2, 16)
    assert np.array_equal(vectors[0], vectors[1])


def test_scores_of_a_known_ranking() -> None:
    ranking = np.array([[0.9, 0.1, 0.5, 0.2], [0.0, 0.3, 0.2, 0.1]], dtype=np.float32)
    first = stard.score(ranking[:1], [frozenset({2})])
    assert first.ndcg == pytest.approx(1 / np.log2(3))
    assert (first.hit, first.recall) == (1.0, 1.0)
    both = stard.score(ranking, [frozenset({0}), frozenset({1})])
    assert both.ndcg == pytest.approx(1.0)


def test_scoring_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = [
        {"id": 7, "law": "民法典", "text": "承租人应当按照约定的期限支付租金。"},
        {"id": 9, "law": "刑法", "text": "盗窃公私财物，数额较大的，处三年以下有期徒刑。"},
    ]
    queries = [
        {"qid": 0, "question": "盗窃财物怎么判", "gold": [9]},
        {"qid": 1, "question": "租金什么时候支付", "gold": [7]},
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        text = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = ["--corpus", str(tmp_path / "corpus"), "--queries", str(tmp_path / "queries")]
    stard.main([*paths, "--model", str(BUNDLED_MODEL), "--part", "odd"])
    printed = capsys.readouterr().out
    assert "1 questions (odd), 2 articles" in printed
    assert [
        line for line in printed.splitlines() if line.startswith("bm25 bigrams") and "1.000" in line
    ]


@pytest.fixture(scope="module")
def bundled():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(BUNDLED_MODEL), device="cpu", local_files_only=True)


def test_bundled_model_is_small() -> None:
    files = [path for path in BUNDLED_MODEL.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MAX_BYTES
    assert (BUNDLED_MODEL / "README.md").is_file()


def test_bundled_model_gives_unit_float32_vectors_twice_the_same(bundled) -> None:
    texts = ["拖欠农民工工资怎么办", "施工现场实名制管理", "A", "桂建通"]
    one, two = bundled.encode(texts), bundled.encode(texts)
    assert one.dtype == np.float32
    assert one.shape == (4, bundled.get_embedding_dimension())
    assert np.array_equal(one, two)
    assert np.linalg.norm(one, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    # Alone or in a batch, a text has the same vector.
    assert bundled.encode(texts[0]) == pytest.approx(one[0], abs=1e-6)


def test_bundled_model_answers_in_under_a_millisecond(bundled) -> None:
    bundled.encode("热身")
    times = []
    for _ in range(50):
        begun = time.perf_counter()
        bundled.encode("农民工工资专用账户如何开设", show_progress_bar=False)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.001


def test_text_without_any_piece_is_a_zero_vector(bundled) -> None:
    assert not bundled.encode(["，。！", ""]).any()


@pytest.mark.parametrize(
    ("query", "related", "unrelated"),
    [
        (
            "包工头欠薪跑路，农民工怎么讨薪",
            "设立农民工工资专用账户，由施工总承包单位代发工资，防止拖欠农民工工资。",
            "支持企业与职业院校共建实训基地，开展订单式技能培训。",
        ),
        (
            "刷脸打卡",
            "施工现场安装人脸识别考勤设备，对进场建筑工人实行实名制考勤管理。",
            "提取职工教育经费用于工人技能培训，对取得证书的给予补贴。",
        ),
        (
            "工人考证有补贴吗",
            "对取得职业技能等级证书的建筑工人按规定给予职业培训补贴。",
            "改善施工现场食堂、宿舍、厕所等生活区环境。",
        ),
        (
            "工地住宿条件太差",
            "改善建筑工人生活环境，规范施工现场生活区宿舍、食堂设置。",
            "推行工程款支付担保，按月足额拨付人工费用。",
        ),
        (
            "五险一金",
            "用人单位应当依法为职工缴纳社会保险费和住房公积金。",
            "鼓励企业培育自有建筑工人队伍，发展专业作业企业。",
        ),
    ],
)
def test_related_texts_are_closer(bundled, query: str, related: str, unrelated: str) -> None:
    asked, near, far = bundled.encode([query, related, unrelated])
    assert asked @ near > asked @ far + 0.05
