import pytest

from corpus.metadata import manifest
from corpus.settings import DOCUMENTS, SOURCES
from ingest.parse import parse
from ingest.readers import read, read_path

ENTRIES = {entry.id: entry for entry in manifest(SOURCES)}


@pytest.fixture(scope="session")
def shipped():
    """Every shipped document as read and as parsed without its manifest entry."""
    sources = {
        name: read_path(DOCUMENTS / entry.file, max_bytes=2**24) for name, entry in ENTRIES.items()
    }
    return {name: (source, parse(source, name)) for name, source in sources.items()}


@pytest.fixture(scope="session")
def parse_text():
    """Parse a text given as a string."""

    def run(text, name="doc.txt", document_id="doc"):
        return parse(read(text.encode(), name, max_bytes=2**24), document_id)

    return run
