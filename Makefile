# `make run` opens XRayDesk, `make test` checks all of it. Both set everything up first.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test bundle format-check lint types imports test-only coverage benchmark \
	ready-for-run ready-for-test ready-for-benchmark clean

# Works from anywhere (make -f), also in a folder with spaces in its name.
IN := cd "$(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd -P)" &&
PYTHON_HERE := $(IN) QT_QPA_PLATFORM=offscreen .venv/bin/python
export PYTHON

help:
	@echo "make run [FILM=file]   set up and open the window; without a display, read one film and save a picture"
	@echo "make test              set up and check everything: format, lint, types, imports, tests"
	@echo "make bundle            build what people install, in dist/ (packaging/README.md)"
	@echo "make format-check | lint | types | imports | test-only | coverage | benchmark   one check of these"
	@echo "make clean             remove the environment and what the checks leave behind"

run: ready-for-run
	@$(IN) packaging/setup/start.sh $(if $(FILM),"$(FILM)")

test: format-check lint types imports test-only

# A Python of the system's own: the environment of the bundle is a clean one.
bundle:
	@$(IN) $(or $(PYTHON),python3) packaging/build.py

format-check: ready-for-test
	@$(PYTHON_HERE) -m ruff format --check xraydesk tests packaging

lint: ready-for-test
	@$(PYTHON_HERE) -m ruff check xraydesk tests packaging

types: ready-for-test
	@$(PYTHON_HERE) -m mypy

imports: ready-for-test
	@$(PYTHON_HERE) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

# Two at a time, whole files apart, a thread of torch for each; few heaps, for threads that train keep theirs.
PYTEST := OMP_NUM_THREADS=1 MALLOC_ARENA_MAX=2 .venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
test-only: ready-for-test
	@$(IN) QT_QPA_PLATFORM=offscreen $(PYTEST)

# Each of the three rooms on its own, so that one cannot hide behind another.
COVERED := film model presentation
coverage: ready-for-test
	@$(IN) QT_QPA_PLATFORM=offscreen $(PYTEST) $(COVERED:%=--cov=xraydesk.%) --cov-report=
	@for room in $(COVERED); do \
		$(PYTHON_HERE) -m coverage report --include="xraydesk/$$room/*" --fail-under=90 || exit 1; done

benchmark: ready-for-benchmark
	@$(IN) for file in tests/benchmarks/[!_]*.py; do \
		name=$$(basename "$$file" .py); case $$name in bare_window | paper_tables | lungs | heatmaps | label_doubt | leave_one_source_out) continue ;; esac; echo "== $$name"; \
		QT_QPA_PLATFORM=offscreen .venv/bin/python -m "tests.benchmarks.$$name" || exit 1; done

ready-for-run ready-for-test ready-for-benchmark: ready-for-%:
	@$(IN) packaging/setup/setup.sh $*

clean:
	@$(IN) rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage out build dist
