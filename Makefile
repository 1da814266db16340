# Sevra Atlas. `make` lists what there is. Needs make and Python 3.11 or later; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Twice quiet: errors are shown, remarks about the configuration of the machine are not.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
SOURCES := $(wildcard packages tools benchmarks conftest.py)

.DEFAULT_GOAL := help
.PHONY: help up down test test-slow test-long check bench clean

help: ## list the targets
	@echo "Sevra Atlas: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '  %-10s %s\n' "$$name" "$$text"; done

up: $(VENV)/run.stamp ## install, start the database, deploy, load the demo data, serve (PORT=8000)
	@$(BIN)/python -m sevra_atlas.cli up

down: ## end what `sevra up --detach` or a killed run left behind
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m sevra_atlas.cli down; else echo "nothing is installed"; fi

test: $(VENV)/test.stamp ## the test suite: about 20 minutes on 2 cores
	@$(BIN)/python tools/run_tests.py "not slow and not long" -n 2

test-slow: $(VENV)/test.stamp ## tests that take minutes
	@$(BIN)/python tools/run_tests.py "slow and not long" -n 2

test-long: $(VENV)/test.stamp ## tests that take hours; never in CI
	@$(BIN)/python tools/run_tests.py "long" -n 2

check: $(VENV)/lint.stamp ## format, lint, types, SQL strings, imports, pins, file sizes
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy --strict packages/pgevolve/src packages/sevra_atlas/src
	$(BIN)/basedpyright --level error
	$(BIN)/lint-imports
	$(BIN)/python tools/check_pins.py
	$(BIN)/python tools/check_files.py

bench: $(VENV)/bench.stamp ## every benchmark; writes benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/run.py

clean: ## remove the environment and every cache; the data in .data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf '{}' +

# A stamp is newer than everything that it was made from, so nothing is installed twice.
$(VENV)/python.stamp:
	@$(PYTHON) tools/require_python.py
	@echo "making the virtual environment"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp requirements/run.txt packages/pgevolve/pyproject.toml packages/sevra_atlas/pyproject.toml
	@echo "installing requirements/run.txt (once, about a minute)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index \
		-e packages/pgevolve -e packages/sevra_atlas
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements/test.txt
	@echo "installing requirements/test.txt"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/lint.stamp: $(VENV)/test.stamp requirements/lint.txt
	@echo "installing requirements/lint.txt"
	@$(PIP) install --require-hashes -r requirements/lint.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp requirements/bench.txt
	@echo "installing requirements/bench.txt"
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@
