"""Handles: looked up once, and again when their engine moves on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from conftest import NOW, SMALL

import bailiwick
from bailiwick import Actor, Edit, Engine, Text

DETECTOR = "acme/vision/detector"
CLUSTERED = SMALL.replace("tenant: acme", "tenant: acme\nclusters: [{ name: west }]")


def test_handles_answer_as_names_do(shipped: Engine) -> None:
    ana = shipped.subject("user:ana@acme.io", tenant="acme", groups=["ml-team"])
    create, west = shipped.permission("create", "job"), shipped.cluster("west", tenant="acme")
    scope, context = shipped.scope(DETECTOR), {"network": "corporate"}
    handled = ana.check(create, scope, cluster=west, context=context, now=NOW)
    ask = ("user:ana@acme.io", "create", "job", DETECTOR)
    named = shipped.check(*ask, tenant="acme", cluster="west", groups=["ml-team"], context=context, now=NOW)
    assert handled and named
    assert (handled.reason, handled.rule, handled.revision) == (named.reason, named.rule, named.revision)
    assert str(handled.explain()) == str(named.explain())
    assert ana.may(create, scope, cluster=west, context=context, now=NOW) is True
    assert ana.may(create, scope, cluster=west, now=NOW) is False
    assert (ana.name, ana.tenant, ana.groups) == ("user:ana@acme.io", "acme", ("ml-team",))
    assert (create.action, create.kind, scope.path) == ("create", "job", DETECTOR)
    assert (west.name, west.tenant) == ("west", "acme")


def test_a_handle_follows_reloads_and_changes(small: Engine) -> None:
    ana, read = small.subject("user:ana", groups=[]), small.permission("read", "job")
    scope = small.scope(DETECTOR)
    assert ana.may(read, scope, now=NOW)
    taken = Edit.remove_rules(subjects=["user:ana"], roles=["researcher"], scopes=["acme/vision"])
    small.apply(small.approve(Actor.host(), taken, is_forced=True, now=NOW))
    assert not ana.may(read, scope, now=NOW) and ana.check(read, scope, now=NOW).revision == small.revision == 2
    small.replace(Text.yaml(SMALL))
    assert ana.may(read, scope, now=NOW) and ana.check(read, scope, now=NOW).revision == 3


def test_what_is_gone_is_denied_as_by_names(small: Engine) -> None:
    ana, read = small.subject("user:ana", groups=[]), small.permission("read", "job")
    scope = small.scope(DETECTOR)
    small.apply(small.approve(Actor.host(), Edit.delete_scope(DETECTOR), is_forced=True, now=NOW))
    assert ana.check(read, scope, now=NOW).reason == "unknown_scope"
    assert small.check_prepared(ana, read, [scope], now=NOW).reasons == ["unknown_scope"]
    small.replace(Text.yaml("kinds: { desk: { lives_in: [project] } }\ntenant: other"))
    named = small.check("user:ana", "read", "job", DETECTOR, groups=[], now=NOW)
    assert ana.check(read, scope, now=NOW).reason == named.reason
    assert not ana.may(read, scope, now=NOW)


def test_names_without_handle_say_why(small: Engine) -> None:
    asks: list[tuple[Callable[[], object], str]] = [
        (lambda: small.subject("ana"), "invalid_request"),
        (lambda: small.subject("user:ana", tenant="umbrella"), "unknown_tenant"),
        (lambda: small.permission("fly", "job"), "unknown_action"),
        (lambda: small.permission("read", "jbo"), "unknown_kind"),
        (lambda: small.scope("acme/nowhere"), "unknown_scope"),
        (lambda: small.cluster("west"), "unknown_cluster"),
    ]
    for ask, reason in asks:
        with pytest.raises(bailiwick.LookupError) as caught:
            ask()
        assert caught.value.reason == reason and isinstance(caught.value, LookupError)


def test_handles_of_two_engines_do_not_mix(small: Engine) -> None:
    other = Engine.parse(Text.yaml(SMALL))
    ana, read, scope = small.subject("user:ana", groups=[]), small.permission("read", "job"), small.scope(DETECTOR)
    with pytest.raises(ValueError, match="different engines"):
        ana.check(read, other.scope(DETECTOR), now=NOW)
    with pytest.raises(ValueError, match="different engines"):
        ana.may(other.permission("read", "job"), scope, now=NOW)
    with pytest.raises(ValueError, match="different engines"):
        small.check_prepared(ana, read, [other.scope(DETECTOR)], now=NOW)
    with pytest.raises(ValueError, match="different engines"):
        small.check_prepared(other.subject("user:ana"), read, scope, now=NOW)


def test_a_cluster_goes_with_its_own_engine() -> None:
    engine, other = Engine.parse(Text.yaml(CLUSTERED)), Engine.parse(Text.yaml(CLUSTERED))
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    west, foreign = engine.cluster("west"), other.cluster("west")
    assert ana.may(read, scope, cluster=west, now=NOW)
    assert engine.check_prepared(ana, read, [scope], cluster=west, now=NOW).to_list() == [True]
    for ask in (ana.check, ana.may):
        with pytest.raises(ValueError, match="different engines"):
            ask(read, scope, cluster=foreign, now=NOW)
    with pytest.raises(ValueError, match="different engines"):
        engine.check_prepared(ana, read, [scope], cluster=foreign, now=NOW)


def test_a_cluster_that_is_gone_is_not_left_out() -> None:
    engine = Engine.parse(Text.yaml(CLUSTERED))
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    west = engine.cluster("west")
    engine.apply(engine.approve(Actor.host(), Edit.delete_cluster("west"), now=NOW))
    assert engine.check("user:ana", "read", "job", DETECTOR, cluster="west", groups=[], now=NOW).reason == "unknown_cluster"
    assert ana.check(read, scope, cluster=west, now=NOW).reason == "unknown_cluster"
    assert not ana.may(read, scope, cluster=west, now=NOW)
    assert engine.check_prepared(ana, read, [scope], cluster=west, now=NOW).reasons == ["unknown_cluster"]
    assert ana.may(read, scope, now=NOW)


def test_a_cluster_of_another_tenant_stays_one_when_it_is_gone() -> None:
    policy, directory = CLUSTERED.split("tenant: acme")
    engine = Engine.parse(Text.yaml(policy), *(Text.yaml(f"tenant: {it}" + directory.replace("acme", it)) for it in ("acme", "zenith")))
    ana, read, scope = engine.subject("user:ana", tenant="acme", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    foreign = engine.cluster("west", tenant="zenith")
    assert ana.check(read, scope, cluster=foreign, now=NOW).reason == "unknown_cluster"
    engine.apply(engine.approve(Actor.host(), Edit.delete_cluster("west"), tenant="zenith", now=NOW))
    assert not ana.check(read, scope, cluster=foreign, now=NOW) and not ana.may(read, scope, cluster=foreign, now=NOW)
    assert engine.check_prepared(ana, read, [scope], cluster=foreign, now=NOW).to_list() == [False]
    assert ana.may(read, scope, cluster=engine.cluster("west", tenant="acme"), now=NOW)


def test_handles_of_several_tenants_are_explained_as_they_are_decided() -> None:
    policy, directory = CLUSTERED.split("tenant: acme")
    engine = Engine.parse(Text.yaml(policy), *(Text.yaml(f"tenant: {it}" + directory.replace("acme", it)) for it in ("acme", "zenith")))
    read, tenants, reasons = engine.permission("read", "job"), ("acme", "zenith"), []
    subjects = [engine.subject("user:ana", tenant=it, groups=[]) for it in tenants]
    scopes = [engine.scope(DETECTOR.replace("acme", it)) for it in tenants]
    clusters = [engine.cluster("west", tenant=it) for it in tenants]
    for subject, scope, cluster in product(subjects, scopes, clusters):
        decision = subject.check(read, scope, cluster=cluster, now=NOW)
        assert decision.explain().reason == decision.reason == engine.check_prepared(subject, read, [scope], cluster=cluster, now=NOW).reasons[0]
        reasons.append(decision.reason)
    assert reasons == ["granted", "unknown_cluster", *["other_tenant"] * 4, "unknown_cluster", "granted"]
    # The name that stands for a cluster of another tenant may be a cluster's too.
    odd = [Edit.create_cluster("a cluster of another tenant"), Edit.create_cluster("a cluster of another tenant*")]
    for edit in odd:
        engine.apply(engine.approve(Actor.host(), edit, tenant="acme", now=NOW))
    decision = subjects[0].check(read, scopes[0], cluster=clusters[1], now=NOW)
    assert decision.reason == decision.explain().reason == "unknown_cluster"
    engine.apply(engine.approve(Actor.host(), Edit.delete_cluster("west"), tenant="zenith", now=NOW))
    decision = subjects[0].check(read, scopes[0], cluster=clusters[1], now=NOW)
    assert decision.reason == decision.explain().reason == "unknown_cluster" and not subjects[0].may(read, scopes[0], cluster=clusters[1], now=NOW)


def test_handles_outlive_their_engine() -> None:
    engine = Engine.parse(Text.yaml(SMALL))
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    del engine
    assert ana.may(read, scope, now=NOW)


def test_a_cluster_keeps_the_tenant_that_was_the_only_one() -> None:
    policy, directory = CLUSTERED.split("tenant: acme")
    acme, zenith = (Text.yaml(f"tenant: {it}" + directory.replace("acme", it)) for it in ("acme", "zenith"))
    engine = Engine.parse(Text.yaml(policy), acme)
    west = engine.cluster("west")
    engine.replace(Text.yaml(policy), acme, zenith)
    ana, read = engine.subject("user:ana", tenant="zenith", groups=[]), engine.permission("read", "job")
    scope = engine.scope(DETECTOR.replace("acme", "zenith"))
    assert ana.may(read, scope, cluster=engine.cluster("west", tenant="zenith"), now=NOW)
    assert not ana.may(read, scope, cluster=west, now=NOW)
