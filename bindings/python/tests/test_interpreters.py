"""Interpreters beside the first: they are refused in words, and the first goes on."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import SMALL

SCRIPT = f"""
import sys
import bailiwick
engine = bailiwick.Engine.parse(bailiwick.Text.yaml({SMALL!r}))
inside = '''
import sys
sys.path[:] = {{}}
try:
    import bailiwick
    print("imported", flush=True)
except ImportError as error:
    print(error, flush=True)
'''.format(sys.path)
if sys.version_info < (3, 13):
    import _xxsubinterpreters as interpreters
    kind, run = {{"isolated": sys.argv[1] == "isolated"}}, interpreters.run_string
else:
    import _interpreters as interpreters
    kind, run = {{"config": sys.argv[1]}}, interpreters.exec
for _ in range(3):
    other = interpreters.create(**kind)
    run(other, inside)
    interpreters.destroy(other)
print(bool(engine.check("user:ana", "read", "job", "acme/vision/detector", groups=[])))
"""


@pytest.mark.parametrize("kind", ["legacy", "isolated"])
def test_a_subinterpreter_is_refused_and_the_first_goes_on(kind: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, kind]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    *refused, last = told.stdout.splitlines()
    assert told.returncode == 0 and last == "True" and len(refused) == 3, told.stderr
    assert all("subinterpreters" in line for line in refused), refused
