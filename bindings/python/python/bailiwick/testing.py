"""Policy cases in pytest: each case of a cases file becomes a test item.

In `conftest.py` at the root of the tests:

    pytest_plugins = ["bailiwick.testing"]

Every file that ends in `.cases.yaml` is then collected; the option `bailiwick_cases` of the configuration says otherwise, as a
list of patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import Case, Cases, Decision, LoadError

__all__ = ["CaseFailed", "CaseItem", "CasesFile"]


class CaseFailed(AssertionError):
    """A case was decided otherwise than it expects."""

    def __init__(self, case: Case, decision: Decision) -> None:
        """Take the case and what was decided."""
        super().__init__(f"expected {expected(case)}, got {got(decision)}")
        self.case = case
        self.decision = decision


class CasesFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """Yield an item for each case; a tenant that is refused fails them all, since a denial would prove nothing."""
        cases = Cases.load(self.path)
        refused = cases.engine.refused_tenants
        if refused:
            raise LoadError(f"tenant `{refused[0]}` is refused, so no case can be asked", cases.engine.diagnostics)
        for case in cases.cases:
            yield CaseItem.from_parent(self, name=title(case), case=case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the findings of a file that is refused, and nothing of how they were found."""
        if isinstance(excinfo.value, LoadError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        """Take the case, and what pytest says of its place."""
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        """Ask the question, and compare the answer."""
        decision = self.case.check()
        if not self.case.is_met_by(decision):
            raise CaseFailed(self.case, decision)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what was expected and what was decided, with the explanation."""
        if isinstance(excinfo.value, CaseFailed):
            return f"{self.case.file}:{self.case.line}: {excinfo.value}\n{excinfo.value.decision.explain()}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file, the line from 0, and the name."""
        return self.path, self.case.line - 1, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `bailiwick_cases`."""
    about = "patterns of the files that hold policy cases"
    parser.addini("bailiwick_cases", about, type="args", default=["*.cases.yaml"])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CasesFile | None:
    """Collect files of cases."""
    patterns: list[str] = parent.config.getini("bailiwick_cases")
    if any(file_path.match(pattern) for pattern in patterns):
        return CasesFile.from_parent(parent, path=file_path)
    return None


def title(case: Case) -> str:
    """Return what a case is called, or what it asks, and its line, which no other case has."""
    asked = case.arguments
    name = case.name or f"{asked['subject']} {asked['action']} {asked['kind']} at {asked['scope']}"
    return f"{name} (line {case.line})"


def expected(case: Case) -> str:
    """Return what a case expects, in words."""
    return f"{case.expect}: {case.reason}" if case.reason else case.expect


def got(decision: Decision) -> str:
    """Return what was decided, in words."""
    return f"{'allow' if decision else 'deny'}: {decision.reason}"
