"""Every name has types and words, and no class can be made up or changed."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, get_origin

import pytest
from conftest import NOW

import bailiwick
from bailiwick import Actor, Edit, Engine, Request

PACKAGE = Path(__file__).parents[1]


def objects(engine: Engine) -> list[Any]:
    """Return an object of every kind that a host holds."""
    decision = engine.check("user:ana", "read", "job", "acme/vision/detector", groups=[], now=NOW)
    edit = Edit.disable(["user:ana"])
    handles = [engine.subject("user:ana"), engine.permission("read", "job"), engine.scope("acme/vision")]
    approved = engine.approve(Actor.host(), edit, now=NOW)
    many = engine.check_many([("user:ana", "read", "job", "acme/vision/detector")], now=NOW)
    request = Request("user:ana", "read", "job", "acme/vision/detector")
    return [engine, decision, decision.explain(), edit, approved, many, request, engine.matrix(), decision.rule, *handles]


def test_every_name_has_words() -> None:
    silent = []
    for name in bailiwick.__all__:
        item = getattr(bailiwick, name)
        # To Python 3.10 an alias such as `Collection[str]` is a class.
        if inspect.isclass(item) and get_origin(item) is None:
            silent += [] if item.__doc__ else [name]
            members = [member for member in vars(item) if not member.startswith("_")]
            silent += [f"{name}.{member}" for member in members if not getattr(item, member).__doc__ and name not in ("LoadError", "LookupError")]
    assert silent == []


def test_what_is_made_is_never_changed(small: Engine) -> None:
    for item in objects(small):
        with pytest.raises((AttributeError, TypeError)):
            item.anything = 1
        for member in [member for member in dir(item) if not member.startswith("_")]:
            with pytest.raises((AttributeError, TypeError)):
                setattr(item, member, True)


def test_nobody_makes_an_answer_up() -> None:
    for answer in ("Decision", "Decisions", "Approved", "Answer", "Explanation", "Subject", "Permission", "Scope", "Cluster", "Engine"):
        kind: Any = getattr(bailiwick, answer)
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind.__new__(kind)
        with pytest.raises(TypeError):
            type("Mine", (kind,), {"__bool__": lambda _: True})


def test_nothing_is_pickled_or_copied(small: Engine) -> None:
    for item in objects(small):
        for make in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                make(item)


@pytest.mark.parametrize("arguments", [["mypy", "--strict", "-p", "bailiwick"], ["mypy", "--strict", "tests", "benches", "../../examples/tour"]], ids=["package", "tests"])
def test_mypy_is_content(arguments: list[str]) -> None:
    told = subprocess.run([sys.executable, "-m", *arguments], cwd=PACKAGE, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_stubs_say_what_is_there() -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "bailiwick", "--ignore-disjoint-bases", "--allowlist", "stubtest.txt"]
    told = subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
