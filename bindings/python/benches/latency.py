"""Nanoseconds a question from Python: every door of Bailiwick beside dictionaries by hand and cedarpy, in one run.

    cargo xtask bench --python

or, in an environment with the package and cedarpy,

    cargo xtask generate S --output S.jsonl --requests S.requests.jsonl
    python bindings/python/benches/latency.py S.jsonl S.requests.jsonl

Times are thread CPU time, the least of several rounds that take turns, of several passes each; every answer is compared with the
one expected first.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bailiwick

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 15
PASSES = 10


@dataclass(frozen=True)
class Ask:
    """A question, and the right answer."""

    subject: str
    action: str
    kind: str
    scope: str
    groups: list[str]
    cluster: str
    is_allow: bool


@dataclass(frozen=True)
class World:
    """A directory, as text and read."""

    policy: str
    directory: str
    rules: list[tuple[str, str, str, list[str] | None]]
    asks: list[Ask]


@dataclass(frozen=True)
class Door:
    """A way to ask all questions; it returns the answers."""

    name: str
    ask_all: Callable[[], list[bool]]
    n_asks: int


def read(directory: Path, requests: Path, n_asks: int) -> World:
    """Read what was generated; the restrictions are left out, as for the peers of the Rust engine."""
    policy = (ROOT / "policies/runai-2.13.yaml").read_text().split("\nrestrictions:\n")[0]
    text = directory.read_text()
    entries = map(json.loads, text.splitlines())
    found = [entry["access_rule"] for entry in entries if "access_rule" in entry]
    rules = [(rule["subject"], rule["role"], rule["scope"], rule.get("clusters")) for rule in found]
    lines = requests.read_text().splitlines()[:n_asks]
    names = ("subject", "action", "kind", "scope", "groups", "cluster")
    told = [json.loads(line) for line in lines]
    asks = [Ask(**{name: it[name] for name in names}, is_allow=it["expect"] == "allow") for it in told]
    return World(policy, text, rules, asks)


def engine_of(world: World) -> bailiwick.Engine:
    """Load the world."""
    return bailiwick.Engine.parse(bailiwick.Text.yaml(world.policy), bailiwick.Text.lines(world.directory))


def tuples(world: World) -> list[tuple[str, str, str, str, list[str], str]]:
    """Return the questions as tuples."""
    return [(ask.subject, ask.action, ask.kind, ask.scope, ask.groups, ask.cluster) for ask in world.asks]


def by_names(engine: bailiwick.Engine, world: World) -> list[Door]:
    """Ask by five strings and a list of groups: for a truth value, and for a decision."""
    asks = tuples(world)

    def ask_all() -> list[bool]:
        check = engine.check
        return [True if check(s, a, k, p, groups=g, cluster=c) else False for s, a, k, p, g, c in asks]

    def may_all() -> list[bool]:
        may = engine.may
        return [may(s, a, k, p, groups=g, cluster=c) for s, a, k, p, g, c in asks]

    doors = [("strings with groups, may", may_all), ("strings with groups, check", ask_all)]
    return [Door(name, ask_all, len(asks)) for name, ask_all in doors]


def token(ask: Ask) -> tuple[str, ...]:
    """Return who asks, with the groups of the token."""
    return (ask.subject, *ask.groups)


def by_handles(engine: bailiwick.Engine, world: World) -> list[Door]:
    """Ask by handles: one by one for a truth value, one by one for a decision, and all of a cluster at once."""
    subjects = {token(ask): engine.subject(ask.subject, groups=ask.groups) for ask in world.asks}
    permissions = {(ask.action, ask.kind): engine.permission(ask.action, ask.kind) for ask in world.asks}
    scopes = {ask.scope: engine.scope(ask.scope) for ask in world.asks}
    clusters = {ask.cluster: engine.cluster(ask.cluster) for ask in world.asks}
    rows = [
        (subjects[token(ask)], permissions[ask.action, ask.kind], scopes[ask.scope], clusters[ask.cluster])
        for ask in world.asks
    ]
    of_cluster = {name: [idx for idx, ask in enumerate(world.asks) if ask.cluster == name] for name in clusters}
    batches: list[Any] = [
        (clusters[name], idxs, *([rows[idx][column] for idx in idxs] for column in range(3)))
        for name, idxs in of_cluster.items()
    ]

    def may_all() -> list[bool]:
        return [subject.may(permission, scope, cluster=cluster) for subject, permission, scope, cluster in rows]

    def check_all() -> list[bool]:
        return [True if subject.check(permission, scope, cluster=cluster) else False for subject, permission, scope, cluster in rows]

    def all_at_once() -> list[bool]:
        answers = [False] * len(rows)
        for cluster, idxs, subjects, permissions, scopes in batches:
            decisions = engine.check_prepared(subjects, permissions, scopes, cluster=cluster)
            for idx, is_allow in zip(idxs, decisions.to_list(), strict=True):
                answers[idx] = is_allow
        return answers

    doors = [("prepared subject, may", may_all), ("prepared subject, check", check_all), ("batch of handles", all_at_once)]
    return [Door(name, ask_all, len(rows)) for name, ask_all in doors]


def in_batches(engine: bailiwick.Engine, world: World) -> list[Door]:
    """Ask all at once by names."""
    asks = tuples(world)
    requests = [bailiwick.Request(*ask[:4], groups=ask[4], cluster=ask[5]) for ask in asks]
    return [
        Door("batch of tuples with groups", lambda: engine.check_many(asks).to_list(), len(asks)),
        Door("batch of requests", lambda: engine.check_many(requests).to_list(), len(asks)),
    ]


def by_dictionaries(engine: bailiwick.Engine, world: World) -> Door:
    """Ask dictionaries by hand: roles by holder and scope, permissions by role."""
    matrix = engine.matrix()
    gives: dict[str, set[tuple[str, str]]] = {}
    for role in matrix.roles:
        cells = [(kind.name, matrix.cell(role=role.name, kind=kind.name)) for kind in matrix.kinds]
        gives[role.name] = {(action, kind) for kind, cell in cells for action in cell.actions}
    rules: dict[tuple[str, str], list[tuple[str, frozenset[str] | None]]] = defaultdict(list)
    for subject, name, scope, clusters in world.rules:
        rules[subject, scope].append((name, frozenset(clusters) if clusters else None))

    def check(subject: str, action: str, kind: str, scope: str, groups: list[str], cluster: str) -> bool:
        wanted, holders = (action, kind), [subject, *(f"group:{group}" for group in groups)]
        while scope:
            for holder in holders:
                for role, clusters in rules.get((holder, scope), ()):
                    if wanted in gives[role] and (clusters is None or cluster in clusters):
                        return True
            scope = scope.rpartition("/")[0]
        return False

    asks = tuples(world)
    return Door("dictionaries by hand", lambda: [check(*ask) for ask in asks], len(asks))


def by_cedar(engine: bailiwick.Engine, world: World, n_asks: int) -> Door | None:
    """Ask cedarpy with a policy for each role, and handles of the policies and the entities; None where it is not installed."""
    try:
        import cedarpy
    except ImportError:
        return None
    matrix = engine.matrix()
    policies: list[str] = []
    held: dict[str, set[str]] = defaultdict(set)
    for role in matrix.roles:
        cells = [(kind.name, matrix.cell(role=role.name, kind=kind.name)) for kind in matrix.kinds]
        actions = ", ".join(f'Action::"{action}:{kind}"' for kind, cell in cells for action in cell.actions)
        policies.append(f"permit(principal, action in [{actions}], resource) when {{ principal in resource.{role.name} }};")
    for subject, name, scope, clusters in world.rules:
        held[subject].update(f"{name}@{scope}@{cluster}" for cluster in clusters or clusters_of(world))
    entities = [*scope_entities(matrix, world), *holder_entities(world, held)]
    policy_set, entity_set = cedarpy.PolicySet.from_str("\n".join(policies)), cedarpy.Entities.from_json_str(json.dumps(entities))
    requests = [
        {"principal": f'User::"{ask.subject}"', "action": f'Action::"{ask.action}:{ask.kind}"', "resource": f'Scope::"{ask.scope}@{ask.cluster}"', "context": {}}
        for ask in world.asks[:n_asks]
    ]
    return Door("cedarpy, handles", lambda: [cedarpy.is_authorized(it, policy_set, entity_set).allowed for it in requests], n_asks)


def clusters_of(world: World) -> list[str]:
    """Return the clusters that are asked about."""
    return sorted({ask.cluster for ask in world.asks})


def entity(kind: str, name: str, parents: list[dict[str, str]], attributes: dict[str, Any]) -> dict[str, Any]:
    """Return an entity of Cedar."""
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": parents}


def scope_entities(matrix: bailiwick.Matrix, world: World) -> list[dict[str, Any]]:
    """Return every scope with the holders of each role there; whoever holds a role above holds it below."""
    scopes: set[str] = set()
    for path in {scope for _, _, scope, _ in world.rules} | {ask.scope for ask in world.asks}:
        while path:
            scopes.add(path)
            path = path.rpartition("/")[0]
    found: list[dict[str, Any]] = []
    below = defaultdict(list)
    for path in scopes:
        below[path.rpartition("/")[0]].append(path)
    for path, cluster in ((path, cluster) for path in scopes for cluster in clusters_of(world)):
        place = f"{path}@{cluster}"
        held = {role.name: {"__entity": {"type": "Held", "id": f"{role.name}@{place}"}} for role in matrix.roles}
        found.append(entity("Scope", place, [], held))
        for role in matrix.roles:
            parents = [{"type": "Held", "id": f"{role.name}@{child}@{cluster}"} for child in below[path]]
            found.append(entity("Held", f"{role.name}@{place}", parents, {}))
    return found


def holder_entities(world: World, held: dict[str, set[str]]) -> list[dict[str, Any]]:
    """Return users and groups with what they hold; a user with the groups of its token."""
    tokens = {ask.subject: ask.groups for ask in world.asks}
    places = {name: [{"type": "Held", "id": it} for it in held.get(name, ())] for name in {*held, *tokens}}
    groups = {f"group:{group}" for groups in tokens.values() for group in groups} | {it for it in held if it.startswith("group:")}
    found = [entity("Group", group, places.get(group, []), {}) for group in groups]
    for user in {*tokens, *(it for it in held if not it.startswith("group:"))}:
        member = [{"type": "Group", "id": f"group:{group}"} for group in tokens.get(user, [])]
        found.append(entity("User", user, [*places.get(user, []), *member], {}))
    return found


def measure(doors: list[Door], expected: list[bool]) -> dict[str, float]:
    """Return the nanoseconds of a question for each door, once its answers are right."""
    best: dict[str, float] = {}
    for door in doors:
        assert door.ask_all() == expected[: door.n_asks], door.name
    for _ in range(ROUNDS):
        for door in doors:
            door.ask_all()
            start = time.thread_time_ns()
            for _ in range(PASSES):
                door.ask_all()
            spent = (time.thread_time_ns() - start) / (PASSES * door.n_asks)
            best[door.name] = min(spent, best.get(door.name, spent))
    return best


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--questions", type=int, default=1_000)
    arguments = parser.parse_args()
    world = read(arguments.directory, arguments.requests, arguments.questions)
    engine = engine_of(world)
    loop = Door("an empty loop", lambda: [ask.is_allow for ask in world.asks], len(world.asks))
    doors = [loop, *by_names(engine, world), *by_handles(engine, world), *in_batches(engine, world), by_dictionaries(engine, world)]
    cedar = by_cedar(engine, world, min(500, len(world.asks)))
    doors += [cedar] if cedar else []
    found = measure(doors, [ask.is_allow for ask in world.asks])
    hand, peer = found["dictionaries by hand"], found.get("cedarpy, handles")
    print(f"{len(world.rules)} rules, {len(world.asks)} questions\n\n| door | ns | dictionaries take | cedarpy takes |\n| --- | --: | --: | --: |")
    for name, spent in found.items():
        times = f"{peer / spent:.0f} x" if peer else "-"
        print(f"| {name} | {spent:.0f} | {hand / spent:.1f} x | {times} |")


if __name__ == "__main__":
    main()
