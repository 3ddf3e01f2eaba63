"""What the application needs; composed elsewhere, so that nothing here loads anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from corpus.model import ParsedDocument
from corpus.settings import Settings
from corpus.store.base import CorpusStore

if TYPE_CHECKING:
    from api.registry import RegistryService
    from api.search import SearchService
    from corpus.metadata import DocumentMetadata


class Intake(Protocol):
    """The write path: takes one file in. Called from several threads, one at a time."""

    def preview(
        self, data: bytes, name: str, metadata: DocumentMetadata | None = None
    ) -> ParsedDocument:
        """What ingesting would find; stores nothing.

        Raises:
            InputError: the file cannot be read, or nothing is found in it.
        """

    def ingest(
        self, data: bytes, name: str, metadata: DocumentMetadata | None = None
    ) -> tuple[ParsedDocument, bool]:
        """Store a file; the document as stored, and whether anything changed.

        Raises:
            InputError: the file cannot be read, or nothing is found in it.
            Conflict: it is stored already under another id.
            StoreError: the store could not take it; what was there is untouched.
        """


@dataclass(frozen=True)
class Services:
    """Everything behind the routes."""

    settings: Settings
    store: CorpusStore
    search: SearchService
    registry: RegistryService
    intake: Intake
