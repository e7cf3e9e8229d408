"""Errors of the API as problem details (RFC 9457), which hold nothing of anybody."""

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from schemas.errors import SohoaError


def _problem(status: int, code: str, title: str) -> JSONResponse:
    """RFC 9457, without anything of anybody in it."""
    told = {"type": f"urn:sohoa:{code}", "title": title, "status": status}
    return JSONResponse(told, status, media_type="application/problem+json")


def tell_unknown(request: Request, error: Exception) -> Response:
    """401, and how to ask."""
    del request, error
    answer = _problem(401, "token", "Token is missing, unknown, revoked or has run out")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def tell_error(request: Request, error: Exception) -> Response:
    """One of our errors, by its code and status."""
    del request
    if not isinstance(error, SohoaError):
        raise error
    return _problem(error.http_status, error.code, error.message.en)


def tell_unreadable(request: Request, error: Exception) -> Response:
    """Which parts are wrong, not what stood there."""
    del request
    parts = error.errors() if isinstance(error, RequestValidationError) else []
    where = "; ".join(f"{'.'.join(map(str, part['loc']))}: {part['type']}" for part in parts)
    return _problem(422, "unreadable", where)


def tell_http(request: Request, error: Exception) -> Response:
    """What the framework refuses."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _problem(status, "http", "No such thing")
