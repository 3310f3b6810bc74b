"""The door in C: `bindings/c/tests/answers.c`, which answers the questions that the program in Rust tells."""

from __future__ import annotations

import subprocess
from typing import Any

KINDS = {"null": b"0 ", "text": b"1 ", "integer": b"2 ", "decimal": b"3 ", "boolean": b"4 ", "time": b"5 "}
EFFECTS = {"access_rule": "allow", "deny_rule": "deny"}


class InC:
    """One run of the program; what is asked is answered after `go`."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin is not None and self.process.stdout is not None
        self.questions, self.answers = self.process.stdin, self.process.stdout
        self.asked: list[bytes] = []

    def load(self, bodies: list[str]) -> bool:
        """Load an engine from texts, and return whether they are taken."""
        self.asked += [b"L", number(len(bodies)), *map(text, bodies)]
        self.go()
        return self.line() == b"loaded"

    def ask(self, what: bytes, ask: dict[str, Any]) -> None:
        """Ask for a decision with `Q`, why with `X`, and why in JSON with `J`."""
        self.asked += [what, number(ask["now"]), text(ask["tenant"]), text(ask["subject"])]
        groups = ask["groups"]
        self.asked += [number(-1)] if groups is None else [number(len(groups)), *map(text, groups)]
        self.asked += [text(ask[name]) for name in ("action", "kind", "scope", "cluster")]
        for side in ("resource", "context"):
            self.asked.append(number(len(ask[side])))
            for name, told in ask[side]:
                self.asked += [text(name), attribute(told)]

    def go(self) -> None:
        """Have the program answer what was asked."""
        self.questions.write(b"".join(self.asked) + b".")
        self.questions.flush()
        self.asked.clear()

    def answer(self) -> dict[str, Any]:
        """Return a decision as the program in Rust tells it."""
        is_allow, reason, has_until, until, rest = self.line().split(b" ", 4)
        said = {"is_allow": is_allow == b"1", "reason": reason.decode(), "source": source(rest)}
        return {**said, "valid_until": int(until) if has_until == b"1" else None}

    def explanation(self) -> str:
        """Return an explanation."""
        told = self.answers.read(int(self.line()) + 1)
        return told[:-1].decode()

    def end(self) -> None:
        """Let the program end, which it must do well."""
        self.questions.close()
        assert self.process.wait(60) == 0
        self.answers.close()

    def line(self) -> bytes:
        """Return the next line."""
        line = self.answers.readline()
        assert line.endswith(b"\n"), "the program in C ended"
        return line[:-1]


def number(value: int) -> bytes:
    """Return a number as the program reads it."""
    return b"%d " % value


def text(value: str | None) -> bytes:
    """Return a text as the program reads it: its length and its bytes, or that it is left out."""
    return number(-1) if value is None else number(len(value.encode())) + value.encode()


def attribute(told: list[Any]) -> bytes:
    """Return the value of an attribute as the program reads it: how many values a list has, or that it is none."""
    if told[0] == "list":
        return number(len(told[1])) + b"".join(map(single, told[1]))
    return number(-1) + single(told)


def single(told: list[Any]) -> bytes:
    """Return a value that is no list."""
    kind, *rest = told
    if kind == "null":
        return KINDS[kind]
    return KINDS[kind] + (text(rest[0]) if kind in ("text", "decimal") else number(rest[0]))


def source(rest: bytes) -> list[Any] | None:
    """Return what a decision rests on, from texts that stand one behind another, each after its length."""
    fields: list[str | None] = []
    while rest:
        length, _, rest = rest.partition(b" ")
        fields.append(rest[: int(length)].decode() or None)
        rest = rest[int(length) :]
    if not fields:
        return None
    what, *rule, name = fields
    return [EFFECTS[what], *rule] if what in EFFECTS else ["restriction" if what == "restriction" else "gate", name]
