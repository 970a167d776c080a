# Two commands do everything on a machine with Python 3.11+ and make:
#   make demo   install, train the demo shop, serve it, print the address
#   make test   install what the tests need and run them
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint slow clean

$(VENV)/.demo: pyproject.toml hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -e .
	@touch $@

# pip reads dependency groups from version 25.1 on, hence the upgrade before it
$(VENV)/.test: pyproject.toml hatch_build.py $(VENV)/.demo
	$(BIN)/python -m pip install -q -e '.[postgresql]' --group test --group lint
	@touch $@

demo: $(VENV)/.demo
	$(BIN)/palate demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2

slow: $(VENV)/.test
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/deptry src

clean:
	rm -rf $(VENV) src/palate/service/static web/node_modules
