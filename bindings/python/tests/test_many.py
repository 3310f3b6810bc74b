"""Batches: lists, tuples and arrays in, arrays out."""

from __future__ import annotations

import itertools
import subprocess
import sys
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from conftest import NOW, SMALL

from bailiwick import Decision, Engine, Request, Text

DETECTOR = "acme/vision/detector"
ASKS: list[Any] = [
    ("user:ana", "create", "job", DETECTOR, []),
    ("user:ben", "read", "job", DETECTOR, ["ml"]),
    ("user:ben", "read", "job", "acme/vision/tracker", ("ml",)),
    ("user:ana", "read", "job", DETECTOR, ["banned"]),
    ("user:ana", "read", "job", DETECTOR, None),
    ("user:ana", "read", "job", "acme/nowhere"),
]
ALLOWED = [True, True, False, False, False, False]


def groups(ask: Any) -> Any:
    """Return the groups of a question."""
    return ask[4] if len(ask) == 5 else None


def single(engine: Engine, ask: Any) -> Decision:
    """Ask one question alone."""
    return engine.check(*ask[:4], groups=groups(ask), now=NOW)


def test_a_batch_answers_as_one_by_one(small: Engine) -> None:
    for asks in (ASKS, tuple(ASKS), iter(ASKS), [Request(*ask[:4], groups=groups(ask)) for ask in ASKS]):
        decisions = small.check_many(asks, now=NOW)
        alone = [single(small, ask) for ask in ASKS]
        assert decisions.reasons == [decision.reason for decision in alone]
        assert decisions.to_list() == [bool(decision) for decision in alone] == ALLOWED
        assert len(decisions) == len(ASKS)
        for ours, theirs in zip(decisions, alone, strict=True):
            assert (ours.rule, ours.revision) == (theirs.rule, theirs.revision)
            assert str(ours.explain()) == str(theirs.explain())


def test_the_answer_is_an_array_that_nobody_writes_to(small: Engine) -> None:
    allowed = small.check_many(ASKS, now=NOW).allowed
    assert allowed.dtype == np.bool_ and allowed.tolist() == ALLOWED
    with pytest.raises(ValueError, match="read-only"):
        allowed[2] = True
    assert np.asarray(small.check_many(ASKS, now=NOW)).sum() == 2
    assert np.asarray(small.check_many(ASKS, now=NOW), dtype=np.int64).tolist() == [1, 1, 0, 0, 0, 0]
    assert small.check_many([], now=NOW).allowed.shape == (0,)


def test_many_decisions_are_neither_true_nor_false(small: Engine) -> None:
    for asks in ([], ASKS[:1], ASKS):
        with pytest.raises(TypeError, match="neither true nor false"):
            bool(small.check_many(asks, now=NOW))


def test_decisions_are_a_sequence(small: Engine) -> None:
    decisions = small.check_many(ASKS, now=NOW)
    assert decisions[-1].reason == decisions[5].reason == "unknown_scope"
    for idx in (6, -7, 10**6):
        with pytest.raises(IndexError):
            decisions[idx]


def test_columns_of_handles(small: Engine) -> None:
    ana, ben = small.subject("user:ana", groups=[]), small.subject("user:ben", groups=["ml"])
    read, create = small.permission("read", "job"), small.permission("create", "job")
    scopes = [small.scope(DETECTOR), small.scope("acme/vision/tracker")]
    assert small.check_prepared(ana, read, scopes, now=NOW).to_list() == [True, True]
    assert small.check_prepared(ben, read, np.array(scopes), now=NOW).allowed.tolist() == [True, False]
    subjects = np.array([ana, ben], dtype=object)
    decisions = small.check_prepared(subjects, [create, create], tuple(scopes), now=NOW)
    assert decisions.reasons == ["granted", "unknown_subject"]
    assert str(decisions[-1].explain()) == str(ben.check(create, scopes[1], now=NOW).explain())
    assert small.check_prepared(ana, read, scopes[0], now=NOW).to_list() == [True]
    assert small.check_prepared(ana, read, [], now=NOW).to_list() == []


def test_columns_are_asked_with_what_is_said_beside_them() -> None:
    limits = "clusters: [west], until: 2026-01-02T00:00:00Z, when: { all: [{ equals: { context.network: lan } }, { equals: { resource.owner: ana } }] }"
    text = SMALL.replace("scope: acme/vision }", f"scope: acme/vision, {limits} }}", 1).replace("attributes: {", "attributes: { resource.owner: text,")
    engine = Engine.parse(Text.yaml(text.replace("tenant: acme", "tenant: acme\nclusters: [{ name: west }, { name: east }]")))
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    clusters = [engine.cluster("west"), engine.cluster("east")]
    allowed = []
    for cluster, owner, network, now in itertools.product(clusters, ["ana", "ben"], ["lan", "wan"], [NOW, NOW + timedelta(days=1)]):
        beside: dict[str, Any] = {"cluster": cluster, "resource": {"owner": owner}, "context": {"network": network}, "now": now}
        together, alone = engine.check_prepared(ana, read, [scope] * 2, **beside), ana.check(read, scope, **beside)
        assert together.to_list() == [bool(alone)] * 2 and together.reasons == [alone.reason] * 2, beside
        allowed.append(bool(alone))
    assert allowed == [True] + [False] * (len(allowed) - 1)


