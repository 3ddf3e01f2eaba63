"""What routes ask the application for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.gate import Gate
from api.services import Services
from api.turnstile import Turnstile
from corpus.errors import NotFound
from corpus.model import Document, Practice
from corpus.store.base import CorpusStore


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _services(gate: Annotated[Gate, Depends(_gate)]) -> Services:
    return gate.services()


def _turnstile(request: Request) -> Turnstile:
    turnstile: Turnstile = request.app.state.turnstile
    return turnstile


TheServices = Annotated[Services, Depends(_services)]
TheTurnstile = Annotated[Turnstile, Depends(_turnstile)]


def practice_and_document(store: CorpusStore, practice_id: str) -> tuple[Practice, Document]:
    """A practice by its id or an alias of it, and its document.

    Raises:
        NotFound: there is none of that id.
    """
    practice = store.practice(practice_id)
    document = store.document(practice.document_id) if practice else None
    if practice is None or document is None:
        raise NotFound(
            f"没有编号为“{practice_id}”的做法或条目", hint="它所在的文件可能已删除，请重新检索"
        )
    return practice, document


def no_document(document_id: str) -> NotFound:
    """There is no document of that id."""
    return NotFound(
        f"没有编号为“{document_id}”的文件", hint="现有文件见“文档”页，或 GET /v1/documents"
    )
