"""Loading, what is found, reloading, and exceptions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from conftest import NOW, SMALL

import bailiwick
from bailiwick import Engine, LoadError, Text

ASK = ("user:ana", "read", "job", "acme/vision/detector")


def test_every_finding_is_told_at_once(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SMALL.replace("role: researcher, scope: acme/vision }", "role: resercher, scope: acme/visio }"))
    with pytest.raises(LoadError) as caught:
        Engine.load(wrong)
    first = next(it for it in caught.value.diagnostics if it.severity == "error")
    assert first.severity == "error" and first.code.startswith("P") and "resercher" in first.message
    assert first.file == str(wrong) and first.line is not None and first.column is not None and first.length is not None
    assert first.help is not None and "researcher" in first.help
    assert len(caught.value.diagnostics) >= 2
    assert str(first) in str(caught.value) and isinstance(caught.value, bailiwick.BailiwickError)


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        Engine.load(tmp_path / "none.yaml")
    assert caught.value.diagnostics[0].file == str(tmp_path / "none.yaml")


def test_nothing_to_load_is_refused() -> None:
    for load in (Engine.load, Engine.parse):
        with pytest.raises(TypeError):
            load()


def test_a_refused_tenant_is_told_or_refuses_all(small: Engine) -> None:
    policy, bad = SMALL.split("tenant: acme")[0], "tenant: bad\naccess_rules: [{ subject: nobody, role: x, scope: y }]"
    good = "tenant: good\nscopes: [good/vision, good/vision/detector]"
    texts = [Text.yaml(body, name=f"{idx}.yaml") for idx, body in enumerate([policy, good, bad])]
    engine = Engine.parse(*texts)
    assert engine.tenants == ("good",) and engine.refused_tenants == ("bad",) and not engine.is_complete
    assert engine.diagnostics and engine.closed_tenants == ()
    with pytest.raises(LoadError) as caught:
        Engine.parse(*texts, require_complete=True)
    assert caught.value.diagnostics == engine.diagnostics
    with pytest.raises(LoadError):
        small.replace(*texts, require_complete=True)
    assert small.revision == 1 and small.is_complete and small.check(*ASK, groups=[], now=NOW)


def test_a_feed_is_taken_line_by_line() -> None:
    policy = SMALL.split("tenant: acme")[0]
    feed = '{"tenant": "acme", "scope": "acme/vision"}\n{"tenant": "acme", "deny_rule": {"subject": 7}}\n'
    engine = Engine.parse(Text.yaml(policy), Text.lines(feed, name="acme.jsonl"))
    assert engine.closed_tenants == ("acme",) and not engine.is_complete
    assert engine.check(*ASK[:3], "acme/vision", now=NOW).reason == "tenant_closed"


def test_reload_reads_the_same_files_and_keeps_the_last_good_state(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(SMALL)
    engine = Engine.load(path)
    assert engine.check(*ASK, groups=[], now=NOW)
    path.write_text(SMALL.replace("user:ana", "user:ann"))
    assert engine.reload() == engine.revision == 2
    assert not engine.check(*ASK, groups=[], now=NOW)
    path.write_text("roles: [")
    with pytest.raises(LoadError):
        engine.reload()
    assert engine.revision == 2 and engine.check("user:ann", *ASK[1:], groups=[], now=NOW)
    other = tmp_path / "other.yaml"
    other.write_text(SMALL)
    assert engine.reload(other) == 3 and engine.reload() == 4 and engine.check(*ASK, groups=[], now=NOW)


def test_texts_cannot_be_read_again(small: Engine) -> None:
    with pytest.raises(ValueError, match="texts"):
        small.reload()


def test_other_threads_run_while_a_policy_is_loaded() -> None:
    rules = "".join(f'{{"tenant": "acme", "user": "u{idx}"}}\n' for idx in range(200_000))
    policy, ticks, done = SMALL, [0], threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks[0] += 1

    thread = threading.Thread(target=tick)
    thread.start()
    before = ticks[0]
    Engine.parse(Text.yaml(policy), Text.lines(rules))
    after = ticks[0]
    done.set()
    thread.join()
    # Were the lock of the interpreter held, the other thread would have stood still but for a moment.
    assert after - before > 10_000
