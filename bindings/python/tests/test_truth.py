"""One truth: the answers of Rust, from a program of its own, are those of every door of this package."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bailiwick import Cases, Decision, Engine, Request, Text

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECONDS_MIN, SECONDS_MAX = -62_135_596_800, 253_402_300_799


def program() -> str:
    """Return the program that answers in Rust: `cargo build --release -p bailiwick-oracle --bin answers` makes it."""
    found = os.environ.get("BAILIWICK_ANSWERS")
    if found is None:
        pytest.skip("BAILIWICK_ANSWERS does not name the program that answers in Rust; `cargo xtask python` does")
    return found


def answers(root: Path, *arguments: str) -> Iterator[Any]:
    """Yield what the program says, line by line."""
    command = [program(), *arguments]
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
        # What the case says and what the program was asked are the same, value by value.
        assert answered(loaded.engine.check(**arguments(told["ask"]))) == expected(told["answer"]), case
        handled = by_handles(loaded.engine, arguments(told["ask"]))
        assert handled is None and not decision or handled is not None and answered(handled) == answered(decision), case
        n_compared += 1
    assert cases == [] and n_compared > 500


def test_random_questions_are_answered_as_in_rust(root: Path) -> None:
    number, seed = os.environ.get("BAILIWICK_QUESTIONS", "100000"), os.environ.get("BAILIWICK_SEED", "20260101")
    counts = {"asked": 0, "allowed": 0, "explained": 0, "handled": 0, "passed over": 0}
    engine: Engine | None = None
    batch: list[tuple[Request, Any]] = []

    def together() -> None:
        """Ask everything of one time and world as a batch."""
        if engine is not None and batch:
            now = EPOCH + timedelta(seconds=batch[0][1]["ask"]["now"])
            same = [(request, told) for request, told in batch if told["ask"]["now"] == batch[0][1]["ask"]["now"]]
            decisions = engine.check_many([request for request, _ in same], now=now)
            assert decisions.to_list() == [told["answer"]["is_allow"] for _, told in same]
            assert decisions.reasons == [told["answer"]["reason"] for _, told in same]
        batch.clear()

    for told in answers(root, "random", number, seed):
        if "texts" in told:
            together()
            engine = Engine.parse(*(Text.yaml(body, name="world.json") for body in told["texts"]))
            continue
        assert engine is not None
        try:
            asked = arguments(told["ask"])
        except OverflowError:
            counts["passed over"] += 1
            continue
        decision = engine.check(**asked)
        assert answered(decision) == expected(told["answer"]), told
        if told["answer"]["explanation"] is not None:
            assert str(decision.explain()) == told["answer"]["explanation"], told
            counts["explained"] += 1
        if counts["asked"] % 4 == 0:
            handled = by_handles(engine, asked)
            assert handled is None and not decision or handled is not None and answered(handled) == answered(decision), told
            counts["handled"] += handled is not None
        batch.append((Request(**{name: held for name, held in asked.items() if name != "now"}), told))
        counts["asked"] += 1
        counts["allowed"] += bool(decision)
    together()
    print(counts)
    assert counts["asked"] + counts["passed over"] == int(number)
    assert counts["passed over"] * 50 < counts["asked"] and counts["allowed"] * 5 > counts["asked"]
