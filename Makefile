# Every target runs from a fresh clone: git, make, Node and a Python that is, or can give, 3.12 or newer.
.PHONY: demo docs setup wire texts check lint types unit graphs page test programs server browser engines faults soak kills load single-files browsers notebooks notebook-sample sample conformance conformance-agents web registry bench bench-quick libraries release clean

SHELL := /bin/bash
# Tests start hundreds of programs: where this is set, each would compile the modules of pyrt again.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
STATIC := build/pyrt_build/static
PORT ?= 8050
RUN ?= 1
# Empty: `make bench` and `make bench-quick` leave benchmarks/history.jsonl as it is.
RECORD ?= --record
GRAPHS ?= 10000
# Processes of pytest; more need a machine with more cores.
WORKERS ?= 2
PROGRAMS := tests/builder tests/projects tests/server tests/browser tests/browsers
# Targets made side by side; each prints when it is done, where make can do that.
TOGETHER := $(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync)
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

demo: setup  ## build the sales dashboard, serve it, print the address
	$(BIN)/pyrt build --fast examples/sales_dashboard/app.py -o dist/sales_dashboard
	$(BIN)/pyrt serve dist/sales_dashboard --port $(PORT)

setup:  ## a .venv with pyrt in it, the page's bundle, the registry
	+@$(TOGETHER) .venv/.installed $(STATIC)/.built
	@$(MAKE) --no-print-directory pyrt/registry.json

.venv/.installed: pyproject.toml hatch_build.py build/site_packages/pyrt_finder.py tests/python_version.sh
	test -x $(BIN)/python || "$$(bash tests/python_version.sh)" -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	PYRT_ONLY_LINK=1 $(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

web: $(STATIC)/.built  ## the renderer and the worker script, and the pinned Pyodide, from npm

$(STATIC)/.built: $(WEB_SOURCES)
	@# Not `npm ci`: it refuses a lock file when a registry lacks optional builds for other platforms.
	cd web && npm install --no-save --no-audit --no-fund --loglevel=error && npm run --silent build
	touch $@

registry: pyrt/registry.json  ## components of html, dcc and dash_table, from the dash wheel: for the engine, and as types

pyrt/registry.json: build/pyrt_build/site/components.py tools/dash_stubs.py tools/prop_types.py tools/notebook_files.py .venv/.installed
	$(BIN)/python -m tools.dash_stubs
	$(BIN)/python -m tools.prop_types
	$(BIN)/python -m tools.notebook_files
	$(BIN)/python -m pyrt_build.site.components $@

wire: .venv/.installed  ## types of TypeScript and the table of docs/wire.md, from the messages in Python
	PYTHONPATH=. $(BIN)/python tools/wire.py

texts:  ## build/pyrt_build/translation/texts.json: the texts of the page that can be translated
	$(BIN)/python tools/translation.py

check: .venv/.installed $(STATIC)/.built pyrt/registry.json  ## format, lint, types, imports, unit and property tests: no browser, no network
	+@$(TOGETHER) unit types lint

lint:
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	PYTHONPATH=pyrt/compat $(BIN)/lint-imports --no-logo

types:
	$(BIN)/mypy

unit:
	PYTHONWARNDEFAULTENCODING=1 $(BIN)/pytest -q --numprocesses $(WORKERS) tests/structure tests/unit tests/examples tests/property tests/docs tests/conformance/unit

graphs: .venv/.installed pyrt/registry.json  ## the engine and the page's own calls against the model, on 10,000 random graphs of callbacks
	EXAMPLES=$(GRAPHS) $(BIN)/pytest -q --numprocesses $(WORKERS) tests/property/test_local_callbacks.py tests/property/test_delayed_messages.py tests/property/test_scheduler.py

page:  ## the renderer's own tests, in jsdom
	cd web && npm run --silent check

test: setup  ## everything: check, the page's own tests, builder, server, browser, speed, the sample, a release
	+@$(TOGETHER) unit types page lint
	@$(MAKE) --no-print-directory programs
	@$(MAKE) --no-print-directory bench-quick RECORD=
	+@$(TOGETHER) sample release notebook-sample

# A test of whole programs that fails runs a second time, after all others, and is named: browsers,
# brokers and a shared machine fail now and then. What fails twice has failed.
AGAIN := -v --last-failed --last-failed-no-failures none --maxfail 3
# An app below a cell of JupyterLab, which is changed and runs again; one in marimo.
NOTEBOOK_SAMPLE := -o cache_dir=.cache/pytest-notebooks tests/notebooks/test_marimo.py::test_counter \
	tests/notebooks/test_jupyterlab.py::test_two_apps_and_cells_that_run_again
SAMPLE := -o cache_dir=.cache/pytest-sample tests/conformance/test_harness.py
RELEASE := -o cache_dir=.cache/pytest-release tests/release

# What needs a quiet machine runs alone. All runs open the same sites, which are built once.
programs: export PYRT_TEST_SITES := .cache/test-sites
programs: export PYRT_JUPYTER_BOOK := $(CURDIR)/.cache/jupyter-book/bin/python
programs: .cache/jupyter-book/.installed
	rm -rf $(PYRT_TEST_SITES)
	$(BIN)/pytest -q --cache-clear --numprocesses $(WORKERS) --dist worksteal -m "not quiet" $(PROGRAMS); beside=$$?; \
	$(BIN)/pytest -q -m quiet $(PROGRAMS); alone=$$?; \
	case $$beside$$alone in \
	00) ;; \
	01|10|11) echo "These tests failed, and run a second time:"; \
		$(BIN)/pytest $(AGAIN) $(PROGRAMS) ;; \
	*) exit 1 ;; \
	esac

