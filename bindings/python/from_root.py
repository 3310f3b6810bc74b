"""What `pip install .` at the root of the repository builds with: maturin, here, where the package is."""

import os

os.chdir(os.path.dirname(os.path.abspath(__file__)))

from maturin import *  # noqa: E402, F403
