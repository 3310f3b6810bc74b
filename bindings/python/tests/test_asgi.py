"""Before web applications, with the real frameworks."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from conftest import SMALL
from fastapi import Depends, FastAPI, Request
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from bailiwick import Decision, Engine, Text
from bailiwick.asgi import PUBLIC, ASGIScope, Middleware, Public, Question, requires

ANA = {"x-user": "ana", "x-groups": ""}


def question(scope: ASGIScope) -> Question | Public | None:
    """Return the question of the tests: who, from a header of the authentication; where, from the path."""
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    if scope["path"] == "/health":
        return PUBLIC
    if scope["path"] == "/broken":
        raise RuntimeError("the question cannot be made")
    if "x-user" not in headers:
        return None
    groups = [name for name in headers.get("x-groups", "").split(",") if name]
    action = {"GET": "read", "POST": "create"}.get(scope.get("method", "GET"), "unknown")
    path = "acme" + scope["path"]
    return {"subject": f"user:{headers['x-user']}", "action": action, "kind": "job", "scope": path, "groups": groups}


async def told(request: Request) -> PlainTextResponse:
    """Tell the reason of the decision."""
    decision = request.scope.get("bailiwick.decision")
    return PlainTextResponse(decision.reason if decision else "public")


async def socket(connection: WebSocket) -> None:
    """Greet whoever is let through."""
    await connection.accept()
    await connection.send_text("hello")
    await connection.close()


def application(engine: Engine, **more: Any) -> TestClient:
    """Return a client of a Starlette application behind the middleware."""
    routes = [Route("/{path:path}", told, methods=["GET", "POST", "DELETE"]), WebSocketRoute("/{path:path}", socket)]
    app = Starlette(routes=routes)
    app.add_middleware(Middleware, engine=engine, question=question, **more)
    return TestClient(app, raise_server_exceptions=False)


def test_the_middleware_lets_through_what_is_allowed(small: Engine) -> None:
    client = application(small)
    assert client.get("/vision/detector", headers=ANA).text == "granted"
    assert client.post("/vision/detector", headers=ANA).text == "granted"
    assert client.get("/health").text == "public"


def test_the_middleware_refuses_all_else(small: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    client = application(small)
    for method, path, headers in [
        ("GET", "/vision/detector", {}),
        ("GET", "/vision/detector", {"x-user": "ben"}),
        ("DELETE", "/vision/detector", ANA),
        ("GET", "/vision/other", ANA),
        ("GET", "/vision/detector", {**ANA, "x-groups": "banned"}),
        ("GET", "/vision//detector", ANA),
        ("GET", "/vision/detector/", ANA),
        ("GET", "/vision/x%2F..%2Fdetector", ANA),
    ]:
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 403 and answer.json() == {"detail": "forbidden"}, (method, path)
    assert client.get("/broken", headers=ANA).status_code == 500


def test_the_reason_is_told_only_where_that_is_wanted(small: Engine) -> None:
    client = application(small, tells_reason=True)
    assert client.get("/vision/other", headers=ANA).json() == {"detail": "forbidden", "reason": "unknown_scope"}


def test_a_revoked_rule_is_refused_with_the_next_request(small: Engine) -> None:
    client = application(small)
    assert client.get("/vision/detector", headers=ANA).status_code == 200
    small.replace(Text.yaml(SMALL.replace("user:ana", "user:ann")))
    assert client.get("/vision/detector", headers=ANA).status_code == 403


def test_web_sockets_are_asked_too(small: Engine) -> None:
    client = application(small)
    with client.websocket_connect("/vision/detector", headers=ANA) as connection:
        assert connection.receive_text() == "hello"
    with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect("/vision/detector"):
        pass
    assert caught.value.code == 1008


def test_what_is_neither_request_nor_life_of_the_server_is_asked_too(small: Engine) -> None:
    reached: list[str] = []

    async def app(scope: ASGIScope, *_: Any) -> None:
        reached.append(scope["type"])

    async def receive() -> dict[str, Any]:
        return {}

    async def send(_: Any) -> None:
        pass

    middleware = Middleware(app, engine=small, question=question)
    for kind in ("other", "http", "lifespan"):
        asyncio.run(middleware({"type": kind, "path": "/vision/detector", "headers": []}, receive, send))
    assert reached == ["lifespan"]


def test_a_fastapi_dependency(small: Engine) -> None:
    def asked(connection: HTTPConnection) -> Question | None:
        user = connection.headers.get("x-user")
        scope = f"acme/vision/{connection.path_params['project']}"
        return user and {"subject": f"user:{user}", "action": "read", "kind": "job", "scope": scope, "groups": []} or None

    app, allowed = FastAPI(), Depends(requires(small, asked))

    @app.get("/jobs/{project}")
    async def jobs(decision: Decision = allowed) -> dict[str, str]:
        return {"reason": decision.reason}

    client = TestClient(app)
    assert client.get("/jobs/detector", headers=ANA).json() == {"reason": "granted"}
    for path, headers in [("/jobs/detector", {}), ("/jobs/detector", {"x-user": "ben"}), ("/jobs/none", ANA)]:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 403 and answer.json() == {"detail": "forbidden"}
