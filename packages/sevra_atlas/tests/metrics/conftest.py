"""The web's own fixtures, and modules beside this file by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from web_fixtures import own_directory, own_web

__all__ = ["own_directory", "own_web"]
