"""Loading in the background: the process answers at once, the routes once all is there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from api.errors import NotReady
from api.services import Services
from corpus.errors import StoreError, TashanError

log = logging.getLogger(__name__)

# How long an end waits for a load under way before it leaves it to the process's end.
CLOSE_SECONDS = 5.0


class Gate:
    """Holds the services once loaded, or why they could not be.

    Args:
        load: makes the services; runs once, in a thread.
    """

    def __init__(self, load: Callable[[], Services]) -> None:
        self._load = load
        self._services: Services | None = None
        self._failure: TashanError | None = None
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def services(self) -> Services:
        """The services.

        Raises:
            NotReady: they are still being loaded.
            TashanError: loading has failed; the same error as then.
        """
        if self._services is not None:
            return self._services
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        raise NotReady("正在载入资料库和模型", hint="请几秒后重试；进度见 /readyz")

    def close(self) -> None:
        """Close the store, if it has been opened."""
        self._thread.join(CLOSE_SECONDS)
        if self._services is not None:
            self._services.store.close()

    def _run(self) -> None:
        try:
            self._services = self._load()
        except TashanError as error:
            log.error("loading failed: %s", error)
            self._failure = (
                error
                if isinstance(error, StoreError)
                else StoreError(error.message, hint=error.hint)
            )
        except Exception as error:
            log.exception("loading failed")
            self._failure = StoreError(
                f"服务没有能够启动（{type(error).__name__}）",
                hint="详情见服务日志；修好后请重新启动",
            )
