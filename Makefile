# make lab    open the lessons in JupyterLab (make lab ARGS=--no-browser on a server)
# make test   run every test, the browser ones included
# Needs only Python 3.11 to 3.13 and make. Everything else is installed into .venv from uv.lock.

PYTHON ?= python3
UV_VERSION = 0.13.9
VENV = .venv
BIN = $(VENV)/bin
SYNC = UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv sync --quiet --locked --inexact --compile-bytecode

.PHONY: lab test lint notebooks build check environment browser clean help

help:
	@sed -n '1,3s/^# //p' Makefile

lab: $(VENV)/installed
	$(BIN)/afkit lab $(ARGS)

# Ruff, types and rooms first: they are quick. Then tests, then every notebook under nbval.
# Tests run side by side, except those that measure time, kill, or drive a browser; whatever becomes
# of the first half, the second is run, too.
NONE_CHOSEN = [ $$? = $(if $(ARGS),5,none) ]
PARALLEL = -n auto --dist loadscope --no-loadscope-reorder
test: lint browser
	$(BIN)/afkit build --check
	@status=0; set -x; \
	$(BIN)/pytest tests/notebooks tests/content tests/unit $(PARALLEL) $(ARGS) || $(NONE_CHOSEN) || status=1; \
	$(BIN)/pytest tests/grading tests/browser $(ARGS) || $(NONE_CHOSEN) || status=1; \
	exit $$status
	$(MAKE) --no-print-directory notebooks

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Lessons and exercises must run; a solution must also earn every point.
NBVAL = $(BIN)/pytest -c src/afkit/exercises/nbval.ini --rootdir=. -p no:cacheprovider --nbval-lax --nbval-cell-timeout=120 $(PARALLEL)
notebooks: $(VENV)/installed-dev
	$(NBVAL) notebooks exercises
	AFKIT_STRICT=1 $(NBVAL) solutions

build check: $(VENV)/installed-dev
	$(BIN)/afkit $@ $(ARGS)

# environment.yml follows uv.lock: run this after 'uv lock'.
environment: $(VENV)/installed-dev
	$(BIN)/python tests/content/environment.py --write

browser: $(VENV)/installed-dev
	$(BIN)/python tests/browser/chromium.py --install

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "afkit needs Python 3.11 to 3.13; %s is %d.%d. Say which one to take: make lab PYTHON=python3.12" % (("$(PYTHON)",) + v))'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/installed: pyproject.toml uv.lock $(VENV)/bin/uv
	$(SYNC)
	@touch $@

$(VENV)/installed-dev: pyproject.toml uv.lock $(VENV)/bin/uv
	$(SYNC) --extra dev
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
