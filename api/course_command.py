"""What the command ``course-pack`` does: a pack into a file, by whoever owns the store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from api import files
from api.course.files import FORMATS, file_name, write
from api.errors import valid
from api.remote import Remote
from api.schemas import CoursePackRequest
from corpus.settings import Settings


def course_pack(
    body: dict[str, Any], settings: Settings, *, fmt: str | None, output: Path | None
) -> Path:
    """Write a course pack to a file.

    Args:
        body: of ``POST /v1/course-packs`` but for its format.
        settings: where the store is.
        fmt: the format; if None that of the file's suffix, else docx.
        output: the file, or a folder for it; if None it is named by its title, in this folder.

    Returns:
        The file.

    Raises:
        InputError: the arguments cannot be, or the file cannot be there.
        NotFound: some of the practices are not there.
        StoreError: the store cannot be opened, or the server was lost.
    """
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    fmt = fmt or (suffix if suffix in (*FORMATS, "json") else "docx")
    request = valid(CoursePackRequest, body | {"format": fmt})
    target = files.target(output, file_name(request.title, fmt))
    files.save(target, [_made(request, settings)])
    return target


def _made(request: CoursePackRequest, settings: Settings) -> bytes:
    remote = Remote.find(settings)
    if remote is not None:
        return remote.made("/v1/course-packs", request.model_dump(mode="json"))
    from api.compose import open_services
    from api.course.build import build

    with open_services(settings) as services:
        pack = build(services.store, services.registry, request, date.today())
    if request.format == "json":
        return pack.model_dump_json().encode()
    return write(pack, request.format)
