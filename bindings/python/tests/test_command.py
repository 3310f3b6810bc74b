"""`python -m bailiwick` is the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FILES = ["-p", "policies/runai-2.13.yaml", "-p", "policies/acme.yaml"]
ASK = ["--subject", "user:ana@acme.io", "--group", "ml-team", "--action", "create", "--kind", "job"]
WHERE = ["--scope", "acme/vision/detector", "--cluster", "west"]


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line at the root of the repository."""
    command = [sys.executable, "-m", "bailiwick", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_exit_statuses_are_those_of_the_program(root: Path) -> None:
    yes = run(root, "check", *FILES, *ASK, *WHERE, "--context", "network=corporate", "--at", "2026-01-01T00:00:00Z")
    assert (yes.returncode, yes.stderr) == (0, "") and yes.stdout.startswith("allow: granted\n")
    no = run(root, "check", *FILES, *ASK, *WHERE, "--context", "network=home", "--at", "0")
    assert no.returncode == 1 and no.stdout.startswith("deny: restricted\n")
    for wrong in (["check", "-p", "none.yaml", *ASK, *WHERE], ["fly"], []):
        failed = run(root, *wrong)
        assert failed.returncode == 2 and failed.stdout == "" and failed.stderr
    assert run(root, "--help").returncode == 0 and run(root, "--version").stdout.startswith("bailiwick ")


def test_json_and_cases(root: Path) -> None:
    told = json.loads(run(root, "explain", "--json", *FILES, *ASK, *WHERE).stdout)
    assert told["bailiwick"] == 1 and told["command"] == "explain"
    cases = run(root, "test", "policies/runai-2.13.cases.yaml")
    assert cases.returncode == 0 and cases.stdout.endswith(" passed, 0 failed\n")
