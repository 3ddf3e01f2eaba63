"""Practices made of a text, for tests of what is read in them."""

from corpus import regions
from corpus.model import Practice, Source


def practice(text, region=None, kind="practice"):
    return Practice(
        id="list.1.1.1",
        document_id="list",
        kind=kind,
        path=(),
        region=regions.resolve(region) if region else None,
        title=text[:10],
        text=text,
        source=Source(start=0, end=len(text), spans=((0, len(text)),)),
        sequence=0,
    )
