"""What the store says when its folder cannot be used, and that nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import StoreBusy, StoreError, StoreFull
from corpus.settings import Settings
from corpus.store import edge as edge_module
from corpus.store.base import SearchFilter, Sparse
from corpus.store.corpus import QdrantCorpus
from corpus.store.engine import Where
from corpus.store.open import open_store, shared_store
from corpus.store.outside import OutsidePassage, delete_passages, write_passages
from tests.corpus.store.conftest import edge_engine
from tests.corpus.store.factory import SPEC, embed, make_parsed, make_practice, text_of

SMALL = 480  # MiB of the disk that is filled


def document(id_: str, size: int, seed: int = 0) -> tuple:
    rng = random.Random(seed)
    parsed = make_parsed(id_, [make_practice(id_, n, text_of(rng, 400)) for n in range(size)])
    return parsed, embed(parsed, rng)


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_settings_choose_the_folder(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path / "new" / "data"))
    assert str(tmp_path / "new" / "data" / "store") in store.label
    store.close()
    assert (tmp_path / "new" / "data" / "store" / "edge_config.json").exists()


def test_engines_are_imported_when_needed() -> None:
    code = """
        import sys
        import corpus.store.corpus, corpus.store.open
        print({"qdrant_edge", "qdrant_client", "haystack", "torch"} & set(sys.modules))
        """
    assert run(code).stdout.strip() == "set()"


def test_a_second_process_is_refused(edge: QdrantCorpus, folder: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from corpus.errors import StoreBusy
        from corpus.store.edge import EdgeEngine
        try:
            EdgeEngine(Path(sys.argv[1]), "bm25")
        except StoreBusy as error:
            print(error)
        """
    refused = run(code, folder / "store")
    assert "另一个进程正在使用" in refused.stdout and str(folder) in refused.stdout
    assert "服务" in refused.stdout and refused.returncode == 0, refused.stderr
    edge.close()
    freed = run(code, folder / "store")
    assert (freed.stdout, freed.returncode) == ("", 0), freed.stderr


