"""The page of the package: its examples run, one after another."""

from __future__ import annotations

import re
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
