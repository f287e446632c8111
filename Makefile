# make demo   sets everything up and runs the main job on the shipped samples
# make test   sets everything up and passes every check
# make bench  measures, side by side with the peers
# make soak   the long versions of the kill and recovery tests
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo test lint unit bench soak lock clean

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh "$(PYTHON)"
	@touch $(READY)

demo: $(READY)
	@$(BIN)/python tools/demo.py

test: lint unit

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal

bench: $(READY)
	$(BIN)/python -m benchmarks

soak: $(READY)
	JEKE_SOAK=300 $(BIN)/pytest -n 2 -k "kill or soak"

# What follows is for those who change the project.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build dist
