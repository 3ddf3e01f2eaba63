"""All that is extracted from one practice or plan item, table by table."""

from __future__ import annotations

from corpus.model import ParsedDocument, Practice
from corpus.registry import Records, ordered
from ingest.extract.actors import actors
from ingest.extract.deadlines import deadlines
from ingest.extract.indicators import indicators
from ingest.extract.instruments import instruments
from ingest.extract.measures import mechanisms, target_groups
from ingest.extract.platforms import platforms
from ingest.extract.policies import policy_documents
from ingest.extract.themes import assign

# Counts up when the same text gives other records: what is stored is then extracted anew.
EXTRACTOR = 6


def extracted(parsed: ParsedDocument) -> dict[str, Records]:
    """The records of a document's practices, by practice id."""
    return {practice.id: extract(practice) for practice in parsed.practices}


def extract(practice: Practice) -> Records:
    """The records of one practice; the same text gives the same records."""
    themes = assign(practice)
    return Records(
        theme=themes.main,
        secondary_themes=themes.secondary,
        theme_margin=themes.margin,
        mechanisms=mechanisms(practice),
        target_groups=target_groups(practice),
        actors=tuple(ordered(actors(practice))),
        instruments=tuple(ordered(instruments(practice))),
        platforms=tuple(ordered(platforms(practice))),
        policy_documents=tuple(ordered(policy_documents(practice))),
        indicators=tuple(ordered(indicators(practice))),
        deadlines=tuple(ordered(deadlines(practice))),
    )
