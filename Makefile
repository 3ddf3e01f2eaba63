# make run   the environment, then the service: API on 127.0.0.1:8000, UI on 127.0.0.1:8501
# make test  the environment, then lint, types, import contract and tests
#
# Variables: PYTHON (3.11 or 3.12), PIP_ARGS (passed on to pip, for example for CPU-only torch,
# see README), and the TASHAN_* settings, which tashan reads from the environment.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
PIP_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
export TASHAN_DATA_DIR ?= $(CURDIR)/.tashan

.PHONY: run test lint format clean

run: $(VENV)/.run
	@exec $(BIN)/tashan serve

test: lint
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e ".[dev]"
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) .tashan build *.egg-info .mypy_cache .ruff_cache .pytest_cache
