# Sarbide. `make demo` and `make test` do all the set-up themselves.

PYTHON ?= python3
BIN := .venv/bin
PACKAGES := core anpr control_points permits sanctions control_center mobile_api

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check format lock footage clean

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## make .venv with what Sarbide needs to run
	@$(PYTHON) core/installation.py runtime

setup-dev: ## make .venv with what tests and checks need too
	@$(PYTHON) core/installation.py dev

demo: setup ## the whole system on this machine, fed by rendered clips
	@$(BIN)/python -m control_center demo

test: setup-dev ## every test, on two cores
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests

check: setup-dev ## format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-dev ## put every file in the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup-dev ## renew the hash-locked package lists from the .in files
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements-dev.in -o requirements-dev.txt

footage: setup ## render sample_footage/ anew, with its manifest
	@$(BIN)/python -m anpr.synthesis.street

clean: ## remove environment, demo data and caches
	rm -rf .venv .venv-train var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
