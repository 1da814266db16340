"""Refuse an interpreter that is too old, in words that an old interpreter can print as well."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the whole point: this file runs before the version is known
    sys.exit(
        "python %d.%d is too old: Sevra Atlas needs 3.11 or later; name one: make up PYTHON=python3.11"  # noqa: UP031 - an f-string is a syntax error on the oldest
        % sys.version_info[:2]
    )

try:
    import ensurepip  # noqa: F401 - some distributions leave it out, and with it every virtual environment
except ImportError:
    sys.exit(
        "this python makes no virtual environment, it has no ensurepip; on Debian: apt install python3-venv"
    )
