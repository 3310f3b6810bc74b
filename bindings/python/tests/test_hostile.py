"""Hostile Python: no crash, no hang, no wrong allow, no leak."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import product
from typing import Any

import pytest
from conftest import NOW, SMALL, times

from bailiwick import Actor, Edit, Engine, Request, Text

DETECTOR = "acme/vision/detector"
ASK = ("user:ana", "read", "job", DETECTOR)
BEN = ("user:ben", "read", "job", DETECTOR)


class Liar(str):
    """A string that claims to be another."""

    def __str__(self) -> str:
        return "user:ana"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return hash("user:ana")

    def encode(self, *_: Any) -> bytes:
        return b"user:ana"

    def __len__(self) -> int:
        return 8

    def __getitem__(self, _: Any) -> str:
        return "a"

    def __iter__(self) -> Iterator[str]:
        return iter("user:ana")


def test_a_lying_string_is_what_it_holds(small: Engine) -> None:
    assert not small.check(Liar("user:ben"), *ASK[1:], groups=[], now=NOW)
    for at in range(4):
        ask: Any = [Liar(name) if idx == at else name for idx, name in enumerate(ASK)]
        decision = small.check(*ask, groups=[], now=NOW)
        assert decision and str(decision.explain()).startswith("allow")
        assert small.check_many([(*ask, [])], now=NOW).to_list() == [True]
    assert not small.subject(Liar("user:ben"), groups=[]).may(small.permission("read", "job"), small.scope(DETECTOR), now=NOW)
    assert not small.check(*ASK, groups=[Liar("banned")], now=NOW)
    assert not small.check(*BEN, groups=[Liar("other")], now=NOW)
    assert type(Request(Liar("user:ben"), *ASK[1:]).subject) is str


def test_a_lying_tenant_or_cluster_is_what_it_holds(small: Engine) -> None:
    assert small.check(*ASK, tenant=Liar("acme"), groups=[], now=NOW)
    named: list[Any] = [{"tenant": Liar("globex")}, {"cluster": Liar("west")}]
    for name in named:
        assert small.check(*ASK, groups=[], now=NOW, **name).reason.startswith("unknown_")
        assert not small.may(*ASK, groups=[], now=NOW, **name)
        assert small.check_many([Request(*ASK, groups=[], **name)], now=NOW).to_list() == [False]


def test_a_word_of_another_type_is_refused(small: Engine) -> None:
    names = ("subject", "action", "kind", "scope", "tenant", "cluster")
    asks: list[Any] = [small.check, small.may, small.explain, Request]
    for ask, name, bad in product(asks, names, (b"user:ana", 7, 1.5, ["user:ana"], object())):
        with pytest.raises(TypeError):
            ask(**{**dict(zip(names, ASK, strict=False)), name: bad})


class Thief:
    """A list of groups that swaps the arguments of the call that reads it."""

    def __iter__(self) -> Iterator[str]:
        for found in gc.get_referrers(self):
            if type(found) is dict and "subject" in found:
                found["subject"] = None
        self.heap = ["user:" + "b" * 40 + x for x in "x" * 100]
        return iter([])


def test_arguments_that_are_swapped_meanwhile_are_those_that_were_given() -> None:
    other = "user:" + "b" * 40 + "x"
    rule = f"access_rules: [{{ subject: {other}, role: reader, scope: acme/vision }}]"
    text = f"kinds: {{ job: {{ lives_in: [project] }} }}\nroles: {{ reader: {{ permissions: {{ job: R }} }} }}\ntenant: acme\nscopes: [acme/vision, {DETECTOR}]\n{rule}"
    engine = Engine.parse(Text.yaml(text))
    assert engine.check(other, *ASK[1:], groups=[], now=NOW)

    def given() -> dict[str, Any]:
        # Nothing else holds the subject, and its memory is as large as the other's.
        return {"action": "read", "kind": "job", "scope": DETECTOR, "subject": "".join(["user:", "a" * 40, "x"]), "groups": Thief()}

    request = Request(**given())
    assert request.subject == "user:" + "a" * 40 + "x"
    assert engine.check_many([request], now=NOW).to_list() == [False]
    asks: list[Any] = [engine.check, engine.may]
    for ask in asks:
        assert not ask(**given(), now=NOW)
    assert str(engine.explain(**given(), now=NOW)).startswith("deny")


def test_lone_surrogates_are_refused(small: Engine) -> None:
    bad = "user:\ud800"
    calls: list[Any] = [
        lambda: small.check(bad, *ASK[1:], now=NOW),
        lambda: small.check(*ASK, tenant=bad, now=NOW),
        lambda: small.check(*ASK, cluster=bad, now=NOW),
        lambda: small.check(*ASK, groups=[bad], now=NOW),
        lambda: small.check(*ASK, context={bad: 1}, now=NOW),
        lambda: small.check(*ASK, context={"network": bad}, now=NOW),
        lambda: small.check_many([(bad, *ASK[1:])], now=NOW),
        lambda: small.check_many([(*ASK, [bad])], now=NOW),
        lambda: Request(*ASK, tenant=bad),
        lambda: Request(*ASK, groups=[bad]),
        lambda: small.subject(bad),
        lambda: small.scope(bad),
        lambda: Engine.parse(Text.yaml(bad)),
    ]
    for call in calls:
        with pytest.raises(UnicodeError):
            call()


def test_names_that_are_no_names_are_denied(small: Engine) -> None:
    for bad in ("", "user:", "user:\0", "user:a\nb", "user:" + "x" * 10_000_000, "ana", " user:ana", "USER:ana", "user:ana\u200b"):
        decision = small.check(bad, *ASK[1:], groups=[], now=NOW)
        assert not decision and decision.reason in ("invalid_request", "not_granted", "unknown_subject"), bad[:20]
    for bad in ("", "/", "acme//vision/detector", "acme/vision/detector/", "acme/vision/../vision/detector", "ACME/vision/detector"):
        assert not small.check(*ASK[:3], bad, groups=[], now=NOW), bad


def test_no_other_type_is_taken_for_a_name(small: Engine) -> None:
    for wrong in (None, 1, b"user:ana", ["user:ana"], object(), bytearray(b"user:ana")):
        for at in range(4):
            ask: Any = [wrong if idx == at else name for idx, name in enumerate(ASK)]
            with pytest.raises(TypeError):
                small.check(*ask, groups=[], now=NOW)


def test_may_answers_and_refuses_as_check_does(small: Engine) -> None:
    groups: list[Any] = [None, [], ["ml"], ("ml",), ["banned"], [Liar("banned")], [Liar("other")], ["x"] * 9, iter(["ml"]), {"ml"}, "ml", [1], ["\ud800"], 7]
    contexts: list[Any] = [None, {}, {"network": "lan"}, {"subject": "user:ana"}, {"load": 2**70}, {1: 2}, {"\ud800": 1}, 7]
    asks: list[Any] = [ASK, BEN, (Liar("user:ben"), *ASK[1:]), ("user:\ud800", *ASK[1:]), (None, *ASK[1:]), (*ASK[:3], "acme/x"), ASK[:3]]
    n_allowed = n_raised = 0
    for ask, group, context in product(asks, groups, contexts):
        said: dict[str, Any] = {"groups": list(group) if isinstance(group, Iterator) else group, "context": context, "now": NOW}
        expected: Any
        try:
            expected = bool(small.check(*ask, **said))
            n_allowed += expected
        except Exception as error:
            expected = type(error), str(error).replace("check()", "may()")
            n_raised += 1
        try:
            assert small.may(*ask, **said) is expected
        except Exception as error:
            assert (type(error), str(error)) == expected
    assert n_allowed > 30 and n_raised > 300


def test_a_text_is_no_list_of_groups(small: Engine) -> None:
    wrongs: list[Any] = ["banned", b"banned", bytearray(b"banned"), {"banned": 1}, 7, [1], [None], [["banned"]], object()]
    for wrong in wrongs:
        with pytest.raises(TypeError):
            small.check(*ASK, groups=wrong, now=NOW)
        with pytest.raises(TypeError):
            small.subject("user:ana", groups=wrong)
        with pytest.raises(TypeError):
            Actor.subject("user:ana", groups=wrong)


def test_numbers_at_the_edges() -> None:
    condition = "{ between: { context.load: { max: 10 } } }"
    engine = Engine.parse(Text.yaml(SMALL.replace("scope: acme/vision }", f"scope: acme/vision, when: {condition} }}", 1)))
    assert engine.check(*ASK, groups=[], context={"load": 10}, now=NOW)
    for wrong in (float("nan"), float("inf"), float("-inf"), True, "10", None, 10.000001):
        assert not engine.check(*ASK, groups=[], context={"load": wrong}, now=NOW), wrong
    for huge in (2**63, -(2**63) - 1, 10**1000):
        with pytest.raises(OverflowError):
            engine.check(*ASK, groups=[], context={"load": huge}, now=NOW)
    assert not engine.check(*ASK, groups=[], context={"load": 2**63 - 1}, now=NOW)


class Lying(int):
    """A number that claims to be another."""

    def __index__(self) -> int:
        return 10

    __int__ = __index__


class LyingFloat(float):
    """A number that claims to be another."""

    def __float__(self) -> float:
        return 2.5


def test_lying_numbers_are_what_they_hold() -> None:
    condition = "{ in: { context.load: [10, 2.5] } }"
    engine = Engine.parse(Text.yaml(SMALL.replace("scope: acme/vision }", f"scope: acme/vision, when: {condition} }}", 1)))
    assert not engine.check(*ASK, groups=[], context={"load": Lying(9)}, now=NOW)
    assert not engine.check(*ASK, groups=[], context={"load": LyingFloat(9.5)}, now=NOW)
    assert engine.check(*ASK, groups=[], context={"load": Lying(10)}, now=NOW)


def test_lying_values_are_what_they_hold() -> None:
    condition = "{ any: [{ equals: { context.network: user:ana } }, { contains: { context.tags: user:ana } }] }"
    engine = Engine.parse(Text.yaml(SMALL.replace("scope: acme/vision }", f"scope: acme/vision, when: {condition} }}", 1)))
    for name, said in [("network", Liar("lan")), ("tags", [Liar("lan")])]:
        assert not engine.check(*ASK, groups=[], context={"network": "x", "tags": [], name: said}, now=NOW), name
    assert engine.check(*ASK, groups=[], context={"network": Liar("user:ana"), "tags": []}, now=NOW)


def test_a_context_cannot_speak_for_the_subject(small: Engine) -> None:
    for name in ("now", "subject", "subject.id"):
        assert small.check(*ASK, groups=[], context={name: "user:ana"}, now=NOW).reason == "invalid_request"


def test_attributes_of_other_types_are_refused(small: Engine) -> None:
    loop: list[Any] = []
    loop.append(loop)
    wrongs: list[Any] = [object(), b"x", {"a": 1}, {1}, 1j, [[1]], loop, datetime(2026, 1, 1), NOW.date(), timedelta(1), int]
    for wrong in wrongs:
        with pytest.raises((TypeError, ValueError)):
            small.check(*ASK, context={"network": wrong}, now=NOW)
    contexts: list[Any] = [[("network", 1)], "network", 7, {1: 2}, {None: 1}]
    for context in contexts:
        with pytest.raises(TypeError):
            small.check(*ASK, context=context, now=NOW)


class Meddler(tzinfo):
    """A time zone that changes what is being converted."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context

    def utcoffset(self, _: datetime | None) -> timedelta:
        self.context.clear()
        for idx in range(1000):
            self.context[f"x{idx}"] = idx
        gc.collect()
        return timedelta(0)

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> None:
        return None


