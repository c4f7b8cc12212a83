# Everything needed on a fresh Linux machine with Python 3.11+ and make.
#   make demo   set up, then run the whole loop on the sample data     make test   set up, then every check and test
#   make lint   the checks without the tests                           make lock   renew constraints.txt from pyproject.toml

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format lock clean

VENV := .venv
# Processes that share the tests; each takes up to 1 GB.
WORKERS ?= 2
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ACCEPTS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do "$$p" -c '$(ACCEPTS)' >/dev/null 2>&1 && command -v "$$p" && break; done)
PACKAGES := campaigns policies tools delivery simulator agents evals app

help:
	@sed -n '2,3s/^# *//p' Makefile

setup: $(STAMP)

$(STAMP): constraints.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer with venv is needed; on Debian or Ubuntu: apt-get install python3 python3-venv" >&2; exit 2; fi
	@echo "Installing the pinned packages into $(VENV) (once, about a minute) ..." >&2
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

demo: $(STAMP)
	@$(BIN)/twinpilot demo $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder $(ARGS)

# The lock is for one tool to write: every version with its hashes, the build's too, and no address of an index.
lock:
	@"$(PYTHON)" -m venv --clear build/lock
	@build/lock/bin/python -m pip install --quiet pip-tools
	@build/lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --build-deps-for editable \
		--output-file constraints.txt pyproject.toml
	@rm -rf build/lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
