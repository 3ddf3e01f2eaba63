"""Taking a file in: read, parse and, unless it is a preview, embed and store."""

from __future__ import annotations

import gc
import hashlib
import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import cast

from haystack import Pipeline

from corpus.errors import Conflict, InputError
from corpus.metadata import DocumentMetadata, SourceEntry
from corpus.model import Document, ParsedDocument, Practice
from corpus.store.base import CorpusStore, EmbeddedPassage
from ingest.extract.measure import extracted
from ingest.parse import PARSER, parse
from ingest.pipeline import (
    PassageEmbedder,
    SparsePassageEncoder,
    embed_practices,
    run_ingestion,
)
from ingest.readers import file_bytes, read

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class DocumentIntake:
    """Takes files into one store.

    Args:
        store: where documents go.
        pipeline: the ingestion pipeline that writes to it.
        max_bytes: the largest file read.
    """

    store: CorpusStore
    pipeline: Pipeline
    max_bytes: int

    def preview(
        self, data: bytes, name: str, metadata: DocumentMetadata | None = None
    ) -> ParsedDocument:
        """What ingesting would find, storing nothing. Raises as :meth:`ingest` does."""
        document_id = self._settle_id(data, metadata)
        return parse(read(data, name, max_bytes=self.max_bytes), document_id, metadata)

    def ingest(
        self, data: bytes, name: str, metadata: DocumentMetadata | None = None
    ) -> tuple[ParsedDocument, bool]:
        """Store a file, in place of the document with its id if there is one.

        Returns:
            The document as stored, and whether anything changed: the same file with the same
            metadata changes nothing.

        Raises:
            InputError: the file cannot be read, or nothing is found in it.
            Conflict: the same file is stored already under another id.
            StoreError: the store could not take it; what was there is untouched.
        """
        document_id = self._settle_id(data, metadata)
        present = self.store.document(document_id)
        if present is not None and not _changed(present, data, metadata):
            kept = self.store.parsed(document_id)
            if kept is not None:
                return kept, False
        source = read(data, name, max_bytes=self.max_bytes)
        parsed = run_ingestion(self.pipeline, source, document_id, metadata)
        log.info("stored %s: %d items", document_id, len(parsed.practices))
        return parsed, True

    def ingest_parsed(self, documents: Iterable[ParsedDocument], *, extract: bool = True) -> int:
        """Store documents that are parsed already; how many. They may be too many for memory.

        Each is drawn when it is needed and stored, all or nothing, once its passages are embedded.
        Without ``extract`` nothing of them comes into the registry.
        """
        embedder = cast(PassageEmbedder, self.pipeline.get_component("embedder"))
        sparse = cast(SparsePassageEncoder, self.pipeline.get_component("sparse"))
        drawn: deque[ParsedDocument] = deque()

        def practices() -> Iterator[Practice]:
            for parsed in documents:
                drawn.append(parsed)
                yield from parsed.practices

        def store(parsed: ParsedDocument, own: list[EmbeddedPassage]) -> None:
            self.store.replace_document(parsed, own, extracted(parsed) if extract else {})

        stored = 0
        passages = embed_practices(practices(), embedder, sparse)
        with _few_collections():
            for document_id, own in groupby(passages, key=lambda one: one.passage.document_id):
                while drawn[0].document.id != document_id:
                    store(drawn.popleft(), [])
                    stored += 1
                store(drawn.popleft(), list(own))
                stored += 1
            for parsed in drawn:
                store(parsed, [])
        return stored + len(drawn)

    def _settle_id(self, data: bytes, metadata: DocumentMetadata | None) -> str:
        """The id asked for, else that of the same file, else one that follows from its bytes."""
        digest = hashlib.sha256(data).hexdigest()
        wanted = metadata.id if metadata else None
        same = [document for document in self.store.documents() if document.sha256 == digest]
        if not same or any(document.id == wanted for document in same):
            return wanted or f"doc-{digest[:12]}"
        if wanted is None:
            return same[0].id
        raise Conflict(
            f"同一个文件已经入库，编号是“{same[0].id}”",
            hint="不必再次上传；若要换编号，请先删除原来的文件",
            field="id",
        )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for reference cycles seldom, and not among what is there already.

    A large load makes millions of objects, hardly any in a cycle, while half a million others were
    there before: looked for as often as usual, cycles take a seventh of the time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _changed(present: Document, data: bytes, metadata: DocumentMetadata | None) -> bool:
    """Whether ingesting would make the stored document other than it is."""
    if present.sha256 != hashlib.sha256(data).hexdigest() or present.parser != PARSER:
        return True
    if metadata is None:
        return False
    if metadata.kind is not None and metadata.kind != present.kind:
        return True
    division = metadata.division()
    if division is not None and division != present.region:
        return True
    stated = {key: value for key, value in metadata.facts().items() if value is not None}
    return any(getattr(present, key) != value for key, value in stated.items())


def reindex(intake: DocumentIntake, record: Path, fingerprint: str, progress: Progress) -> int:
    """Store every document anew where the vocabulary is another than it was stored by.

    Sparse vectors are made of the vocabulary's terms; with other terms they would not be found.

    Args:
        intake: the store's intake.
        record: a file that remembers the vocabulary.
        fingerprint: of the present vocabulary.
        progress: told (done, total, title).

    Returns:
        How many documents were stored anew. Cut short, it begins again at the next start.
    """
    before = record.read_text("utf-8") if record.exists() else None
    documents = intake.store.documents() if before != fingerprint else []
    for place, document in enumerate(documents):
        progress(place, len(documents), document.title)
        parsed = intake.store.parsed(document.id)
        if parsed is not None:
            intake.ingest_parsed([parsed])
    _write_whole(record, fingerprint)
    return len(documents)


def _brought(record: Path) -> set[str]:
    try:
        return set(json.loads(record.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return set()  # not there, or cut short: what is missing is brought in again


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that a process killed on the way leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(text, "utf-8")
    new.replace(path)


def ingest_shipped(
    intake: DocumentIntake,
    entries: Sequence[SourceEntry],
    folder: Path,
    record: Path,
    progress: Progress,
) -> int:
    """Bring the shipped documents in; how many changed. Each is checked against its sha256.

    A document that was brought in once and is no longer there has been deleted by somebody, and
    stays deleted, unless the store is empty.

    Args:
        intake: where they go.
        entries: the manifest.
        folder: the files' folder.
        record: a file that remembers which have been brought in.
        progress: told (done, total, title).

    Raises:
        InputError: a shipped file is missing or is not the one the manifest describes.
    """
    present = {document.id for document in intake.store.documents()}
    brought = _brought(record) if present else set()
    changed = 0
    for place, entry in enumerate(entries):
        progress(place, len(entries), entry.title or entry.file)
        if entry.id in brought - present:
            continue
        data = file_bytes(folder / entry.file, intake.max_bytes)
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise InputError(
                f"随附文件 {entry.file} 与清单记载的校验值不符",
                hint="请恢复 corpus/documents 里的原文件，或改正 corpus/sources.toml",
            )
        try:
            _, new = intake.ingest(data, entry.file, entry)
        except Conflict as conflict:
            log.warning("%s: %s", entry.file, conflict.message)
            continue
        changed += new
    progress(len(entries), len(entries), "")
    ids = brought | {entry.id for entry in entries if entry.id}
    _write_whole(record, json.dumps(sorted(ids)))
    return changed
