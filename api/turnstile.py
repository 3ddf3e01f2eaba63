"""Uploads one at a time, with a short queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import TooBusy

# An upload holds its file in memory and a worker thread while it waits.
WAITING = 4


class Turnstile:
    """Lets one through at a time; refuses who would wait behind too many."""

    def __init__(self, waiting: int = WAITING) -> None:
        self._one = threading.Lock()
        self._places = threading.BoundedSemaphore(waiting + 1)

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Wait for one's turn.

        Raises:
            TooBusy: too many are waiting already.
        """
        if not self._places.acquire(blocking=False):
            raise TooBusy("正在处理的文件太多", hint="请稍后再上传")
        try:
            with self._one:
                yield
        finally:
            self._places.release()