def test_what_is_changed_while_it_is_taken_does_no_harm(small: Engine) -> None:
    context: dict[str, Any] = {}
    context.update(since=datetime(2026, 1, 1, tzinfo=Meddler(context)), network="lan", load=1)
    for _ in range(10):
        small.check(*ASK, groups=[], context=context, now=NOW)

    groups: list[Any] = ["a"] * 100

    class Shrinking:
        def __iter__(self) -> Iterator[str]:
            for _ in range(50):
                groups.clear()
                yield "banned"

    assert not small.check(*ASK, groups=Shrinking(), now=NOW)


class Raising:
    """Something that cannot be gone through."""

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no")

    def keys(self) -> Any:
        raise RuntimeError("no")


def test_what_raises_is_raised(small: Engine) -> None:
    raising: Any = Raising()
    for call in (
        lambda: small.check(*ASK, groups=raising, now=NOW),
        lambda: small.check(*ASK, context=raising, now=NOW),
        lambda: small.check_many(raising, now=NOW),
    ):
        with pytest.raises(RuntimeError, match="no"):
            call()


def test_times_at_the_edges(small: Engine) -> None:
    utc = timezone.utc
    assert small.check(*ASK, groups=[], now=datetime.max.replace(tzinfo=utc))
    assert small.check(*ASK, groups=[], now=datetime.min.replace(tzinfo=utc))
    far = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    assert small.check(*ASK, groups=[], now=far)

    class Late(datetime):
        def utcoffset(self) -> timedelta:
            return timedelta(0)

        def timestamp(self) -> float:
            return 0.0

        def __sub__(self, other: Any) -> Any:
            return timedelta(0)

    end = Late(2026, 6, 1, tzinfo=utc)
    assert not small.check("user:eve", *ASK[1:], groups=[], now=end)


