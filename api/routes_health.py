"""Whether the process answers, and whether it is ready."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.dependencies import TheServices
from api.schemas import ErrorResponse, StatusResponse

router = APIRouter(tags=["运行状态"])


@router.get("/healthz", summary="进程在运行")
async def healthz(request: Request, response: Response) -> StatusResponse:
    """Answers as soon as the process does; a header tells one process from another."""
    response.headers["X-Tashan-Instance"] = request.app.state.instance
    return StatusResponse(status="ok")


@router.get("/readyz", summary="资料库和模型已载入", responses={503: {"model": ErrorResponse}})
def readyz(_: TheServices) -> StatusResponse:
    """503 until store and models are loaded and the shipped corpus is in, or why they are not."""
    return StatusResponse(status="ready")
