"""`ledger_model` and `ledger_machine` beside this file are imported by name."""

import sys
from pathlib import Path

import pytest
from web_fixtures import blog, blog_web

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("ledger_checks", "ledger_machine")

__all__ = ["blog", "blog_web"]