def test_threads_see_one_policy_or_the_other() -> None:
    engine = Engine.parse(Text.yaml(SMALL))
    without = SMALL.replace("user:ana", "user:ann")
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    faults: list[str] = []
    done = threading.Event()

    def ask() -> None:
        last = 0
        while not done.is_set():
            batch = engine.check_many([(*ASK, []), ("user:ann", *ASK[1:], [])] * 50, now=NOW)
            prepared = ana.check(read, scope, now=NOW)
            columns = engine.check_prepared(ana, read, [scope] * 50, now=NOW)
            for decisions in (batch.to_list()[::2], columns.to_list()):
                if len(set(decisions)) != 1:
                    faults.append("a batch was torn")
            if batch.to_list()[0] == batch.to_list()[1]:
                faults.append("neither or both")
            for allowed, revision in ((batch.to_list()[0], batch.revision), (bool(prepared), prepared.revision), (columns.to_list()[0], columns.revision)):
                if allowed != (revision % 2 == 1):
                    faults.append(f"{allowed} at {revision}")
            if columns.revision < last:
                faults.append("went back")
            last = columns.revision

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for idx in range(times(400)):
        revision = engine.replace(Text.yaml(without if idx % 2 == 0 else SMALL))
        # Whoever asks after a reload has returned gets no answer of before.
        if bool(ana.may(read, scope, now=NOW)) != (revision % 2 == 1) or bool(engine.check(*ASK, groups=[], now=NOW)) != (revision % 2 == 1):
            faults.append("an old answer")
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_concurrent_changes_are_applied_once() -> None:
    engine = Engine.parse(Text.yaml(SMALL))
    made: list[int] = []

    def change(number: int) -> None:
        for idx in range(20):
            while True:
                approved = engine.approve(Actor.host(), Edit.create_scope(f"acme/d{number}-{idx}"), now=NOW)
                try:
                    made.append(engine.apply(approved))
                    break
                except Exception as error:
                    assert type(error).__name__ == "StaleApproval"

    threads = [threading.Thread(target=change, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == list(range(2, 82)) and engine.revision == 81


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_may_ask_and_reload() -> None:
    engine = Engine.parse(Text.yaml(SMALL))
    ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(DETECTOR)
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            engine.check_many([(*ASK, [])] * 100, now=NOW)
            engine.replace(Text.yaml(SMALL))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(times(50)):
        child = os.fork()
        if child == 0:
            is_right = bool(engine.check(*ASK, groups=[], now=NOW)) and ana.may(read, scope, now=NOW)
            engine.replace(Text.yaml(SMALL.replace("user:ana", "user:ann")))
            is_right = is_right and not ana.may(read, scope, now=NOW) and not engine.check_many([(*ASK, [])], now=NOW).to_list()[0]
            os._exit(0 if is_right else 1)
        assert os.waitpid(child, 0)[1] == 0
    done.set()
    for thread in threads:
        thread.join()
    assert ana.may(read, scope, now=NOW)


def test_a_cancelled_task_leaves_nothing_behind(small: Engine) -> None:
    async def ask() -> None:
        while True:
            assert small.check(*ASK, groups=[], now=NOW)
            await asyncio.sleep(0)

    async def main() -> None:
        tasks = [asyncio.create_task(ask()) for _ in range(20)]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)

    asyncio.run(main())
    assert small.check(*ASK, groups=[], now=NOW)


def resident() -> int:
    """Return the bytes of memory that the process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def work(engine: Engine) -> None:
    """Do everything once, faults included."""
    ana, read, scope = engine.subject("user:ana", groups=["x", Liar("y")]), engine.permission("read", "job"), engine.scope(DETECTOR)
    context: dict[str, Any] = {"network": "lan", "tags": ["a", "b"], "since": NOW}
    decision = engine.check(Liar("user:ana"), *ASK[1:], groups=["x", Liar("y")], context=context, now=NOW)
    str(decision.explain()), decision.rule, repr(decision)
    str(ana.check(read, scope, context=context, now=NOW).explain())
    many = engine.check_many([(*ASK, ["x"]), Request(*ASK, groups=["x"], context=context)], now=NOW)
    many.allowed, many.reasons, many[0].explain(), list(many)
    engine.check_prepared([ana] * 10, read, scope, now=NOW).allowed
    edit = Edit.add_rules(subjects=["user:x"], roles=["reader"], scopes=[DETECTOR], until=NOW)
    engine.approve(Actor.subject("user:ana", groups=["x"], context=context), edit, now=NOW).answers
    engine.apply(engine.approve(Actor.host(), Edit.disable_role("reader"), is_forced=True, now=NOW))
    engine.replace(Text.yaml(SMALL))
    ana.may(read, scope, now=NOW), engine.may(*ASK, groups=["x", Liar("y")], context=context, now=NOW)
    engine.matrix()._repr_html_()
    faults: list[Any] = [
        lambda: engine.check("user:\ud800", *ASK[1:]),
        lambda: engine.check(*ASK, groups=[1]),  # type: ignore[list-item]
        lambda: engine.may(*ASK, groups=["x", 1]),  # type: ignore[list-item]
        lambda: engine.check(*ASK, context={"load": 2**70}),
        lambda: engine.check_many([(*ASK, ["x"]), 7]),  # type: ignore[list-item]
        lambda: engine.check_prepared([ana], read, [scope, None]),  # type: ignore[list-item]
        lambda: Engine.parse(Text.yaml("roles: [")),
        lambda: engine.subject("x"),
    ]
    for fault in faults:
        try:
            fault()
        except (TypeError, ValueError, OverflowError, LookupError, Exception):
            pass


def test_nothing_leaks(small: Engine) -> None:
    for _ in range(times(400)):
        work(small)
    gc.collect()
    held = [*ASK, DETECTOR, "x"]
    before, n_objects, counts = resident(), len(gc.get_objects()), [sys.getrefcount(item) for item in held]
    rounds = times(4000)
    for _ in range(rounds):
        work(small)
    gc.collect()
    assert len(gc.get_objects()) - n_objects < 100
    assert all(sys.getrefcount(item) - count < 10 for item, count in zip(held, counts, strict=True))
    assert resident() - before < 2_000_000 + 100 * rounds


def test_a_decision_is_never_part_of_a_cycle(small: Engine) -> None:
    class Holder(str):
        decision: Any

    class Watched:
        n_alive = 0

        def __init__(self) -> None:
            Watched.n_alive += 1

        def __del__(self) -> None:
            Watched.n_alive -= 1

    for _ in range(100):
        name, group, context = Holder("user:ana"), Holder("x"), {"network": Holder("lan")}
        decision = small.check(name, *ASK[1:], groups=[group], context=context, now=NOW)
        for holder in (name, group, context["network"]):
            holder.decision = (decision, Watched())
        many = small.check_many([(name, *ASK[1:], [group])], now=NOW)
        group.decision = (many, Watched())
        del name, group, context, decision, many, holder
    gc.collect()
    assert Watched.n_alive == 0
