"""Compile `requirements/*.in` into pins with hashes; needs the package index.

    python tools/refresh_pins.py              # the newest versions that the .in files allow
    python tools/refresh_pins.py run test     # only these files

The resolver lives in an environment of its own that is thrown away, so it is in nobody's requirements.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
# Each one constrains the next.
ORDER = ("run", "test", "lint", "bench")
OPTIONS = (
    "--quiet",
    "--upgrade",
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--python-version",
    "3.11",
)


def compile_pins(resolver: Path, name: str) -> None:
    """Write one `.txt` file; it is replaced only when the resolution succeeds."""
    with tempfile.TemporaryDirectory() as draft_folder:
        draft = Path(draft_folder) / f"{name}.txt"
        subprocess.run(
            [str(resolver), "pip", "compile", f"{name}.in", *OPTIONS, "-o", str(draft)],
            cwd=FOLDER,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (FOLDER / f"{name}.txt").write_text(draft.read_text(encoding="utf-8"), encoding="utf-8")


def main(names: list[str]) -> None:
    """Refresh the named files, or all of them, in the order in which they constrain one another."""
    with tempfile.TemporaryDirectory() as home:
        venv.create(home, with_pip=True)
        subprocess.run(
            [f"{home}/bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "uv"],
            check=True,
        )
        for name in ORDER:
            if not names or name in names:
                compile_pins(Path(home) / "bin" / "uv", name)
                print(f"requirements/{name}.txt")


if __name__ == "__main__":
    main(sys.argv[1:])
