"""What the tests share: the shipped policy, and a small one that they change."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import pytest

import bailiwick

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
SMALL = """
kinds: { job: { lives_in: [project] } }
roles:
  researcher: { permissions: { job: CRUD } }
  reader: { permissions: { job: R } }
attributes: { context.network: text, context.load: number, context.since: time, context.tags: list of text, context.on: boolean }
tenant: acme
scopes: [acme/vision, acme/vision/detector, acme/vision/tracker]
access_rules:
  - { id: r-ana, subject: "user:ana", role: researcher, scope: acme/vision }
  - { id: r-ml, subject: "group:ml", role: reader, scope: acme/vision/detector }
  - { id: r-eve, subject: "user:eve", role: reader, scope: acme/vision, until: 2026-06-01T00:00:00Z }
deny_rules:
  - { id: d-banned, subject: "group:banned", role: researcher, scope: acme }
"""


@pytest.fixture
def root() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture
def small() -> bailiwick.Engine:
    """Return an engine of its own over the small policy."""
    return bailiwick.Engine.parse(bailiwick.Text.yaml(SMALL, name="small.yaml"))


@pytest.fixture
def shipped(root: Path) -> bailiwick.Engine:
    """Return an engine of its own over the shipped policy."""
    return bailiwick.Engine.load(root / "policies/runai-2.13.yaml", str(root / "policies/acme.yaml"))


def times(usual: int) -> int:
    """Return how often something is repeated: a share of it where the environment asks for a short run."""
    return max(1, int(usual * float(os.environ.get("BAILIWICK_SHARE", "1"))))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts in the form that `cargo xtask` reads."""
    count = {what: len(terminalreporter.stats.get(what, [])) for what in ("passed", "failed", "error", "skipped")}
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    terminalreporter.write_line(f"{count['passed']} passed, {count['failed'] + count['error']} failed{skipped}")
