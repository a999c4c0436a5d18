# zkmargin: `make demo` shows the whole thing, `make test` proves that it works.

PYTHON ?= python3
BIN    := .venv/bin
TESTS  := $(BIN)/python -m pytest --require-tools
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test quick check format snapshots mutants fuzz tables bench clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/demo node_modules/.done ## Prove a real options book, take it to a local chain, and let the market crash (minutes)
	$(BIN)/python -m examples.demo

test: .venv/dev node_modules/.done check ## Check and test everything
	$(TESTS) -n $(WORKERS) --dist loadfile

quick: .venv/dev node_modules/.done ## The tests that take seconds
	$(TESTS) -m "not slow and not prove and not circuit and not soundness and not chain"

check: .venv/dev node_modules/.done ## Format, lint, types, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	cd verifier && ../node_modules/.bin/forge fmt --check
	$(BIN)/python -m zkmargin.generators.tablegen --check

format: .venv/dev ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

snapshots: .venv/dev node_modules/.done ## Rewrite tests/snapshots from what is measured now
	$(TESTS) tests/circuits/test_constraints.py tests/contracts/test_gas.py --write-snapshots

mutants: .venv/dev node_modules/.done ## Judge every mutant of every circuit; rewrites tests/snapshots/mutants.json
	cd tests && PYTHONPATH=..:. ../$(BIN)/python -m mutation

fuzz: .venv/dev node_modules/.done ## Feed 100,000 malformed inputs to everything that reads
	cd tests && PYTHONPATH=..:.:unit ../$(BIN)/python -m fuzz

tables: .venv/dev ## Rewrite the generated tables and their circuits
	$(BIN)/python -m zkmargin.generators.tablegen --write
	$(BIN)/python -m zkmargin.generators.posgen

bench: .venv/dev node_modules/.done ## Measure proving and verifying, every preset and backend in one run
	$(BIN)/python tests/bench.py

clean: ## Remove everything that was built or installed here
	rm -rf .venv node_modules build .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/pip:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/demo: .venv/pip requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/demo requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.done: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
