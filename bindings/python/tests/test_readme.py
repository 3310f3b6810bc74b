"""The pages: their examples run, one after another."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest


def test_the_examples_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    page = (root / "bindings/python/README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) >= 4
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert names["decision"] and names["engine"].revision == 2  # type: ignore[attr-defined]


def test_the_example_of_the_front_page_runs(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(root)
    blocks = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(), flags=re.DOTALL)
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {})
    assert capsys.readouterr().out == "allow granted\n"


def test_the_tour_prints_what_it_does_in_every_language(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(root)
    tour = root / "examples/tour"
    runpy.run_path(str(tour / "tour.py"), run_name="__main__")
    assert capsys.readouterr().out == (tour / "tour.txt").read_text(encoding="utf-8")
