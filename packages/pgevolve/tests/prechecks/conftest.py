"""Planted violations."""

import sys
from pathlib import Path

# The modules beside this file are imported by name.
sys.path.insert(0, str(Path(__file__).parent))
