"""The HTTP application: routes, errors, who may, and loading in the background."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from api import (
    errors,
    routes_browse,
    routes_compare,
    routes_course,
    routes_documents,
    routes_health,
    routes_registry,
    routes_search,
)
from api.gate import Gate
from api.middleware import RequestContext
from api.schemas import ErrorResponse
from api.services import Services
from api.turnstile import Turnstile
from corpus.settings import Settings

DESCRIPTION = "中国政策经验做法的知识库与检索服务：谁已经做过，怎么做的，出处在哪里。"
# Every route can answer with these; what each means is in the error's message.
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse} for status in (400, 401, 403, 404, 422, 503)
}


def create_app(settings: Settings, load: Callable[[], Services]) -> FastAPI:
    """The application; makes no file and loads nothing until it is run.

    Args:
        settings: host, token and limits.
        load: makes the services, in a thread of its own once the server runs. Until it is done
            ``/readyz`` and all of ``/v1`` answer 503; if it fails, with its error. The store it
            opened is closed when the server ends.
    """
    gate = Gate(load)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gate.start()
        yield
        gate.close()

    app = FastAPI(
        title="他山 Tashan",
        description=DESCRIPTION,
        version=version("tashan"),
        lifespan=lifespan,
    )
    app.state.gate = gate
    app.state.instance = secrets.token_hex(8)
    app.state.turnstile = Turnstile()
    errors.install(app)
    app.include_router(routes_health.router)
    app.include_router(routes_search.router, responses=ERRORS)
    app.include_router(routes_browse.router, responses=ERRORS)
    app.include_router(routes_compare.router, responses=ERRORS)
    app.include_router(routes_course.router, responses=ERRORS)
    app.include_router(routes_registry.router, responses=ERRORS)
    app.include_router(routes_documents.router(settings), responses=ERRORS)
    app.add_middleware(RequestContext, settings=settings)
    return app
