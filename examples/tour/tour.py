"""Every call of the table in the README, "The same call in each language": `tour.rs` and `tour.c` beside this make the same ones
in the same order, and print the same lines. From the root of the repository: `python examples/tour/tour.py`."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from bailiwick import Actor, Decision, Edit, Engine, Request, Text

FILES = ("policies/runai-2.13.yaml", "policies/acme.yaml")
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
OUTSIDE = Request("user:ana@acme.io", "create", "job", "acme/vision/detector", groups=["ml-team"], cluster="west")
INSIDE = Request("user:ana@acme.io", "create", "job", "acme/vision/detector", groups=["ml-team"], cluster="west", context={"network": "corporate"})


def told(decision: Decision) -> str:
    return f"{'allow' if decision else 'deny'} {decision.reason}"


def loads() -> Engine:
    engine = Engine.load(*FILES)
    print("load: revision", engine.revision)

    parsed = Engine.parse(*(Text.yaml(Path(file).read_text(encoding="utf-8"), name=file) for file in FILES))
    print("parse: revision", parsed.revision)

    print("reload: revision", engine.reload())
    return engine


def asks(engine: Engine) -> None:
    who = ("user:ana@acme.io", "create", "job", "acme/vision/detector")
    decision = engine.check(*who, groups=["ml-team"], cluster="west", context={"network": "corporate"}, now=NOW)
    assert engine.may(*who, groups=["ml-team"], cluster="west", context={"network": "corporate"}, now=NOW) == bool(decision)
    print("check:", told(decision))
    if decision.rule:
        print("rule:", decision.rule.id, "at", decision.rule.scope)

    decision = engine.check(*who, groups=["ml-team"], cluster="west", now=NOW)
    if decision.restriction:
        print("restriction:", decision.restriction.name)

    inside, outside = engine.check_many([INSIDE, OUTSIDE], now=NOW)
    print(f"check many: {told(inside)}, {told(outside)}")

    print("explain:", decision.explain())


def asks_often(engine: Engine) -> None:
    subject = engine.subject("user:ana@acme.io", tenant="acme", groups=["ml-team"])
    permission = engine.permission("create", "job")
    scope, elsewhere = engine.scope("acme/vision/detector"), engine.scope("acme/language/speech")
    cluster = engine.cluster("west", tenant="acme")

    context = {"network": "corporate"}
    decision = subject.check(permission, scope, cluster=cluster, context=context, now=NOW)
    assert subject.may(permission, scope, cluster=cluster, context=context, now=NOW) == bool(decision)
    print("handles:", told(decision))

    here, there = engine.check_prepared(subject, permission, [scope, elsewhere], cluster=cluster, context=context, now=NOW)
    print(f"check prepared: {told(here)}, {told(there)}")


def changes(engine: Engine) -> None:
    actor = Actor.subject("user:dana@acme.io", groups=[])
    edit = Edit.add_rules(subjects=["user:milo@acme.io"], roles=["researcher"], scopes=["acme/vision/detector"])
    approved = engine.approve(actor, edit, now=NOW)
    print("approve:", "complete" if approved.is_complete else "refused")
    print("apply: revision", engine.apply(approved))


def main() -> None:
    engine = loads()
    asks(engine)
    asks_often(engine)
    changes(engine)


if __name__ == "__main__":
    main()
