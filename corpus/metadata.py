"""What is known of a document from elsewhere: the shipped manifest, or an upload's metadata."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from corpus import regions
from corpus.errors import InputError
from corpus.model import DocumentKind, Frozen, Region


class DocumentMetadata(Frozen):
    """Facts that go before what the parser reads; all may be left out."""

    id: str | None = Field(
        None, pattern=r"^[a-z0-9][a-z0-9-]{0,79}$", description="Id of the document."
    )
    title: str | None = Field(None, min_length=1, max_length=300)
    kind: DocumentKind | None = None
    issuer: str | None = Field(None, max_length=200)
    number: str | None = Field(None, max_length=100, description="文号.")
    issued_on: date | None = None
    region: str | None = Field(None, description="Name or adcode.")
    batch: int | None = Field(None, ge=1)
    source_url: str | None = Field(None, pattern=r"^https?://", max_length=2000)
    evidence: dict[str, str] = Field(default_factory=dict)
    order: int = 0

    def facts(self) -> dict[str, Any]:
        """The fields that go to the document as they are."""
        return self.model_dump(
            include={"title", "issuer", "number", "issued_on", "batch", "source_url"}
        )

    def division(self) -> Region | None:
        """The region named.

        Raises:
            InputError: no division, or several, go by that name.
        """
        if self.region is None:
            return None
        found = regions.resolve(self.region)
        if found is None:
            names = "、".join(r.name for r in regions.candidates(self.region)[:5])
            raise InputError(
                f"地区“{self.region}”不能确定",
                hint=f"可能是：{names}" if names else "请写全称，如“广东省江门市”",
                field="region",
            )
        return found


class SourceEntry(DocumentMetadata):
    """A document of the shipped corpus, as ``corpus/sources.toml`` lists it."""

    file: str = Field(description="File name in corpus/documents.")
    sha256: str
    practices: int = Field(description="Practices the document is known to hold.")


def manifest(path: Path) -> tuple[SourceEntry, ...]:
    """The entries of a manifest, in its order.

    Raises:
        InputError: the manifest cannot be read or has an unknown or missing field.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["document"]
        return tuple(
            SourceEntry.model_validate({**entry, "order": order})
            for order, entry in enumerate(entries)
        )
    except (OSError, KeyError, ValueError) as error:
        raise InputError(
            f"清单文件 {path} 读不出：{error}", hint="请对照 corpus/README.md 修正"
        ) from error
