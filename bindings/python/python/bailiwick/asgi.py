"""Bailiwick before web applications: an ASGI middleware, and a dependency for FastAPI.

Both ask a function which question a request is. The function names the subject and its groups from what the authentication
before it has proved, never from what the request merely says. Whatever goes wrong in it is raised, and nothing is let through.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from . import Decision, Engine

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["PUBLIC", "Middleware", "Public", "Question", "requires"]

Message: TypeAlias = MutableMapping[str, Any]
ASGIScope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[ASGIScope, Receive, Send], Awaitable[None]]

Question: TypeAlias = Mapping[str, Any]
"""The arguments of `Engine.check`, by name."""


@final
class Public:
    """The type of `PUBLIC`."""

    def __repr__(self) -> str:
        """Return the name."""
        return "PUBLIC"


PUBLIC: Final = Public()
"""What a function of questions returns for a request that everybody may make."""


class Middleware:
    """Lets requests through that the engine allows, and answers 403 to all others.

    `question` is called with the ASGI scope of every HTTP request and web socket. It returns the arguments of `Engine.check`; `PUBLIC`
    lets a request through unasked, and None refuses it. The decision stands in the scope as `bailiwick.decision`. The
    reason is not told to whoever asked, since it tells what exists, unless `tells_reason` is set.
    """

    def __init__(
        self,
        app: App,
        *,
        engine: Engine,
        question: Callable[[ASGIScope], Question | Public | None],
        tells_reason: bool = False,
    ) -> None:
        """Take the application, the engine and the function of questions."""
        self.app = app
        self.engine = engine
        self.question = question
        self.tells_reason = tells_reason

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Ask, and let through or refuse; the life of the server itself is passed on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        question = self.question(scope)
        if isinstance(question, Public):
            await self.app(scope, receive, send)
            return
        decision = None if question is None else self.engine.check(**question)
        if decision:
            scope["bailiwick.decision"] = decision
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self.refuse(decision, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def refuse(self, decision: Decision | None, send: Send) -> None:
        """Answer 403."""
        answer = {"detail": "forbidden"}
        if self.tells_reason and decision is not None:
            answer["reason"] = decision.reason
        body = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def requires(
    engine: Engine, question: Callable[["HTTPConnection"], Question | None]
) -> Callable[["HTTPConnection"], Awaitable[Decision]]:
    """Return a FastAPI dependency that yields the decision where the engine allows, and answers 403 where not.

    `question` is called with the request, and returns the arguments of `Engine.check`; None refuses.
    """
    from starlette.exceptions import HTTPException
    from starlette.requests import HTTPConnection

    async def permitted(connection: HTTPConnection) -> Decision:
        asked = question(connection)
        decision = None if asked is None else engine.check(**asked)
        if not decision:
            raise HTTPException(status_code=403, detail="forbidden")
        return decision

    return permitted
