"""Errors that Tashan raises on purpose.

::

    TashanError
    ├── InputError             what was given cannot be used                 400
    │   ├── UnsupportedFile    a kind of file that is not read               415
    │   ├── UnreadableFile     empty, binary, wrongly encoded, no permission 400
    │   ├── FileTooLarge       larger than the limit                         413
    │   └── NothingFound       read, but no practice or plan item is in it   422
    ├── NotFound               no document, practice or region of that name  404
    ├── Conflict               the id is taken by something else             409
    ├── BrokenGrounding        a value's quote is not in its measure's text  500
    └── StoreError             the store cannot answer                       503
        ├── StoreBusy          another process owns the store's folder
        ├── StoreFull          no room left on the device
        └── ModelMismatch      what is stored was embedded by another model

Every error carries a ``message`` (what is wrong) and a ``hint`` (what to do next), both in Chinese,
because they are shown to users as they are. ``api.errors`` maps them to HTTP, once.
"""

from __future__ import annotations


class TashanError(Exception):
    """Base of all errors raised on purpose.

    Args:
        message: what is wrong, in Chinese, with the id, path or line concerned.
        hint: what the user can do next.
        field: the request field at fault, where there is one.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field

    def __str__(self) -> str:
        return f"{self.message}（{self.hint}）" if self.hint else self.message


class InputError(TashanError):
    """What was given cannot be used."""

    code = "bad_input"


class UnsupportedFile(InputError):
    """A kind of file that no reader takes."""

    code = "unsupported_file"


class UnreadableFile(InputError):
    """A file of a known kind that cannot be read: empty, binary, truncated, wrongly encoded."""

    code = "unreadable_file"


class FileTooLarge(InputError):
    """A file larger than ``TASHAN_MAX_FILE_MB``."""

    code = "file_too_large"


class NothingFound(InputError):
    """A file that was read but holds neither practices nor plan items."""

    code = "nothing_found"


class NotFound(TashanError):
    """No such document, practice or region."""

    code = "not_found"


class Conflict(TashanError):
    """The id is already taken by something else."""

    code = "conflict"


class BrokenGrounding(TashanError):
    """A value's quote is not the text at its span; nothing is exported."""

    code = "broken_grounding"


class StoreError(TashanError):
    """The store cannot answer now."""

    code = "store_error"


class StoreBusy(StoreError):
    """Another process has the store's folder open."""

    code = "store_busy"


class StoreFull(StoreError):
    """No room is left on the device; nothing was written."""

    code = "store_full"


class ModelMismatch(StoreError):
    """What is stored was embedded by another model."""

    code = "model_mismatch"
