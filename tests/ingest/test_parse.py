import pytest

from corpus.errors import NothingFound
from corpus.metadata import manifest
from corpus.settings import DOCUMENTS, SOURCES
from evals.parsing import score
from ingest.ledger import UNCLAIMED
from ingest.parse import parse
from ingest.readers import read

ENTRIES = manifest(SOURCES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_parse_is_the_hand_read_gold(shipped, entry):
    result = score(shipped[entry.id][1])
    assert result.errors == []
    assert (result.found, result.extra) == (result.gold, 0)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_every_character_is_accounted_for(shipped, entry):
    source, parsed = shipped[entry.id]
    covered = [False] * len(source.text)
    for block in parsed.blocks:
        assert block.text
        covered[block.start : block.end] = [True] * (block.end - block.start)
    missing = [
        c for c, here in zip(source.text, covered, strict=True) if not here and not c.isspace()
    ]
    assert missing == []
    assert not [piece for piece in parsed.report.left_out if piece.why == UNCLAIMED]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_what_practices_hold_is_what_the_source_says(shipped, entry):
    """Letters of a practice are those of its spans, but for repaired region names."""
    source, parsed = shipped[entry.id]
    for practice in parsed.practices:
        raw = "".join(source.text[start:end] for start, end in practice.source.spans)
        letters = {c for c in practice.text if c.isalnum()}
        mended = {c for r in practice.repairs if r.what == "region" for c in r.after}
        assert letters <= {c for c in raw if c.isalnum()} | mended
        assert practice.source.spans[0][0] == practice.source.start
        assert practice.source.spans[-1][1] == practice.source.end


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_manifest_agrees_with_the_documents(shipped, entry):
    parsed = shipped[entry.id][1]
    assert parsed.report.practices == entry.practices
    document = parsed.document
    assert (document.title, document.kind, document.batch) == (entry.title, entry.kind, entry.batch)
    assert document.issued_on == entry.issued_on
    assert document.sha256 == entry.sha256
    text = "".join(shipped[entry.id][0].text.split())
    for words in entry.evidence.values():
        assert all("".join(part.split()) in text for part in words.split("；"))


def test_ids_are_distinct_and_follow_the_numerals(shipped):
    ids = [p.id for _, parsed in shipped.values() for p in parsed.practices]
    assert len(ids) == len(set(ids)) == 147
    assert "practice-list-1.5.1.2" in ids
    assert "wuhan-real-name-plan.3.2.1" in ids


def test_contact_lines_are_not_searched(shipped):
    _, parsed = shipped["jiangmen-upgrade-stations-plan"]
    assert not any("3831969" in p.text or "李洁" in p.text for p in parsed.practices)
    assert any("3831969" in piece.text for piece in parsed.report.left_out)


def test_no_text_has_tags_or_stray_spaces(shipped):
    for _, parsed in shipped.values():
        for practice in parsed.practices:
            assert "<" not in practice.text
            assert "  " not in practice.text
            assert not practice.text[0].isdigit() or practice.kind == "plan_item"


def test_a_table_without_known_headers_says_which_are_known():
    source = read("项目\t金额\n甲\t1\n".encode(), "表.txt", max_bytes=1000)
    with pytest.raises(NothingFound, match="表头") as caught:
        parse(source, "doc")
    assert "经验做法" in caught.value.hint


def test_a_text_without_practices_is_refused():
    source = read("今天天气很好。\n明天也不错。\n".encode(), "日记.txt", max_bytes=1000)
    with pytest.raises(NothingFound, match="没有找到"):
        parse(source, "doc")


def test_the_order_of_shipped_files_is_the_manifests():
    assert [entry.order for entry in ENTRIES] == list(range(5))
    assert {entry.file for entry in ENTRIES} == {p.name for p in DOCUMENTS.iterdir()}
