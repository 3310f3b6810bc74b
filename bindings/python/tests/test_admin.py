"""Changes: asked, answered item by item, applied."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW, SMALL

import bailiwick
from bailiwick import Actor, Edit, Engine, Text

DETECTOR = "acme/vision/detector"
DELEGATED = """
kinds: { job: { lives_in: [project] }, role_assignment: { lives_in: [tenant, department, project] } }
delegation: { role_right: role_assignment }
attributes: { context.network: text }
roles:
  admin: { permissions: { role_assignment: CRUD } }
  reader: { permissions: { job: R } }
tenant: acme
scopes: [acme/vision, acme/vision/detector]
access_rules:
  - { subject: "user:adele", role: admin, scope: acme, from: 2026-01-01T00:00:00Z, until: 2026-06-01T00:00:00Z }
  - { subject: "user:otto", role: admin, scope: acme, when: { equals: { context.network: lan } } }
deny_rules:
  - { subject: "group:banned", role: admin, scope: acme }
"""


def test_an_administrator_takes_somebody_on(shipped: Engine) -> None:
    dana = Actor.subject("user:dana@acme.io", groups=[])
    edit = Edit.add_rules(subjects=["user:milo@acme.io"], roles=["researcher"], scopes=[DETECTOR])
    approved = shipped.approve(dana, edit, now=NOW)
    assert approved.is_complete and all(approved.answers)
    assert not shipped.check("user:milo@acme.io", "read", "job", DETECTOR, groups=[], now=NOW)
    assert shipped.apply(approved) == shipped.revision == 2
    assert shipped.check("user:milo@acme.io", "read", "job", DETECTOR, groups=[], now=NOW)
    with pytest.raises(bailiwick.StaleApproval):
        shipped.apply(approved)


def test_a_refusal_says_what_is_missing(shipped: Engine) -> None:
    edit = Edit.add_rules(subjects=["user:milo@acme.io"], roles=["researcher"], scopes=[DETECTOR])
    approved = shipped.approve(Actor.subject("user:adele@acme.io", groups=[]), edit, now=NOW)
    answer = approved.answers[0]
    assert not answer and not answer.is_ok and not approved.is_complete
    assert (answer.code, answer.subject, answer.role, answer.scope) == ("may_not_place", "user:milo@acme.io", "researcher", DETECTOR)
    missing = answer.missing[0]
    assert (missing.what, missing.action, missing.kind, missing.scope) == ("permission", "create", "organization_assignment", DETECTOR)
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(approved)


def test_a_misspelt_name_is_suggested(small: Engine) -> None:
    edit = Edit.add_rules(subjects=["user:ben"], roles=["resercher"], scopes=[DETECTOR])
    missing = small.approve(Actor.host(), edit, now=NOW).answers[0].missing[0]
    assert (missing.what, missing.name, missing.suggestion) == ("role", "resercher", "researcher")


def test_limits_hold(small: Engine) -> None:
    edit = Edit.add_rules(
        subjects=["user:ben"],
        roles=["reader"],
        scopes=[DETECTOR],
        from_=NOW,
        until=NOW + timedelta(hours=1),
        when="{ equals: { context.network: lan } }",
    )
    small.apply(small.approve(Actor.host(), edit, now=NOW))
    ask: dict[str, Any] = {"subject": "user:ben", "action": "read", "kind": "job", "scope": DETECTOR, "groups": []}
    assert small.check(**ask, context={"network": "lan"}, now=NOW)
    assert not small.check(**ask, context={"network": "wan"}, now=NOW)
    assert not small.check(**ask, context={"network": "lan"}, now=NOW + timedelta(hours=1))
    assert not small.check(**ask, context={"network": "lan"}, now=NOW - timedelta(seconds=1))
    with pytest.raises(bailiwick.LoadError):
        small.approve(Actor.host(), Edit.add_rules(subjects=["user:x"], roles=["reader"], scopes=[DETECTOR], when="{ maybe: 1 }"))


def test_a_rule_of_clusters_holds_there_alone(small: Engine) -> None:
    for name in ("west", "east"):
        small.apply(small.approve(Actor.host(), Edit.create_cluster(name), now=NOW))
    rule: dict[str, Any] = {"subjects": ["user:ben"], "roles": ["reader"], "scopes": [DETECTOR]}
    small.apply(small.approve(Actor.host(), Edit.add_rules(**rule, clusters=["west"]), now=NOW))
    ask = ("user:ben", "read", "job", DETECTOR)
    assert [bool(small.check(*ask, cluster=cluster, groups=[], now=NOW)) for cluster in ("west", "east")] == [True, False]
    nowhere = small.approve(Actor.host(), Edit.add_rules(**rule, clusters=[]), now=NOW)
    assert nowhere.answers[0].code == "empty_cluster_list"


def test_who_may_depends_on_time_groups_and_context() -> None:
    engine = Engine.parse(Text.yaml(DELEGATED))
    edit = Edit.add_rules(subjects=["user:milo"], roles=["reader"], scopes=[DETECTOR])
    adele, otto = Actor.subject("user:adele", groups=[]), Actor.subject("user:otto", groups=[], context={"network": "lan"})
    asks = [
        (adele, NOW, "ok"),
        (adele, NOW - timedelta(seconds=1), "may_not_give_role"),
        (adele, NOW + timedelta(days=200), "may_not_give_role"),
        (Actor.subject("user:adele", groups=["banned"]), NOW, "may_not_give_role"),
        (Actor.subject("user:adele"), NOW, "may_not_give_role"),
        (otto, NOW, "ok"),
        (Actor.subject("user:otto", groups=[]), NOW, "may_not_give_role"),
    ]
    for actor, now, code in asks:
        assert engine.approve(actor, edit, now=now).answers[0].code == code, (actor, now)


def test_the_last_administrator_stays_unless_forced() -> None:
    engine, edit = Engine.parse(Text.yaml(DELEGATED)), Edit.disable(["user:adele"])
    assert engine.approve(Actor.host(), edit, now=NOW).answers[0].code == "last_administrator"
    assert engine.approve(Actor.host(), edit, is_forced=True, now=NOW).is_complete


def test_every_edit_reaches_the_engine(small: Engine) -> None:
    deny: dict[str, Any] = {"subjects": ["user:ana"], "scopes": [DETECTOR]}
    edits = [
        Edit.add_denies(**deny, permissions={"job": ["delete"]}),
        Edit.remove_denies(**deny, permissions={"job": ["delete"]}),
        Edit.add_denies(**deny, roles=["reader"]),
        Edit.remove_denies(**deny, roles=["reader"]),
        Edit.create_subject("user:zoe"),
        Edit.create_subject("group:night"),
        Edit.add_member(group="night", member="user:zoe"),
        Edit.remove_member(group="night", member="user:zoe"),
        Edit.disable(["user:zoe"]),
        Edit.enable(["user:zoe"]),
        Edit.delete_subject("user:zoe"),
        Edit.create_scope("acme/audio"),
        Edit.create_scope("acme/audio/speech", id="s-1"),
        Edit.move_scope(scope="acme/audio/speech", to="acme/vision"),
        Edit.rename_scope(scope="acme/vision/speech", name="talk"),
        Edit.delete_scope("acme/vision/talk"),
        Edit.create_cluster("west"),
        Edit.rename_cluster(cluster="west", name="east"),
        Edit.delete_cluster("east"),
        Edit.disable_role("reader"),
        Edit.enable_role("reader"),
        Edit.remove_rules(subjects=["user:ana"], roles=["researcher"], scopes=["acme/vision"]),
        Edit.create_subject("user:op", is_internal=True),
    ]
    for edit in edits:
        approved = small.approve(Actor.host(), edit, is_forced=True, now=NOW)
        codes = [answer.code for answer in approved.answers]
        assert codes == ["ok"], edit
        small.apply(approved)
    assert small.revision == 1 + len(edits)
    for edit in (
        Edit.give_role(subject="user:x", role="reader"),
        Edit.take_role(subject="user:x", role="reader"),
        Edit.place(subject="user:x", scope=DETECTOR),
        Edit.displace(subject="user:x", scope=DETECTOR),
    ):
        assert len(small.approve(Actor.host(), edit, now=NOW).answers) == 1


def test_half_a_deny_is_refused() -> None:
    for denied in ({}, {"roles": ["reader"], "permissions": {"job": ["read"]}}):
        with pytest.raises(TypeError, match="either"):
            Edit.add_denies(subjects=["user:ana"], scopes=["acme"], **denied)  # type: ignore[arg-type]


def test_two_names_that_could_be_swapped_are_keywords() -> None:
    moves: list[Any] = [Edit.move_scope, Edit.rename_scope, Edit.give_role, Edit.place, Edit.add_member, Edit.rename_cluster]
    for move in moves:
        with pytest.raises(TypeError):
            move("acme/a", "acme/b")


def test_the_tenant_is_named_where_several_are_loaded() -> None:
    policy, directory = SMALL.split("tenant: acme")
    texts = [Text.yaml(policy)] + [Text.yaml(f"tenant: {it}" + directory.replace("acme", it)) for it in ("acme", "zenith")]
    engine = Engine.parse(*texts)
    edit = Edit.create_scope("zenith/audio")
    assert engine.approve(Actor.host(), edit, now=NOW).answers[0].code == "invalid_request"
    assert engine.approve(Actor.host(), edit, tenant="acme", now=NOW).answers[0].code == "other_tenant"
    engine.apply(engine.approve(Actor.host(), edit, tenant="zenith", now=NOW))
