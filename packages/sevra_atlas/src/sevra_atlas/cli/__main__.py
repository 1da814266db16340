"""`python -m sevra_atlas.cli`: the command `sevra` without its script."""

from sevra_atlas.cli import main

main()
