# Everything a newcomer needs: make demo, make up, make test, make lint.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
FIELD_BIN := .venv-field/bin
FIELD_READY := .venv-field/.ready

.DEFAULT_GOAL := help
.PHONY: help demo up test system lint field chaos bench clean

help:  ## What each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %d.%d; name one with: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(FIELD_READY): tests/field/constraints.txt
	$(PYTHON) -m venv .venv-field
	$(FIELD_BIN)/python -m pip install --quiet --constraint tests/field/constraints.txt 'litellm[proxy]' prometheus-client prisma
	@touch $@

demo: $(READY)  ## Two suites against a stand-in gateway (ARGS=--keep to click, ARGS=--faulty to see it fail)
	@$(BIN)/python -m deployments demo $(ARGS)

up: $(READY)  ## Server, worker and deployments for your own gateway (.env), until Ctrl-C
	@$(BIN)/python -m deployments up

test: $(READY)  ## The test suite
	@$(BIN)/python -m pytest

system: $(READY)  ## What takes longer: every suite against every fault, runs over several runs, the demo
	@$(BIN)/python -m pytest --override-ini 'addopts=-q' tests/flows/system

lint: $(READY)  ## Format, lint, types, one-way imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

field: $(READY) $(FIELD_READY)  ## The suites against a real LiteLLM proxy
	@$(BIN)/python -m pytest --override-ini 'addopts=-q' tests/field

chaos: $(READY)  ## A real observatory, broken at random moments (ARGS="--rounds 30", --postgresql)
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: $(READY)  ## How well the verdict detects faults, over simulated runs; renews docs/verdict.md and the README
	@$(BIN)/python -m tests.bench --write

clean:  ## Remove the environments and the local server's data
	rm -rf .venv .venv-field .observatory
