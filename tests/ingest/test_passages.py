from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Practice, Source
from ingest.passages import WHOLE, cut


def practice(text):
    return Practice(
        id="d.1.1.1", document_id="d", kind="practice", task="任务", measure="举措",
        path=("一", "（一）"), ordinal=1, title="题", text=text, sequence=0,
        source=Source(start=0, end=1, spans=((0, 1),)),
    )  # fmt: skip


def test_a_practice_of_usual_length_is_one_passage():
    (passage,) = cut(practice("重庆市推行专户。" * 20))
    assert passage.id == "d.1.1.1#0"
    assert passage.context == "任务 举措 题"


def test_a_long_one_is_cut_at_sentences():
    passages = list(cut(practice("重庆市推行专户管理和银行代发。" * 60)))
    assert len(passages) > 1
    assert all(p.text.endswith("。") for p in passages)


@given(st.text(alphabet="一二。；\n", min_size=1, max_size=1500))
def test_nothing_is_lost_and_nothing_too_long(text):
    pieces = [p.text for p in cut(practice(text))]
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(piece) <= WHOLE for piece in pieces)
