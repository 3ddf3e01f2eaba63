"""The services over the shipped corpus, opened once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.services import Services
from corpus.settings import Settings


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    from api.compose import open_services

    with open_services(Settings(data_dir=tmp_path_factory.mktemp("data"))) as opened:
        yield opened