def test_a_second_opening_in_the_process_is_refused_but_can_be_shared(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    store = shared_store(settings)
    with pytest.raises(StoreBusy):
        open_store(settings)
    assert shared_store(Settings(data_dir=tmp_path)) is store
    store.close()
    again = shared_store(settings)
    assert again is not store
    again.close()


def test_after_closing_it_says_so(edge: QdrantCorpus) -> None:
    edge.close()
    with pytest.raises(StoreError, match="已经关闭"):
        edge.document("x")
    edge.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="不能读写") as caught:
            edge_module.EdgeEngine(folder, "bm25")
        assert str(folder) in caught.value.message and "TASHAN_DATA_DIR" in caught.value.hint


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="no users to change to")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    """In a process of its own, which gives up root's rights where it has them."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    for parent in [folder, *folder.parents]:
        if parent != folder and parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    code = """
        import os, sys
        from pathlib import Path
        from corpus.errors import StoreError
        from corpus.store.edge import EdgeEngine
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        try:
            EdgeEngine(Path(sys.argv[1]), "bm25")
        except StoreError as error:
            print(type(error).__name__, error)
        """
    said = run(code, folder / "store").stdout
    assert said.startswith("StoreError") and str(folder) in said and "权限" in said


@pytest.mark.parametrize("name", ["notes.txt", "collection"])
def test_a_folder_of_something_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(StoreError, match=f"{name}.*不是他山的库"):
        edge_module.EdgeEngine(tmp_path, "bm25")
    assert [child.name for child in tmp_path.iterdir()] == [name]


def test_a_shard_of_something_else(folder: Path) -> None:
    from corpus.store.engine import Point, Upsert

    engine = edge_engine(folder)
    engine.write(Upsert([Point("00000000-0000-0000-0000-000000000001", {"a": 1})]))
    with pytest.raises(StoreError, match="不是他山写入的"):
        QdrantCorpus(engine)
    engine.close()


def test_a_store_of_another_version(edge: QdrantCorpus, folder: Path) -> None:
    from corpus.store import points
    from corpus.store.engine import Point, Upsert

    edge.core.engine.write(Upsert([Point(points.META, {"record": "meta", "schema": 99})]))
    edge.close()
    engine = edge_engine(folder)
    with pytest.raises(StoreError, match=r"第 99 版.*第 1 版"):
        QdrantCorpus(engine)
    engine.close()


@pytest.mark.parametrize("victim", ["segment.json", "edge_config.json", "open-1"])
def test_a_damaged_store(edge: QdrantCorpus, folder: Path, victim: str) -> None:
    edge.close()
    for path in (folder / "store").rglob(victim):
        path.write_bytes(b"damaged" * 9)
    with pytest.raises(StoreError, match="出错") as caught:
        edge_engine(folder)
    assert "移走该文件夹后重新导入" in caught.value.hint


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A small disk of its own, in memory."""
    if sys.platform != "linux" or os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk, on Linux")
    folder = Path(tempfile.mkdtemp())
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def test_a_full_disk_loses_nothing(disk: Path) -> None:
    store = QdrantCorpus(edge_engine(disk))
    store.set_embedding(SPEC, lambda passages: [])
    first = document("first", 300)
    store.replace_document(*first)
    held = [first[0]]
    with pytest.raises(StoreFull) as caught:
        for n in range(100):
            parsed, passages = document(f"d{n}", 400, seed=n)
            store.replace_document(parsed, passages)
            held.append(parsed)
    assert str(disk) in caught.value.message and "腾出空间" in caught.value.hint
    assert 3 < len(held) < 100
    with pytest.raises(StoreFull):  # an old document is not lost to a new one that has no room
        store.replace_document(*document("first", 4000, seed=9))
    with pytest.raises(StoreFull):
        store.set_embedding(
            type(SPEC)("大", "f-9", 4096), lambda passages: [[0.0] * 4096 for _ in passages]
        )
    for again in (store, None):
        if again is None:
            store.close()
            again = QdrantCorpus(edge_engine(disk))
        assert again.embedding == SPEC
        assert {d.id for d in again.documents()} == {p.document.id for p in held}
        assert again.parsed("first") == first[0]
        assert again.parsed(held[-1].document.id) == held[-1]
        assert again.count(SearchFilter()) == 300 + 400 * (len(held) - 1)
        assert again.core.engine.facet("generation", Where()).keys() == {
            record["live"] for record in again._heads("live")
        }
    for parsed in held[2:]:  # a full store can still be cleared out
        assert again.delete_document(parsed.document.id)
    assert again.parsed("first") == first[0] and again.stats().documents == 2
    again.close()


def test_a_full_disk_is_not_opened(disk: Path) -> None:
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - 2**20)
    try:
        with pytest.raises(StoreFull, match="剩 1 MiB"):
            edge_engine(disk / "another")
    finally:
        filler.unlink()


def test_passages_are_deleted_from_a_full_disk_unless_something_must_be_kept(
    edge: QdrantCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = document("d", 5)
    edge.replace_document(*old)
    own = OutsidePassage("own", "notes", "另写一条", "另写一条", sparse=Sparse([1], [1.0]))
    write_passages(edge.core, [own])
    full = type("Usage", (), {"free": 0})
    monkeypatch.setattr(edge_module.shutil, "disk_usage", lambda path: full)
    delete_passages(edge.core, ["own"])
    with pytest.raises(StoreFull):  # a practice is written without its passage
        delete_passages(edge.core, [old[1][0].passage.id])
    assert edge.stats().passages == 5 and edge.parsed("d") == old[0]


def test_room_is_asked_for_before_each_write(
    edge: QdrantCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process fills the disk half-way through a document."""
    old = document("d", 5)
    edge.replace_document(*old)
    answers = iter([10**12, 10**12, 10**12])
    usage = type("Usage", (), {})

    def shrinking(path: object) -> object:
        found = usage()
        found.free = next(answers, 0)
        return found

    monkeypatch.setattr(edge_module.shutil, "disk_usage", shrinking)
    with pytest.raises(StoreFull):
        edge.replace_document(*document("d", 1000, seed=1))
    monkeypatch.undo()
    assert edge.parsed("d") == old[0] and edge.stats().passages == 5
    assert edge.core.engine.count(Where()) == 3 + 5
    edge.replace_document(*document("d", 7, seed=2))
    assert edge.stats().passages == 7
