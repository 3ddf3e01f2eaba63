"""Law articles as documents of the store, for measuring at scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any

from corpus import regions
from corpus.model import Document, ParsedDocument, ParseReport, Practice, Region, Source


def parsed_laws(articles: Iterable[dict[str, Any]]) -> Iterator[ParsedDocument]:
    """One document a law, one plan item an article.

    Args:
        articles: records with ``law``, ``path``, ``chapter``, ``no`` and ``text``, those of one
            law together.
    """
    for (path, title), group in groupby(articles, key=lambda a: (a["path"], a["law"])):
        digest = sha256(path.encode()).hexdigest()
        document_id = f"law-{digest[:12]}"
        found = regions.leading(title) or _short_leading(title)
        region = found[0] if found else None
        items = tuple(
            _item(document_id, place, article, title, region) for place, article in enumerate(group)
        )
        issued = _date(items, path)
        yield ParsedDocument(
            document=Document(
                id=document_id,
                title=title,
                kind="plan",
                region=region,
                sha256=digest,
                issued_on=issued,
            ),
            practices=items,
            outline=(),
            blocks=(),
            report=ParseReport(practices=0, plan_items=len(items)),
        )


def _short_leading(title: str) -> tuple[Region, int] | None:
    """上海口岸服务条例: the province or city whose short name the title begins with."""
    for length in (3, 2):
        region = regions.resolve(title[:length])
        if region is not None and region.level != "county":
            return region, length
    return None


def _item(
    document_id: str, place: int, article: dict[str, Any], law: str, region: Region | None
) -> Practice:
    text = article["text"]
    return Practice(
        id=f"{document_id}.{place}",
        document_id=document_id,
        kind="plan_item",
        task=law,
        measure=article["chapter"] or None,
        path=(article["chapter"],) if article["chapter"] else (),
        ordinal=place + 1,
        region=region,
        title=article["no"],
        text=text,
        source=Source(start=0, end=len(text), spans=((0, len(text)),)),
        sequence=place,
    )


def _date(items: tuple[Practice, ...], path: str) -> date | None:
    """The date in a file name such as …条例(2020-05-14).md."""
    try:
        return date.fromisoformat(path.rsplit("(", 1)[1][:10]) if items else None
    except (IndexError, ValueError):
        return None
