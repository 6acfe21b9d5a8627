# One command for everything. `make demo` shows a plan, `make test` proves the code, `make check` holds the rules.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check bench fuzz clean

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Repower needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/repower plan examples/west_texas.toml --out out/west_texas

$(VENV)/.installed-bench: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,peers]'
	@touch $@

test: $(VENV)/.installed-test
	@sh tests/system_packages.sh
	$(BIN)/python -m pytest -n $(JOBS)

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_unit_names.py tests/test_public_names.py tests/test_repository.py

bench: $(VENV)/.installed-bench
	$(BIN)/python bench/run.py

fuzz: $(VENV)/.installed-test
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests/dispatch/test_fuzz_exact.py
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n $(JOBS) tests/site/test_site_fuzz.py tests/dispatch tests/finance \
		--ignore tests/dispatch/test_fuzz_exact.py

clean:
	rm -rf $(VENV) .system-packages out build dist
