"""Policy cases in pytest."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SMALL

INDENTED = SMALL.replace("\n", "\n  ")
CASES = f"""
policy: {INDENTED}
cases:
  - {{ name: ana reads, subject: "user:ana", groups: [], action: read, kind: job, scope: acme/vision/detector, at: 0, expect: allow }}
  - {{ subject: "user:ben", groups: [], action: read, kind: job, scope: acme/vision/detector, at: 0, expect: deny, reason: unknown_subject }}
"""


def test_each_case_is_an_item(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["bailiwick.testing"]')
    wrong = CASES.replace("reason: unknown_subject", "reason: unknown_scope").replace("expect: allow", "expect: deny")
    pytester.path.joinpath("good.cases.yaml").write_text(CASES)
    pytester.path.joinpath("wrong.cases.yaml").write_text(wrong)
    pytester.path.joinpath("other.yaml").write_text("not: read")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*expected deny, got allow: granted*", "*applies r-ana*", "*expected deny: unknown_scope, got deny: *"])


def test_a_file_that_is_refused_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["bailiwick.testing"]')
    pytester.path.joinpath("bad.cases.yaml").write_text(CASES.replace("role: researcher, scope: acme/vision }", "role: nobody, scope: x }"))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*nobody*"])


def test_a_denial_in_a_tenant_that_is_refused_proves_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["bailiwick.testing"]')
    pytester.path.joinpath("small.yaml").write_text(SMALL)
    pytester.path.joinpath("bad.yaml").write_text("tenant: bad\naccess_rules: [{ subject: nobody, role: x, scope: bad }]")
    case = '{ subject: "user:ana", tenant: bad, groups: [], action: read, kind: job, scope: bad, at: 0, expect: deny }'
    pytester.path.joinpath("bad.cases.yaml").write_text(f"policy: [small.yaml, bad.yaml]\ncases: [{case}]")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*tenant `bad` is refused*"])


def test_a_denial_in_a_tenant_that_is_closed_proves_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["bailiwick.testing"]')
    pytester.path.joinpath("small.yaml").write_text(SMALL.split("tenant: acme")[0])
    pytester.path.joinpath("feed.jsonl").write_text('{"tenant": "acme", "scope": "acme/vision"}\n{"tenant": "acme", "deny_rule": {"subject": 7}}\n')
    case = 'subject: "user:ana", groups: [], action: read, kind: job, scope: acme/vision, at: 0, expect: deny'
    cases = f"policy: [small.yaml, feed.jsonl]\ncases: [{{ {case} }}, {{ {case}, reason: tenant_closed }}]"
    pytester.path.joinpath("closed.cases.yaml").write_text(cases)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*expected deny, got deny: tenant_closed*"])


def test_the_patterns_can_be_chosen(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["bailiwick.testing"]')
    pytester.makeini("[pytest]\nbailiwick_cases = *.policy.yaml")
    Path(pytester.path, "one.policy.yaml").write_text(CASES)
    Path(pytester.path, "two.cases.yaml").write_text(CASES)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
