"""`leak_scene`, `read_shapes` and `write_shapes` beside this file are imported by name."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("leak_scene", "read_shapes", "write_shapes")