server: setup  ## `pyrt serve-bridge`, with Redis and Celery
	$(BIN)/pytest -q --numprocesses $(WORKERS) --dist worksteal tests/server

browser: setup
	$(BIN)/pytest -q --numprocesses $(WORKERS) --dist worksteal tests/browser

single-files: setup  ## every example as one HTML file from the disk, without a network
	$(BIN)/pytest -q --single-file tests/browser/callbacks/test_examples.py tests/browser/components/test_libraries.py \
		tests/browser/components/test_penguins.py
	$(BIN)/pytest -q --form single-file tests/conformance/test_harness.py
	$(BIN)/python -m tests.support.browsers_from_disk

faults: setup  ## every file of two examples missing, cut, damaged, stalled, ...: healed or named
	$(BIN)/pytest -q --faults all tests/browser/start/test_faults.py

load: setup  ## 2,000 jobs on two bridges and two workers, one of each killed; two hundred slow clients
	$(BIN)/pytest -q --jobs 2000 tests/server/test_load.py

kills: setup  ## 100 workers ended at random moments, 100 endless callbacks stopped: the page goes on with all state
	$(BIN)/pytest -q --kills 100 tests/browser/start/test_kills.py

soak: setup  ## 5,000 calls with results of 30 kB: page and worker grow by less than 1 MB each
	$(BIN)/pytest -q -s --soak 5000 tests/browser/start/test_soak.py

# Old Chromiums and every Firefox ESR of Debian, unpacked side by side; needs apt-get and npm.
engines:
	PYTHON=$(BIN)/python bash tests/support/get_engines.sh .cache/engines

browsers: setup engines  ## Firefox, WebKit, a phone and old Chromiums; writes docs/browsers.md
	$(BIN)/python -m tests.support.browser_matrix docs/browsers.md

# JupyterLab with its hundred packages, in an environment of its own.
.cache/jupyter/.installed: tests/notebooks/requirements.txt | .venv/.installed
	$(BIN)/python -m venv .cache/jupyter
	PYRT_ONLY_LINK=1 .cache/jupyter/bin/python -m pip install --quiet -r $< --editable .
	touch $@

# JupyterLite in another one, whose extensions JupyterLab would load.
.cache/jupyterlite/.installed: tests/notebooks/lite-site.txt | .venv/.installed
	$(BIN)/python -m venv .cache/jupyterlite
	.cache/jupyterlite/bin/python -m pip install --quiet -r $<
	touch $@

