"""The command line: `python -m bailiwick`."""

from __future__ import annotations

import signal
import sys

from ._bailiwick import run_command


def main() -> int:
    """Run the command line with the arguments of the process, and return its exit status."""
    # An interrupt ends it at once, as it ends the program itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run_command(["bailiwick", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
