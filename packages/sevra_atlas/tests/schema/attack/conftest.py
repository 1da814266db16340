"""`attack_table` and `attack_scene` beside this file are imported by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
