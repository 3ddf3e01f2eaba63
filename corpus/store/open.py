"""Opening the store that the settings name."""

from __future__ import annotations

from threading import Lock
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from corpus.settings import Settings
from corpus.store.corpus import QdrantCorpus
from corpus.store.engine import Engine
from corpus.store.points import SPARSE

_shared: WeakValueDictionary[tuple[str, str], QdrantCorpus] = WeakValueDictionary()
_sharing = Lock()


def open_store(settings: Settings) -> QdrantCorpus:
    """Open the corpus: on a Qdrant server if ``qdrant_url`` is set, else on Qdrant Edge.

    What a killed process left unfinished is settled first.

    Raises:
        StoreBusy: another process has the store's folder open.
        StoreFull: the disk is full.
        StoreError: the folder or the server cannot be used, or holds something else.
    """
    engine = _engine(settings)
    try:
        return QdrantCorpus(engine)
    except BaseException:
        engine.close()
        raise


def shared_store(settings: Settings) -> QdrantCorpus:
    """The store that the settings name, opened once in this process as long as it is in use.

    A folder can be opened once only, but two pipelines may each name it.
    """
    place = settings.qdrant_url or str(settings.store_dir.resolve())
    key = (place, settings.qdrant_collection)
    with _sharing:
        store = _shared.get(key)
        if store is None or store.closed:
            store = _shared[key] = open_store(settings)
        return store


def _engine(settings: Settings) -> Engine:
    # Either engine takes a good part of a second to import, so only the one needed is.
    if settings.qdrant_url is None:
        from corpus.store.edge import EdgeEngine

        return EdgeEngine(settings.store_dir, SPARSE)
    from corpus.store.server import ServerEngine, connect

    return ServerEngine(
        connect(settings.qdrant_url, settings.qdrant_api_key),
        settings.qdrant_collection,
        SPARSE,
        address=_without_secrets(settings.qdrant_url),
        shard_number=settings.qdrant_shard_number,
        replication_factor=settings.qdrant_replication_factor,
    )


def _without_secrets(url: str) -> str:
    """The address without a user name, password or query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}".rstrip("/")
