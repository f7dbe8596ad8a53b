# Everything a newcomer needs: make demo, make up, make test, make lint.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
FIELD_BIN := .venv-field/bin
FIELD_READY := .venv-field/.ready
FUZZ_READY := .venv-fuzz/.ready

.DEFAULT_GOAL := help
.PHONY: help demo up test docs system system-flows system-deployments lint field releases browser screenshots chromium redis chaos fuzz bench clean

help:  ## What each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml setup.py constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %d.%d; name one with: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(FIELD_READY): tests/field/constraints.txt
	$(PYTHON) -m venv .venv-field
	$(FIELD_BIN)/python -m pip install --quiet --constraint tests/field/constraints.txt 'litellm[proxy]' prometheus-client prisma
	@touch $@

# Beside the environment, not in it: a fuzzer that few need, and that few Pythons have.
$(FUZZ_READY): $(READY)
	$(BIN)/python -m pip install --quiet --upgrade --target .venv-fuzz 'atheris>=3,<4'
	@touch $@

demo: $(READY)  ## Two suites against a stand-in gateway (ARGS=--keep to click, ARGS=--faulty to see it fail)
	@$(BIN)/python -m deployments demo $(ARGS)

up: $(READY)  ## Server, worker and deployments for your own gateway (.env), until Ctrl-C
	@$(BIN)/python -m deployments up

# More processes than cores: now and then a flow waits for its server. A file stays in one process, and shares what it has
# started; files begin in the order of tests/conftest.py.
test: $(READY)  ## The test suite
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

# One after the other: what sends at a pace needs the machine for itself, or finds its own client late.
system: system-deployments system-flows  ## What takes longer: a real observatory, every suite against every fault

system-flows: $(READY)
	@$(BIN)/python -m pytest -m system --numprocesses 2 --dist loadfile tests/orchestration/system $(ARGS)

system-deployments: $(READY)
	@$(BIN)/python -m pytest -m system tests/deployments/system $(ARGS)

lint: $(READY)  ## Format, lint, types, one-way imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

field: $(READY) $(FIELD_READY) redis  ## The suites against a real LiteLLM proxy
	@$(BIN)/python -m pytest -m field tests/field $(ARGS)

releases: $(READY)  ## The suites against real LiteLLM releases, good and bad; renews docs/releases.md
	@$(BIN)/python -m tests.releases $(ARGS)

browser: $(READY) chromium  ## A person's way in a real browser: run forms, run button, report
	@$(BIN)/python -m pytest -m browser tests/browser $(ARGS)

screenshots: $(READY) chromium  ## The same, slower, renewing the pictures in docs
	@$(BIN)/python -m pytest -m browser tests/browser --screenshots docs --soak-seconds 90

# One of the commands $(1) is there, or the Debian packages $(2) are installed.
define have
	@for command in $(1); do if command -v $$command >/dev/null; then exit 0; fi; done; \
	if command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then \
		as=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
		$$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; \
	else \
		echo "$(firstword $(1)) is needed, and only an administrator can install it here (on Debian: apt-get install $(2))." >&2; exit 1; \
	fi
endef

chromium:
	$(call have,chromium chromium-browser google-chrome,chromium fonts-noto-color-emoji)

redis:
	$(call have,redis-server,redis-server)

chaos: $(READY)  ## A real observatory, broken at random moments (ARGS="--rounds 30", --postgresql)
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: $(FUZZ_READY)  ## Real answers of gateways, spoilt until something raises or is slow (ARGS="--seconds 60")
	@PYTHONPATH=.venv-fuzz $(BIN)/python -m tests.fuzz $(ARGS)

docs: $(READY)  ## Renew the tables of the documents that follow from code and prefect.yaml
	@$(BIN)/python -m tests.docs

bench: $(READY)  ## How well the verdict detects faults, over simulated runs; renews the tables of docs/verdict.md
	@$(BIN)/python -m tests.bench --write

clean:  ## Remove the environments and the local server's data
	rm -rf .venv .venv-field .venv-releases .venv-fuzz .fuzz .observatory