notebooks: setup .cache/jupyter/.installed .cache/jupyterlite/.installed  ## apps in JupyterLab, JupyterLite and marimo, which it installs
	PYRT_JUPYTER=$(CURDIR)/.cache/jupyter/bin/python PYRT_JUPYTERLITE=$(CURDIR)/.cache/jupyterlite/bin/python \
	$(BIN)/pytest -q tests/notebooks

# Jupyter Book 1, whose Sphinx is older than that of the tests.
.cache/jupyter-book/.installed: tests/browser/documentation/jupyter_book.txt | .venv/.installed
	$(BIN)/python -m venv .cache/jupyter-book
	PYRT_ONLY_LINK=1 .cache/jupyter-book/bin/python -m pip install --quiet -r $< --editable .
	touch $@

docs: setup  ## docs/ as a site in dist/docs, with live examples; looks at all links
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

notebook-sample: export PYRT_JUPYTER := $(CURDIR)/.cache/jupyter/bin/python
notebook-sample: setup .cache/jupyter/.installed  ## two of `make notebooks`, for `make test`
	$(BIN)/pytest -q --cache-clear $(NOTEBOOK_SAMPLE) || $(BIN)/pytest $(AGAIN) $(NOTEBOOK_SAMPLE)

sample: setup  ## the harness of Dash's tests, on tests of our own; needs chromedriver
	$(BIN)/pytest -q --cache-clear $(SAMPLE) || $(BIN)/pytest $(AGAIN) $(SAMPLE)

conformance: setup  ## the open half of Dash's own browser tests: make conformance DASH=<checkout of plotly/dash>
	@test -d "$(DASH)" || { echo "usage: make conformance DASH=<a checkout of plotly/dash>" >&2; exit 2; }
	$(BIN)/python -m tests.conformance.harness --dash "$(DASH)" --label "pyrt-$$(git rev-parse --short HEAD)" \
	  --builder "$(CURDIR)/$(BIN)/pyrt build {app} --out {out} --debug --no-rehearsal" \
	  --locks remote --have numpy,pandas,plotly.express,plotly.figure_factory,openpyxl,pyarrow,xlrd \
	  --by folder --known-failures tests/conformance/known_failures

conformance-agents: setup  ## Dash's own tests of MCP, against the bridge and against `pyrt mcp`: make conformance-agents DASH=<checkout of plotly/dash>
	@test -d "$(DASH)" || { echo "usage: make conformance-agents DASH=<a checkout of plotly/dash>" >&2; exit 2; }
	for way in http stdio; do PYRT_AGENTS=$$way PYTHONPATH=.:build $(BIN)/python -m pytest -c /dev/null --noconftest -q \
	  -p tests.conformance.agents.plugin --import-mode=importlib --rootdir "$(DASH)/tests/integration/mcp" "$(DASH)/tests/integration/mcp" || true; done

bench: setup .cache/jupyter/.installed  ## all figures as ratios to a bare Pyodide and to real Dash; benchmarks/RESULTS.md (RUN=2: a second run beside the first)
	$(BIN)/python -m benchmarks.run --run $(RUN) $(RECORD)

bench-quick: setup  ## has something become slower? Three minutes; compares with benchmarks/history.jsonl
	$(BIN)/python -m benchmarks.quick $(RECORD)

libraries: setup  ## docs/libraries.md: where each library comes from, and whether a tab imports it; needs the package index
	PYTHONPATH=. $(BIN)/python -m tools.libraries

release: setup  ## wheel and source distribution in dist/, installed and tried in environments of their own
	rm -f dist/pyrt_dash*
	$(BIN)/python -m build
	PYTHONPATH=.:build $(BIN)/python -m tools.notebook_wheel dist
	export PYRT_DIST=dist; $(BIN)/pytest -q --cache-clear $(RELEASE) || $(BIN)/pytest $(AGAIN) $(RELEASE)

clean:
	rm -rf dist bench-results test-results $(STATIC) web/node_modules pyrt/registry.json pyrt/agents/props.json pyrt/notebook/static build/site_packages/dash-stubs
