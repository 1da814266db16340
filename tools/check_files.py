"""Refuse files that do not belong in a source repository: too large, or the trace of a tool."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 200_000
PICTURE_LIMIT = 400_000
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".svg"}
FONTS = {".woff2", ".ttf", ".otf"}


def tracked_files() -> list[Path]:
    """Return every file that git tracks or would add."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def limit_of(path: Path) -> int:
    """Return how many bytes a file may have: pictures of the documentation and fonts may have more."""
    picture = path.suffix in PICTURES and path.is_relative_to(ROOT / "docs")
    return PICTURE_LIMIT if picture or path.suffix in FONTS else LIMIT


def main() -> int:
    """Print each file that is too large; the status is 1 when there is one."""
    large = [path for path in tracked_files() if path.stat().st_size > limit_of(path)]
    for path in large:
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}: {size:,} bytes, at most {limit_of(path):,}", file=sys.stderr)
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
