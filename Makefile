# Satu Pintu: everything a person types. `make help` lists it.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.SHELLFLAGS := -eu -c
MAKEFLAGS += --no-print-directory

OFFICE ?= sanggau
PORT ?= 8000
ARGS ?=
SATUPINTU_HOME ?= $(CURDIR)/var/$(OFFICE)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# conftest.py puts slow files first; xdist by itself would keep those with few tests, which are slow, for the end.
BOTH := -n 2 --dist loadfile --no-loadscope-reorder

export OFFICE PORT SATUPINTU_HOME
unexport VIRTUAL_ENV MAKEFLAGS MAKELEVEL

.PHONY: help run setup setup-dev test test-sqlite test-postgres check bench faults messages wheel clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1mmake %-13s\033[0m %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  OFFICE=sanggau|bengkalis  PORT=8000  SATUPINTU_HOME=var/<office>  ARGS='...' is passed on"

run: setup ## Set up what is missing and serve the demo office on http://localhost:8000
	@exec $(BIN)/satupintu run $(ARGS)

setup: ## Make .venv from uv.lock, as `make run` needs it
	@sh scripts/setup.sh run

setup-dev: ## The same with the tools for tests and checks
	@sh scripts/setup.sh dev

test: setup-dev ## Every test, on SQLite and again on a PostgreSQL that the tests start
	@$(BIN)/python scripts/needs.py
	@status=0; \
	echo "== Tests on SQLite"; $(PYTEST) $(BOTH) $(ARGS) || status=$$?; \
	echo "== Tests on PostgreSQL"; $(PYTEST) $(BOTH) --db postgres $(ARGS) || status=$$?; \
	exit $$status

test-sqlite: setup-dev ## Tests on SQLite only; ARGS='-k journey -x' chooses
	@$(PYTEST) $(ARGS)

test-postgres: setup-dev ## Tests that use a database, on PostgreSQL only
	@$(BIN)/python scripts/needs.py
	@$(PYTEST) --db postgres $(ARGS)

check: setup-dev ## Style, types, floors, templates, migrations, translations
	@sh scripts/check.sh

bench: setup-dev ## How fast: each figure and its ratio to a limit measured in the same run
	@$(BIN)/satupintu bench $(ARGS)

faults: setup-dev ## What is lost when processes are killed under load: a hundred times on each database
	@$(BIN)/python tests/faults/figures.py $(ARGS)

messages: setup-dev ## Collect texts for translation and compile them
	@$(BIN)/python scripts/messages.py

wheel: setup-dev ## Build the wheel into dist/
	@if command -v uv >/dev/null 2>&1; then uv build --wheel --out-dir dist; else $(BIN)/uv build --wheel --out-dir dist; fi

clean: ## Remove what can be made again (not var/, which holds the office's data)
	@rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find satupintu tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