def test_columns_that_do_not_fit_are_refused(small: Engine) -> None:
    ana, read, scope = small.subject("user:ana", groups=[]), small.permission("read", "job"), small.scope(DETECTOR)
    with pytest.raises(ValueError, match="equally many"):
        small.check_prepared([ana, ana], read, [scope], now=NOW)
    wrongs: list[Any] = [["acme"], "acme", [scope, None], np.array([1, 2]), np.array(scope), None, {scope}]
    for wrong in wrongs:
        with pytest.raises(TypeError):
            small.check_prepared(ana, read, wrong, now=NOW)
    swapped: Any = (scope, read, ana)
    with pytest.raises(TypeError):
        small.check_prepared(*swapped, now=NOW)


def test_malformed_requests_are_refused_whole(small: Engine) -> None:
    wrongs: list[Any] = [
        [("user:ana", "read", "job")],
        ["user"],
        "user",
        [None],
        [(1, 2, 3, 4)],
        [ASKS[0], 7],
        [(*ASKS[0], "west", "x")],
        [(*ASKS[0], 7)],
        [("a", "b", "c", "d", "ml")],
        None,
    ]
    for wrong in wrongs:
        with pytest.raises(TypeError):
            small.check_many(wrong, now=NOW)


def test_attributes_of_each_request(shipped: Engine) -> None:
    ask = ("user:ana@acme.io", "create", "job", DETECTOR)
    requests = [
        Request(*ask, tenant="acme", cluster="west", groups=["ml-team"], context={"network": network})
        for network in ["corporate", "home", None]
    ]
    assert shipped.check_many(requests, now=NOW).reasons == ["granted", "restricted", "restriction_error"]
    assert requests[0].groups == ("ml-team",) and requests[0].cluster == "west" and requests[0].tenant == "acme"


def test_a_request_is_asked_of_the_tenant_that_it_names(small: Engine) -> None:
    requests = [Request(*ASKS[0][:4], tenant=tenant, groups=[]) for tenant in ("acme", "umbrella", None)]
    assert small.check_many(requests, now=NOW).reasons == ["granted", "unknown_tenant", "granted"]


def test_a_tuple_may_name_the_cluster(shipped: Engine) -> None:
    ask = ("user:ana@acme.io", "read", "job", DETECTOR, ["ml-team"])
    decisions = shipped.check_many([(*ask, "west"), (*ask, "nowhere"), (*ask, None)], now=NOW)
    assert decisions.reasons == ["granted", "unknown_cluster", "granted"]
    assert str(decisions[1].explain()) == str(shipped.explain(*ask[:4], groups=ask[4], cluster="nowhere", now=NOW))


def test_what_was_asked_and_changed_since_is_not_explained(small: Engine) -> None:
    groups = ["ml"]
    decisions = small.check_many([("user:ben", "read", "job", DETECTOR, groups)], now=NOW)
    groups.clear()
    assert decisions[0].reason == "granted" and decisions[0].rule is not None
    with pytest.raises(RuntimeError, match="changed"):
        decisions[0].explain()


def test_numpy_is_optional() -> None:
    script = f"""
import sys
sys.modules["numpy"] = None
import bailiwick
engine = bailiwick.Engine.parse(bailiwick.Text.yaml({SMALL!r}))
decisions = engine.check_many([("user:ana", "read", "job", "acme/vision/detector", [])])
assert decisions.to_list() == [True]
try:
    decisions.allowed
except ImportError:
    print("fine")
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "fine\n"


def test_a_long_batch_is_cut_into_chunks(small: Engine) -> None:
    asks = [ASKS[idx % len(ASKS)] for idx in range(20_000)]
    assert small.check_many(asks, now=NOW).to_list() == [idx % len(ASKS) < 2 for idx in range(20_000)]


def test_one_batch_has_one_revision() -> None:
    engine = Engine.parse(Text.yaml(SMALL))
    decisions = engine.check_many(ASKS, now=NOW)
    engine.replace(Text.yaml(SMALL))
    assert decisions.revision == 1 and decisions[0].revision == 1 and decisions[0].rule is not None
