"""The short way of large loads gives what the components give."""

import threading

import pytest

from corpus.segment import Segmenter
from corpus.settings import BUNDLED_MODEL
from corpus.sparse import SparseEncoder
from ingest.pipeline import (
    PassageCutter,
    SparsePassageEncoder,
    embed_practices,
    embedded,
    passage_embedder,
)


@pytest.mark.parametrize("times", [1, 12])  # one after another, and in processes
def test_a_large_load_is_embedded_as_a_single_document_is(shipped, tmp_path, times):
    embedder = passage_embedder(str(BUNDLED_MODEL), 64, threading.Lock())
    sparse = SparsePassageEncoder(SparseEncoder(Segmenter(tmp_path / "cache")), processes=2)
    parsed = [parsed for _, parsed in shipped.values()]

    documents = [one for each in parsed for one in PassageCutter().run(each)["documents"]]
    documents = sparse.run(embedder.run(documents)["documents"])["documents"]
    expected = embedded(documents)

    practices = [practice for each in parsed * times for practice in each.practices]
    found = list(embed_practices(practices, embedder, sparse))
    assert [one.passage for one in found] == [one.passage for one in expected] * times
    assert [one.sparse for one in found] == [one.sparse for one in expected] * times
    assert [one.folded for one in found] == [one.folded for one in expected] * times
    for one, other in zip(found, expected * times, strict=True):
        assert one.dense == pytest.approx(other.dense, abs=1e-6)
