"""Check without network that `requirements/*.txt` pin their `.in` files, with hashes and no address."""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^ ;\\]+)")


def pins(path: Path) -> dict[str, str]:
    """Return the pinned version of every package in one file."""
    found = (PIN.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(match["name"]): match["version"] for match in found if match}


def wishes(path: Path) -> tuple[list[Requirement], list[Path]]:
    """Return what an `.in` file asks for, and the files whose pins it must keep."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [FOLDER / line.removeprefix("-c ") for line in lines if line.startswith("-c ")]
    return [Requirement(line) for line in lines if line and line[0] not in "#-"], kept


def form_findings(path: Path) -> list[str]:
    """Name the lines that are not a pin with hashes, and addresses, which tie the file to one index."""
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    findings = [
        f"{path.name}: {block.splitlines()[0]!r} has no hash" for block in blocks if "--hash=" not in block
    ]
    return findings + [f"{path.name}: holds an address: {hit}" for hit in re.findall(r"https?://\S+", text)]


def findings_of(wish_file: Path) -> list[str]:
    """Name each wish without a pin or with one outside its range, and each pin that two files disagree on."""
    pin_file = wish_file.with_suffix(".txt")
    if not pin_file.exists():
        return [f"{pin_file.name} is missing"]
    requirements, constraints = wishes(wish_file)
    pinned = pins(pin_file)
    findings = form_findings(pin_file)
    for requirement in requirements:
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None:
            findings.append(f"{pin_file.name}: {requirement.name} of {wish_file.name} has no pin")
        elif not requirement.specifier.contains(version, prereleases=True):
            findings.append(
                f"{pin_file.name}: {requirement.name} {version} is outside {requirement.specifier}"
            )
    for other in constraints:
        kept = pins(other)
        findings += [
            f"{pin_file.name}: {name} {pinned[name]} differs from {kept[name]} in {other.name}"
            for name in sorted(pinned.keys() & kept.keys())
            if pinned[name] != kept[name]
        ]
    return findings


def main() -> int:
    """Print the findings; the status is 1 when there are any."""
    findings = [line for path in sorted(FOLDER.glob("*.in")) for line in findings_of(path)]
    for line in findings:
        print(line, file=sys.stderr)
    if findings:
        print("mend: python tools/refresh_pins.py", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
