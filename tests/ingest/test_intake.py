import threading

import pytest

from corpus.errors import Conflict, FileTooLarge, InputError, NothingFound, UnreadableFile
from corpus.metadata import DocumentMetadata, SourceEntry, manifest
from corpus.segment import Segmenter
from corpus.settings import BUNDLED_MODEL, DOCUMENTS, SOURCES, Settings
from corpus.sparse import SparseEncoder
from corpus.store.base import EmbeddingSpec, SearchFilter
from corpus.store.open import open_store
from ingest.intake import DocumentIntake, ingest_shipped, reindex
from ingest.pipeline import GROUP, ingestion_pipeline, passage_embedder

PLAN = "某某工作方案\n为推进工作，制定本方案。\n一、目标\n到2025年建成{}个。\n二、要求\n做好。\n"


@pytest.fixture
def embedder():
    return passage_embedder(str(BUNDLED_MODEL), 64, threading.Lock())


@pytest.fixture
def store(tmp_path, embedder):
    store = open_store(Settings(data_dir=tmp_path))
    store.set_embedding(EmbeddingSpec("bundled", "1", embedder.dimension()), embedder.embed)
    yield store
    store.close()


@pytest.fixture
def intake(store, embedder, tmp_path):
    encoder = SparseEncoder(Segmenter(tmp_path / "cache"))
    return DocumentIntake(store, ingestion_pipeline(store, embedder, encoder), 2**20)


def plan(count=10):
    return PLAN.format(count).encode()


def test_a_file_comes_out_as_it_went_in(intake, store):
    parsed, changed = intake.ingest(plan(), "方案.txt")
    assert changed
    assert [p.title for p in store.practices_of(parsed.document.id)] == ["前言", "目标", "要求"]
    assert store.document(parsed.document.id).title == "某某工作方案"
    assert store.stats().passages == 3


def test_the_same_file_again_changes_nothing(intake, store):
    first, _ = intake.ingest(plan(), "方案.txt")
    again, changed = intake.ingest(plan(), "另一个名字.txt")
    assert not changed
    assert again.document == first.document
    assert store.stats().documents == 1


def test_preview_stores_nothing(intake, store):
    parsed = intake.preview(plan(), "方案.txt")
    assert parsed.report.plan_items == 3
    assert store.stats().documents == 0


def test_other_bytes_under_the_same_id_replace_the_document(intake, store):
    metadata = DocumentMetadata(id="plan-a")
    intake.ingest(plan(10), "方案.txt", metadata)
    parsed, changed = intake.ingest(plan(20), "方案.txt", metadata)
    assert changed
    assert store.stats().documents == 1
    assert "20个" in store.practice("plan-a.1").text
    assert parsed.document.id == "plan-a"


def test_metadata_goes_before_what_the_document_says(intake):
    metadata = DocumentMetadata(
        id="plan-a", title="别名", region="江门市", number="江建〔2023〕1号"
    )
    parsed, _ = intake.ingest(plan(), "方案.txt", metadata)
    assert parsed.document.title == "别名"
    assert parsed.practices[0].region.adcode == "440700"


def test_new_metadata_for_the_same_file_is_taken_in(intake):
    intake.ingest(plan(), "方案.txt", DocumentMetadata(id="plan-a"))
    parsed, changed = intake.ingest(plan(), "方案.txt", DocumentMetadata(id="plan-a", title="新"))
    assert changed
    assert parsed.document.title == "新"


def test_the_same_file_under_another_id_is_a_conflict(intake):
    intake.ingest(plan(), "方案.txt", DocumentMetadata(id="plan-a"))
    with pytest.raises(Conflict, match="plan-a"):
        intake.ingest(plan(), "方案.txt", DocumentMetadata(id="plan-b"))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnreadableFile),
        (b"\x00\x01\x02" * 50, UnreadableFile),
        ("これは日本語で書かれた文章です。".encode("shift_jis"), UnreadableFile),
        ("天气很好。\n".encode(), NothingFound),
        ("项目\t金额\n甲\t1\n".encode(), NothingFound),
        (b"x" * (2**20 + 1), FileTooLarge),
    ],
    ids=["empty", "binary", "wrong encoding", "no practices", "unknown headers", "too large"],
)
def test_bad_input_is_refused_and_nothing_is_lost(intake, store, data, error):
    intake.ingest(plan(10), "方案.txt", DocumentMetadata(id="plan-a"))
    with pytest.raises(error) as caught:
        intake.ingest(data, "坏文件.txt", DocumentMetadata(id="plan-a"))
    assert caught.value.message
    assert caught.value.hint
    assert "10个" in store.practice("plan-a.1").text


def test_an_unsettled_region_names_its_candidates(intake):
    with pytest.raises(InputError, match="朝阳区") as caught:
        intake.ingest(plan(), "方案.txt", DocumentMetadata(id="plan-a", region="朝阳区"))
    assert "北京市朝阳区" in caught.value.hint
    assert caught.value.field == "region"


def silent(*told):
    pass


def test_the_shipped_corpus(intake, store, tmp_path):
    entries = manifest(SOURCES)
    record = tmp_path / "shipped.json"
    reports = []
    changed = ingest_shipped(intake, entries, DOCUMENTS, record, lambda *t: reports.append(t))
    assert changed == 5
    assert [told[0] for told in reports] == [0, 1, 2, 3, 4, 5]
    stats = store.stats()
    assert (stats.documents, stats.practices, stats.plan_items) == (5, 83, 64)
    assert [d.id for d in store.documents()] == [entry.id for entry in entries]
    assert ingest_shipped(intake, entries, DOCUMENTS, record, silent) == 0


