"""One truth: the answers of Rust, from a program of its own, are those of C and of every door of this package."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from in_c import InC

from bailiwick import Cases, Decision, Engine, Request, Text

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECONDS_MAX = 253_402_300_799
# Questions and answers of so many fit in a pipe, so that neither side waits for the other.
AT_ONCE = 20


def program(variable: str) -> str:
    """Return a program that answers in another language."""
    found = os.environ.get(variable)
    if found is None:
        pytest.skip(f"{variable} does not name the program that answers; `cargo xtask python` does")
    return found


def answers(root: Path, *arguments: str) -> Iterator[Any]:
    """Yield what the program says, line by line."""
    command = [program("BAILIWICK_ANSWERS"), *arguments]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def value(told: list[Any]) -> Any:
    """Return the value of an attribute."""
    kind, *rest = told
    if kind == "null":
        return None
    if kind == "decimal":
        return float(rest[0])
    if kind == "time":
        return EPOCH + timedelta(seconds=rest[0])
    if kind == "list":
        return [value(item) for item in rest[0]]
    return rest[0]


def arguments(ask: dict[str, Any]) -> dict[str, Any]:
    """Return a question as arguments of `Engine.check`."""
    asked = {**ask, "now": EPOCH + timedelta(seconds=ask["now"])}
    for side in ("resource", "context"):
        asked[side] = {name: value(told) for name, told in ask[side]} or None
    return asked


def answered(decision: Decision) -> list[Any]:
    """Return an answer as the program tells it."""
    rule, restriction, until = decision.rule, decision.restriction, decision.valid_until
    source: list[Any] | None = None
    if rule is not None:
        source = [rule.effect, rule.id, rule.subject, rule.role, rule.scope, rule.group]
    elif restriction is not None:
        source = ["gate" if restriction.is_gate_of_kind else "restriction", restriction.name]
    seconds = None if until is None else (until - EPOCH) // timedelta(seconds=1)
    return [bool(decision), decision.reason, seconds, source]


def expected(answer: dict[str, Any]) -> list[Any]:
    """Return the answer of the program."""
    until = answer["valid_until"]
    said = until if until is None else min(until, SECONDS_MAX)
    return [answer["is_allow"], answer["reason"], said, answer["source"]]


def by_handles(engine: Engine, asked: dict[str, Any]) -> Decision | None:
    """Ask through handles; None where a name has none."""
    try:
        subject = engine.subject(asked["subject"], tenant=asked["tenant"], groups=asked["groups"])
        permission, scope = engine.permission(asked["action"], asked["kind"]), engine.scope(asked["scope"])
        # An empty name is a name that is asked for, and has no handle.
        tenant = engine.tenants[0] if asked["tenant"] is None else asked["tenant"]
        cluster = None if asked["cluster"] is None else engine.cluster(asked["cluster"], tenant=tenant)
    except LookupError:
        return None
    said = {name: asked[name] for name in ("resource", "context", "now")}
    return subject.check(permission, scope, cluster=cluster, **said)


def test_cases_are_answered_as_in_rust(root: Path) -> None:
    paths = sorted([*root.glob("tests/cases/*.yaml"), *root.glob("policies/*.cases.yaml")])
    assert len(paths) > 18
    cases: list[Any] = []
    n_compared = 0
    for told in answers(root, "cases", *map(str, paths)):
        if "cases" in told:
            assert cases == []
            loaded = Cases.load(told["cases"])
            cases = list(loaded.cases)
            continue
        case = cases.pop(0)
        decision = case.check()
        assert case.is_met_by(decision) and answered(decision) == expected(told["answer"]), case
        assert str(decision.explain()) == told["answer"]["explanation"], case
        assert decision.explain().to_json() == told["answer"]["explanation_json"], case
        # What the case says and what the program was asked are the same, value by value.
        assert answered(loaded.engine.check(**arguments(told["ask"]))) == expected(told["answer"]), case
        assert loaded.engine.may(**arguments(told["ask"])) is decision.is_allow, case
        handled = by_handles(loaded.engine, arguments(told["ask"]))
        assert handled is None and not decision or handled is not None and answered(handled) == answered(decision), case
        n_compared += 1
    assert cases == [] and n_compared > 500


class Doors:
    """One world, loaded at every door, and what was asked of all of them."""

    def __init__(self, program: str) -> None:
        self.in_c = InC(program)
        self.worlds = self.asked = self.allowed = self.handled = self.explained = self.passed_over = 0

    def load(self, texts: list[str]) -> None:
        """Load the next world."""
        assert self.in_c.load(texts)
        self.engine = Engine.parse(*(Text.yaml(body, name="world.json") for body in texts))
        self.worlds += 1

    def settle(self, lines: list[Any]) -> None:
        """Ask what Rust was asked of the world, and compare every answer. C answers while Python does."""
        batch: list[tuple[Request, Any]] = []
        for start in range(0, len(lines), AT_ONCE):
            some = lines[start : start + AT_ONCE]
            explained = [told for told in some if told["answer"]["explanation"] is not None]
            for what, asked in ((b"Q", some), (b"X", explained), (b"J", explained)):
                for told in asked:
                    self.in_c.ask(what, told["ask"])
            self.in_c.go()
            for told in some:
                self.in_python_as_told(told, batch)
            self.in_c_as_told(some, explained)
        self.together_as_told(batch)

    def in_c_as_told(self, lines: list[Any], explained: list[Any]) -> None:
        """Read the answers of the program in C, which asks in every way that C has."""
        for told in lines:
            answer = self.in_c.answer()
            assert answer == {name: told["answer"][name] for name in answer}, told
        for form in ("explanation", "explanation_json"):
            for told in explained:
                assert self.in_c.explanation() == told["answer"][form], told

    def in_python_as_told(self, told: Any, batch: list[tuple[Request, Any]]) -> None:
        """Ask by names, and every fourth question by handles too; all of them go into the batch."""
        try:
            asked = arguments(told["ask"])
        except OverflowError:
            self.passed_over += 1
            return
        decision = self.engine.check(**asked)
        assert answered(decision) == expected(told["answer"]), told
        assert self.engine.may(**asked) is decision.is_allow, told
        if told["answer"]["explanation"] is not None:
            explanation = decision.explain()
            assert str(explanation) == told["answer"]["explanation"], told
            assert explanation.to_json() == told["answer"]["explanation_json"], told
            self.explained += 1
        if self.asked % 4 == 0:
            handled = by_handles(self.engine, asked)
            assert handled is None and not decision or handled is not None and answered(handled) == answered(decision), told
            self.handled += handled is not None
        batch.append((Request(**{name: held for name, held in asked.items() if name != "now"}), told))
        self.asked += 1
        self.allowed += bool(decision)

    def together_as_told(self, batch: list[tuple[Request, Any]]) -> None:
        """Ask everything of one time as a batch."""
        if not batch:
            return
        first = batch[0][1]["ask"]["now"]
        same = [(request, told["answer"]) for request, told in batch if told["ask"]["now"] == first]
        decisions = self.engine.check_many([request for request, _ in same], now=EPOCH + timedelta(seconds=first))
        assert decisions.to_list() == [answer["is_allow"] for _, answer in same]
        assert decisions.reasons == [answer["reason"] for _, answer in same]

    def __str__(self) -> str:
        return (
            f"{self.asked} questions of {self.worlds} worlds through Rust, C and Python, 0 differences: {self.allowed} allowed, "
            f"{self.explained} explained as text and as JSON, {self.handled} asked by handles in Python too, and all of them in C; "
            f"{self.passed_over} more through Rust and C alone, at times that no datetime can say"
        )


def test_random_questions_are_answered_alike_through_rust_c_and_python(root: Path) -> None:
    n_asked, seed = os.environ.get("BAILIWICK_QUESTIONS", "100000"), os.environ.get("BAILIWICK_SEED", "20260101")
    doors = Doors(program("BAILIWICK_ANSWERS_IN_C"))
    lines: list[Any] = []
    for told in answers(root, "random", n_asked, seed):
        if "texts" in told:
            doors.settle(lines)
            lines.clear()
            doors.load(told["texts"])
        else:
            lines.append(told)
    doors.settle(lines)
    doors.in_c.end()
    print(f"\n{doors}")
    assert doors.asked + doors.passed_over == int(n_asked)
    assert doors.passed_over * 50 < doors.asked and doors.allowed * 5 > doors.asked
