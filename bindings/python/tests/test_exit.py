"""Interpreters that end while threads ask: always with the status they chose, and never late."""

from __future__ import annotations

import random
import subprocess
import sys

from conftest import SMALL, times

SCRIPT = f"""
import os, random, sys, threading, time
import bailiwick
text = {SMALL!r}
engine = bailiwick.Engine.parse(bailiwick.Text.yaml(text))
ask = ("user:ana", "read", "job", "acme/vision/detector")
ana, read, scope = engine.subject("user:ana", groups=[]), engine.permission("read", "job"), engine.scope(ask[3])
kept = [engine.check(*ask, groups=[])]

def work():
    while True:
        engine.check_many([(*ask, [])] * 200)
        engine.check_prepared([ana] * 200, read, scope)
        engine.replace(bailiwick.Text.yaml(text))
        kept.append(engine.check(*ask, groups=[]))

class Last:
    def __del__(self):
        try:
            engine.check(*ask, groups=[])
        except BaseException:
            pass

last = Last()
last.itself = last
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
time.sleep(random.random() * 0.01)
how = sys.argv[1]
if how == "raise":
    raise SystemExit(7)
if how == "exit":
    sys.exit(7)
if how == "_exit":
    os._exit(7)
if how == "error":
    raise RuntimeError("on purpose")
"""


def test_interpreters_end_as_they_chose() -> None:
    ends = {"raise": 7, "exit": 7, "_exit": 7, "error": 1, "fall": 0}
    seeded = random.Random(7)
    left = n_ends = times(1000)
    running: list[tuple[str, subprocess.Popen[bytes]]] = []
    while left or running:
        while left and len(running) < 4:
            how = seeded.choice(list(ends))
            command = [sys.executable, "-c", SCRIPT, how]
            running.append((how, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)))
            left -= 1
        how, process = running.pop(0)
        _, told = process.communicate(timeout=60)
        assert process.returncode == ends[how], told.decode()
        assert b"panicked" not in told, told.decode()
    print(f"\n{n_ends} interpreters that ended while threads asked, 0 differences: each with the status that it chose, within a minute")
