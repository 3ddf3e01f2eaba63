"""What ``ingest``, ``search`` and ``compare`` do, through a running server or by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.remote import Remote
from corpus.errors import TashanError, UnreadableFile
from corpus.settings import Settings

if TYPE_CHECKING:
    from api.services import Services


def ingest_files(
    paths: Sequence[Path], settings: Settings, *, preview: bool
) -> list[dict[str, Any]]:
    """Ingest files and the readable files of folders; a bad one is reported and skipped.

    Returns:
        For each file ``path`` and either ``state`` (stored, unchanged, preview), ``id``, ``title``
        and the report's counts, or ``error`` and ``hint``.
    """
    results = []
    with _taker(settings, preview) as take:
        for path, problem in _files(paths):
            try:
                if problem is not None:
                    raise problem
                results.append({"path": str(path), **take(path)})
            except TashanError as error:
                results.append({"path": str(path), "error": error.message, "hint": error.hint})
    return results


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, TashanError | None]]:
    """Files as given, and of folders those whose kind is read, in order of name."""
    from ingest.readers import HTML_SUFFIXES, TEXT_SUFFIXES

    read = TEXT_SUFFIXES | HTML_SUFFIXES
    for path in paths:
        try:
            if not path.is_dir():
                yield path, None
                continue
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in read and p.is_file())
        except OSError as error:
            yield path, UnreadableFile(f"文件夹 {path} 打不开：{error.strerror}", hint="请检查权限")
            continue
        if not inside:
            yield (
                path,
                UnreadableFile(
                    f"文件夹 {path} 里没有可读的文件", hint=f"能读的种类：{'、'.join(sorted(read))}"
                ),
            )
        yield from ((file, None) for file in inside)


@contextmanager
def _taker(settings: Settings, preview: bool) -> Iterator[Any]:
    """A function that takes one file in, by whoever owns the store."""
    remote = Remote.find(settings)
    if remote is not None:
        yield lambda path: _through(remote, path, settings, preview)
        return
    from api.compose import open_services, settle

    with open_services(settings) as services:
        yield lambda path: _directly(services, path, settings, preview)
        settle(services.store)


def _through(remote: Remote, path: Path, settings: Settings, preview: bool) -> dict[str, Any]:
    from ingest.readers import file_bytes

    data = file_bytes(path, settings.max_file_mb * 2**20)
    answer = remote.call(
        "POST",
        "/v1/documents",
        files={"file": (path.name, data)},
        params={"preview": "true"} if preview else {},
    )
    return _counts(answer["document"], answer["parse_report"], _state(preview, answer["changed"]))


def _directly(services: Any, path: Path, settings: Settings, preview: bool) -> dict[str, Any]:
    from ingest.readers import file_bytes

    data = file_bytes(path, settings.max_file_mb * 2**20)
    changed = False
    if preview:
        parsed = services.intake.preview(data, path.name, None)
    else:
        parsed, changed = services.intake.ingest(data, path.name, None)
    document = parsed.document.model_dump(mode="json")
    return _counts(document, parsed.report.model_dump(mode="json"), _state(preview, changed))


def _state(preview: bool, changed: bool) -> str:
    return "preview" if preview else ("stored" if changed else "unchanged")


def _counts(document: dict[str, Any], report: dict[str, Any], state: str) -> dict[str, Any]:
    return {
        "state": state,
        "id": document["id"],
        "title": document["title"],
        "practices": report["practices"],
        "plan_items": report["plan_items"],
        "repairs": len(report["repairs"]),
        "doubts": len(report["doubts"]),
    }


def search(body: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The answer to a search request, as the API gives it."""
    from api.errors import valid
    from api.schemas import SearchRequest

    def answer(services: Services) -> Any:
        return services.search.search(valid(SearchRequest, body))

    return _answer("/v1/search", body, settings, answer)


def compare(body: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The answer to a comparison, as the API gives it."""
    from api.errors import valid
    from api.schemas import CompareRequest

    def answer(services: Services) -> Any:
        from api.compare import compare as compared

        return compared(services.registry, valid(CompareRequest, body))

    return _answer("/v1/compare", body, settings, answer)


def _answer(
    path: str, body: dict[str, Any], settings: Settings, answer: Callable[[Services], Any]
) -> dict[str, Any]:
    """What a running server answers to a request, or else the services themselves."""
    remote = Remote.find(settings)
    if remote is not None:
        response: dict[str, Any] = remote.call("POST", path, json=body)
        return response
    from api.compose import open_services

    with open_services(settings) as services:
        found: dict[str, Any] = answer(services).model_dump(mode="json")
        return found
