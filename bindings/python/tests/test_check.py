"""Questions by names, and what is answered."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from conftest import NOW, SMALL

import bailiwick


def test_a_decision_is_true_only_when_it_allows(small: bailiwick.Engine) -> None:
    allowed = small.check("user:ana", "create", "job", "acme/vision/detector", groups=[], now=NOW)
    assert allowed and allowed.is_allow and allowed.reason == "granted"
    for scope, reason in [("acme/audio", "unknown_scope"), ("acme", "wrong_place")]:
        denied = small.check("user:ana", "read", "job", scope, groups=[], now=NOW)
        assert not denied and not denied.is_allow and denied.reason == reason


def test_the_four_names_may_be_keywords(small: bailiwick.Engine) -> None:
    assert small.check(scope="acme/vision/detector", kind="job", action="read", subject="user:ana", groups=[], now=NOW)


def test_the_rule_is_named(small: bailiwick.Engine) -> None:
    rule = small.check("user:ben", "read", "job", "acme/vision/detector", groups=["ml"], now=NOW).rule
    assert rule is not None
    assert (rule.effect, rule.id, rule.subject, rule.role) == ("allow", "r-ml", "group:ml", "reader")
    assert (rule.scope, rule.group) == ("acme/vision/detector", "ml")
    denied = small.check("user:ana", "read", "job", "acme/vision/detector", groups=["banned"], now=NOW)
    assert not denied and denied.rule is not None and denied.rule.effect == "deny" and denied.restriction is None


def test_a_restriction_is_named(shipped: bailiwick.Engine) -> None:
    ask = ("user:ana@acme.io", "create", "job", "acme/vision/detector")
    denied = shipped.check(*ask, cluster="west", groups=["ml-team"], context={"network": "home"}, now=NOW)
    assert denied.reason == "restricted" and denied.rule is None
    assert denied.restriction is not None and denied.restriction.name == "corporate_network"
    assert not denied.restriction.is_gate_of_kind


def test_groups_left_out_are_not_known_and_an_empty_list_is_none(small: bailiwick.Engine) -> None:
    ask = ("user:ana", "read", "job", "acme/vision/detector")
    assert small.check(*ask, now=NOW).reason == "deny_error"
    assert small.check(*ask, groups=[], now=NOW)
    for groups in (("ml",), {"ml"}, frozenset({"ml"}), iter(["ml"]), (name for name in ["ml"])):
        assert small.check("user:ben", "read", "job", "acme/vision/detector", groups=groups, now=NOW)


def test_valid_until_is_a_datetime_in_utc(small: bailiwick.Engine) -> None:
    end = datetime(2026, 6, 1, tzinfo=timezone.utc)
    ask = ("user:eve", "read", "job", "acme/vision/detector")
    decision = small.check(*ask, groups=[], now=NOW)
    assert decision and decision.valid_until == end and decision.valid_until.tzinfo is timezone.utc
    assert small.check(*ask, groups=[], now=end - timedelta(microseconds=1))
    assert not small.check(*ask, groups=[], now=end)
    elsewhere = timezone(timedelta(hours=5, minutes=30))
    assert not small.check(*ask, groups=[], now=end.astimezone(elsewhere))


def test_the_clock_is_read_where_no_time_is_given() -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    window = f"from: {(now - timedelta(hours=1)).isoformat()}, until: {(now + timedelta(hours=1)).isoformat()}"
    text = SMALL.replace("scope: acme/vision }", f"scope: acme/vision, {window} }}", 1)
    engine = bailiwick.Engine.parse(bailiwick.Text.yaml(text))
    ask = ("user:ana", "read", "job", "acme/vision/detector")
    assert engine.check(*ask, groups=[])
    assert not engine.check(*ask, groups=[], now=now + timedelta(hours=2))
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(ask[3])
    assert ana.may(read, scope) and not ana.may(read, scope, now=now - timedelta(hours=2))


def test_a_time_without_zone_is_refused(small: bailiwick.Engine) -> None:
    ask = ("user:ana", "read", "job", "acme/vision/detector")
    with pytest.raises(ValueError, match="time zone"):
        small.check(*ask, now=datetime(2026, 1, 1))
    for wrong in (1_767_225_600, 1.5, "2026-01-01T00:00:00Z", NOW.date()):
        with pytest.raises(TypeError, match="datetime"):
            small.check(*ask, now=wrong)  # type: ignore[arg-type]


def test_explanations_are_those_of_the_question(shipped: bailiwick.Engine) -> None:
    context: dict[str, bailiwick.Scalar] = {"network": "corporate"}
    groups = ["ml-team"]
    ask = ("user:ana@acme.io", "create", "job", "acme/vision/detector")
    decision = shipped.check(*ask, cluster="west", groups=groups, context=context, now=NOW)
    before = str(decision.explain())
    context["network"] = "home"
    groups.clear()
    shipped.apply(shipped.approve(bailiwick.Actor.host(), bailiwick.Edit.disable(["user:ana@acme.io"]), now=NOW))
    assert not shipped.check(*ask, cluster="west", groups=["ml-team"], context={"network": "corporate"}, now=NOW)
    assert str(decision.explain()) == before and before.startswith("allow: granted\n")
    assert decision.rule is not None and decision.rule.id == "r-ana"


def test_an_explanation_has_parts(shipped: bailiwick.Engine) -> None:
    ask = ("user:ana@acme.io", "create", "job", "acme/vision/detectr")
    unknown = shipped.explain(*ask, groups=[], now=NOW).unknown
    assert unknown is not None
    assert (unknown.what, unknown.name, unknown.suggestion) == ("scope", "acme/vision/detectr", "acme/vision/detector")
    explained = shipped.explain(*ask[:3], "acme/vision/detector", cluster="west", groups=["ml-team"], now=NOW)
    assert explained.reason == "restriction_error" and explained.knows_groups and not explained.is_allow
    assert [finding.verdict for finding in explained.access_rules] == ["applies"]
    errors = [it for it in explained.restrictions if it.verdict == "error"]
    assert errors[0].name == "corporate_network" and errors[0].steps[0].seen == "nothing"
    with pytest.raises(TypeError):
        bool(explained)


def test_every_type_of_attribute_is_read() -> None:
    tests: dict[str, tuple[bailiwick.Attributes, bailiwick.Attributes]] = {
        "{ equals: { context.network: lan } }": ({"network": "lan"}, {"network": "x"}),
        "{ in: { context.load: [1, 2.5] } }": ({"load": 2.5}, {"load": True}),
        "{ equals: { context.on: true } }": ({"on": True}, {"on": 1}),
        "{ contains: { context.tags: blue } }": ({"tags": ["red", "blue"]}, {"tags": "blue"}),
        "{ present: context.since }": ({"since": NOW}, {"since": None}),
    }
    for condition, (good, bad) in tests.items():
        text = SMALL.replace("scope: acme/vision }", f"scope: acme/vision, when: {condition} }}", 1)
        engine = bailiwick.Engine.parse(bailiwick.Text.yaml(text))
        ask = ("user:ana", "read", "job", "acme/vision/detector")
        assert engine.check(*ask, groups=[], context=good, now=NOW), condition
        assert not engine.check(*ask, groups=[], context=bad, now=NOW), condition
        assert not engine.check(*ask, groups=[], now=NOW), condition