def test_a_shipped_document_that_was_deleted_stays_deleted(intake, store, tmp_path):
    entries = manifest(SOURCES)[2:4]
    record = tmp_path / "shipped.json"
    ingest_shipped(intake, entries, DOCUMENTS, record, silent)
    store.delete_document(entries[0].id)
    assert ingest_shipped(intake, entries, DOCUMENTS, record, silent) == 0
    assert [d.id for d in store.documents()] == [entries[1].id]
    store.delete_document(entries[1].id)
    assert ingest_shipped(intake, entries, DOCUMENTS, record, silent) == 2


def test_another_vocabulary_stores_every_document_anew(intake, store, embedder, tmp_path):
    parsed, _ = intake.ingest("某某方案\n一、目标\n推行云建宝平台。\n".encode(), "方案.txt")
    record = tmp_path / "vocabulary"
    assert reindex(intake, record, "1", silent) == 1
    assert reindex(intake, record, "1", silent) == 0

    lexicon = tmp_path / "lexicon.txt"
    lexicon.write_text("云建宝平台")
    encoder = SparseEncoder(Segmenter(tmp_path / "cache", lexicon=lexicon))
    embedder = passage_embedder(str(BUNDLED_MODEL), 64, threading.Lock())
    other = DocumentIntake(store, ingestion_pipeline(store, embedder, encoder), 2**20)
    query = encoder.query({"云建宝平台": 1.0})
    assert not store.search(None, query, SearchFilter(), 5).sparse
    assert reindex(other, record, "2", silent) == 1
    (found,) = store.search(None, query, SearchFilter(), 5).sparse
    assert found.practice_id == parsed.practices[0].id


def copies(parsed, document_id, count):
    """A document of so many items, each like the first of another document."""
    document = parsed.document.model_copy(update={"id": document_id})
    practices = [
        parsed.practices[0].model_copy(
            update={"id": f"{document_id}.{n}", "document_id": document_id, "sequence": n}
        )
        for n in range(count)
    ]
    return parsed.model_copy(update={"document": document, "practices": tuple(practices)})


def test_a_stream_of_parsed_documents_is_stored_as_it_comes(store, embedder, tmp_path):
    encoder = SparseEncoder(Segmenter(tmp_path / "cache"))
    pipeline = ingestion_pipeline(store, embedder, encoder, processes=1)
    intake = DocumentIntake(store, pipeline, 2**20)
    parsed = intake.preview(plan(), "方案.txt")
    counts = {"a": 0, "b": GROUP + 1, "c": 0, "d": 1, "e": 4 * GROUP, "f": 0}
    present = []

    def documents():
        for name, count in counts.items():
            present.append({document.id for document in store.documents()})
            yield copies(parsed, name, count)

    assert intake.ingest_parsed(documents()) == len(counts)
    assert {name: len(store.practices_of(name)) for name in counts} == counts
    assert {document.id for document in store.documents()} == set(counts)
    assert store.stats().passages == sum(counts.values())
    assert "b" in present[-1], "stored before the last is drawn"


def test_a_shipped_file_that_is_not_the_one_listed_is_refused(intake, tmp_path):
    entry = manifest(SOURCES)[0]
    (tmp_path / entry.file).write_bytes(plan())
    with pytest.raises(InputError, match="校验值"):
        ingest_shipped(intake, [entry], tmp_path, tmp_path / "shipped.json", silent)


def test_a_manifest_with_an_unknown_field_is_refused(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text('[[document]]\nfile = "a.txt"\nsha256 = "0"\npractices = 1\ntypo = 1\n')
    with pytest.raises(InputError, match="typo"):
        manifest(path)


def test_an_id_is_lower_case_letters_digits_and_hyphens():
    for bad in ("../x", "A", "a b", "", "-a", "a/b"):
        with pytest.raises(ValueError, match="id"):
            DocumentMetadata(id=bad)
    assert SourceEntry(file="a", sha256="0", practices=0).id is None


def test_a_corrected_region_is_taken_in(intake):
    intake.ingest(plan(), "方案.txt", DocumentMetadata(id="plan-a"))
    parsed, changed = intake.ingest(plan(), "方案.txt", DocumentMetadata(region="重庆市"))
    assert changed
    assert parsed.document.id == "plan-a"
    assert parsed.practices[0].region.adcode == "500000"


def test_a_record_that_was_cut_short_is_no_obstacle(intake, tmp_path):
    record = tmp_path / "shipped.json"
    record.write_text("")
    entry = manifest(SOURCES)[2]
    assert ingest_shipped(intake, [entry], DOCUMENTS, record, silent) == 1
    assert ingest_shipped(intake, [entry], DOCUMENTS, record, silent) == 0


def test_a_shipped_document_stored_under_another_id_is_left_alone(intake, store, tmp_path):
    entry = manifest(SOURCES)[2]
    data = (DOCUMENTS / entry.file).read_bytes()
    intake.ingest(data, entry.file, DocumentMetadata(id="my-own"))
    assert ingest_shipped(intake, [entry], DOCUMENTS, tmp_path / "shipped.json", silent) == 0
    assert [d.id for d in store.documents()] == ["my-own"]


def test_an_unknown_division_code_is_bad_input(intake):
    with pytest.raises(InputError, match="999999") as caught:
        intake.ingest(plan(), "方案.txt", DocumentMetadata(region="999999"))
    assert caught.value.field == "region"
