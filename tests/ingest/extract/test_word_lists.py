import pytest

from corpus.errors import InputError
from ingest.extract import gazetteer, instruments, measures, platforms, policies, wording

READERS = [
    (wording.Wording.read, wording.OFFICIAL_WORDS),
    (gazetteer.Gazetteer.read, gazetteer.ORGANISATIONS),
    (instruments.read_cues, instruments.INSTRUMENTS),
    (platforms.read_patterns, platforms.PLATFORMS),
    (policies.read_patterns, policies.POLICIES),
    (measures.read_patterns, measures.MEASURES),
]


@pytest.mark.parametrize(("read", "shipped"), READERS)
def test_the_shipped_list_is_read(read, shipped):
    assert read(shipped)


@pytest.mark.parametrize(("read", "shipped"), READERS)
@pytest.mark.parametrize("change", ["unknown = 1\n{}", "{}\n[", "{} = "])
def test_a_malformed_list_is_told_by_file_name(read, shipped, change, tmp_path):
    path = tmp_path / shipped.name
    path.write_text(change.format(shipped.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert shipped.name in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(("read", "shipped"), READERS)
def test_a_missing_list_is_told(read, shipped, tmp_path):
    with pytest.raises(InputError, match="读不出"):
        read(tmp_path / shipped.name)
