"""Where the weak lines lie for the model in use.

Cosines mean something else with every model. So the shipped corpus, of which it is known what it is
about, is asked questions on other matters: whatever is strongest for most of them is no answer, and
what is not stronger is weak.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np

from api.ranking import LINES, UNWORDED, WORDS, Lines
from api.search import SearchService
from corpus.segment import read_words
from corpus.settings import VOCABULARY
from corpus.store.base import SearchFilter

log = logging.getLogger(__name__)

QUESTIONS = VOCABULARY / "other_matters.txt"
# Share of the questions on other matters whose answers are to be weak as a whole, by mode. With
# more of them ever more right answers are weak too; words alone tell the least.
WEAK = Lines(hybrid=0.9, semantic=0.95, keyword=0.75)


def calibrated(
    search: SearchService, documents: tuple[str, ...], record: Path, fingerprint: str
) -> Lines:
    """The lines for the model in use, from a file that remembers them or found out.

    Args:
        search: over a store that holds the shipped documents.
        documents: ids of the shipped documents that are stored.
        record: the file.
        fingerprint: of all that the lines depend on: model, vocabulary, questions, documents.
    """
    if not documents:
        return LINES
    fingerprint = f"{fingerprint} {WORDS} {UNWORDED} {WEAK}"
    try:
        known = json.loads(record.read_text("utf-8"))
        if known["fingerprint"] == fingerprint:
            return Lines(**known["lines"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there, cut short or of another version: found out again
    lines = measured(search, documents)
    log.info("weak lines: %s", lines)
    record.write_text(json.dumps({"fingerprint": fingerprint, "lines": lines._asdict()}), "utf-8")
    return lines


def measured(search: SearchService, documents: tuple[str, ...]) -> Lines:
    """The lines under which the answers to most questions on other matters lie."""
    where = SearchFilter(documents=documents)
    reached = [search.strengths(question, where) for question in read_words(QUESTIONS)]
    return Lines(
        *(
            round(float(np.quantile(column, share)), 4)
            for column, share in zip(zip(*reached, strict=True), WEAK, strict=True)
        )
    )
