"""The matrix of claims and observations."""

import sys
from pathlib import Path

# The module beside this file is imported by name.
sys.path.insert(0, str(Path(__file__).parent))
