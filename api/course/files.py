"""Course packs as files: the formats, and what a file is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast
from urllib.parse import quote

from api.course.model import CoursePack

OFFICE = "application/vnd.openxmlformats-officedocument"
LONGEST_NAME = 60
# What file systems do not take, and what a shell or a reader might be led astray by.
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\ufffd]+')


@dataclass(frozen=True)
class FileFormat:
    """A format: its suffix, media type, and the module that writes it, loaded when needed."""

    suffix: str
    media_type: str
    module: str


FORMATS = {
    "docx": FileFormat(".docx", f"{OFFICE}.wordprocessingml.document", "api.course.docx_file"),
    "pptx": FileFormat(".pptx", f"{OFFICE}.presentationml.presentation", "api.course.pptx_file"),
    "md": FileFormat(".md", "text/markdown; charset=utf-8", "api.course.markdown"),
}


def write(pack: CoursePack, fmt: str) -> bytes:
    """The pack in one of :data:`FORMATS`."""
    writer = cast(Callable[[CoursePack], bytes], import_module(FORMATS[fmt].module).write)
    return writer(pack)


def file_name(title: str, fmt: str) -> str:
    """What the file of a pack is called."""
    name = _NOT_IN_NAMES.sub(" ", title)
    name = " ".join(name.split()).strip(". ")[:LONGEST_NAME].rstrip(". ")
    suffix = FORMATS[fmt].suffix if fmt in FORMATS else f".{fmt}"
    return f"{name or '课程包'}{suffix}"


def disposition(title: str, fmt: str) -> str:
    """The header that names the file, in Chinese for those that read RFC 6266."""
    plain = f"tashan-course{FORMATS[fmt].suffix}"
    told = quote(file_name(title, fmt), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{told}"
