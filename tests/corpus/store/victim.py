"""The process that the crash tests kill, and the versions of a document it goes through."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

from corpus.model import ParsedDocument, Passage
from corpus.store.base import EmbeddedPassage, EmbeddingSpec
from corpus.store.corpus import QdrantCorpus
from corpus.store.edge import EdgeEngine
from corpus.store.engine import Operation
from corpus.store.points import SPARSE
from tests.corpus.store.factory import DIMENSION, SPEC, embed, make_parsed, make_practice

OTHER = EmbeddingSpec("另一模型", "f-2", 24)


def version(number: int, size: int = 700) -> tuple[ParsedDocument, list[EmbeddedPassage]]:
    """A document of more points than one write holds; every version differs in every text."""
    rng = random.Random(number)
    practices = [
        make_practice("d", n, f"第{number}版第{n}条全面推行", task=f"任务{number}")
        for n in range(size)
    ]
    parsed = make_parsed("d", practices)
    return parsed, embed(parsed, rng)


def other_vectors(passages: list[Passage]) -> list[list[float]]:
    """What the other model makes of passages."""
    return [
        [random.Random(passage.id + str(i)).gauss(0, 1) for i in range(OTHER.dimension)]
        for passage in passages
    ]


class MortalEngine(EdgeEngine):
    """Kills its process after so many operations, of which each is all or nothing by itself."""

    def __init__(self, folder: Path, left: int) -> None:
        super().__init__(folder, SPARSE)
        self.left = left

    def _spent(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, *operations: Operation) -> None:
        for operation in operations:
            super().write(operation)
            self._spent()

    def create_dense(self, name: str, dimension: int) -> None:
        super().create_dense(name, dimension)
        self._spent()

    def delete_dense(self, name: str) -> None:
        super().delete_dense(name)
        self._spent()


def die_after(folder: Path, what: str, steps: int) -> None:
    """Start on ``what`` with the first version in the store, and die after so many operations."""
    engine = MortalEngine(folder, left=-1)
    store = QdrantCorpus(engine)
    engine.left = steps
    if what == "replace":
        store.replace_document(*version(2))
    elif what == "add":
        parsed, _ = version(2)
        renamed = parsed.model_copy(
            update={"document": parsed.document.model_copy(update={"id": "new"})}
        )
        store.replace_document(_moved(renamed, "new"), [])
    elif what == "delete":
        store.delete_document("d")
    elif what == "reembed":
        store.set_embedding(OTHER, other_vectors)
    os._exit(7)  # not killed: there were fewer operations


def _moved(parsed: ParsedDocument, id_: str) -> ParsedDocument:
    practices = tuple(
        p.model_copy(update={"id": f"{id_}/{p.sequence}", "document_id": id_})
        for p in parsed.practices
    )
    return parsed.model_copy(update={"practices": practices})


def go_on(folder: Path, log: Path) -> None:
    """Replace the document again and again, noting each version before and after."""
    store = QdrantCorpus(EdgeEngine(folder, SPARSE))
    if store.embedding is None:
        store.set_embedding(SPEC, lambda passages: [])
    with log.open("a") as notes:
        number = int(log.read_text().split()[-1]) if log.stat().st_size else 0
        while True:
            number += 1
            print("begun", number, file=notes, flush=True)
            store.replace_document(*version(number))
            print("done", number, file=notes, flush=True)


assert OTHER.dimension != DIMENSION
