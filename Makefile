# make demo   sets everything up and runs the main job on the shipped samples
# make test   sets everything up and passes every check
# make page   lays out the demo place, serves its page and says which address to open
# make web    passes the checks of the page in a real browser, which it installs (Debian, as root)
# make bench  measures, side by side with the peers
# make soak   the long versions of the kill and recovery tests
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo page test lint unit web bench soak lock clean

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh "$(PYTHON)"
	@touch $(READY)

demo: $(READY)
	@$(BIN)/python tools/demo.py

page: $(READY)
	@$(BIN)/python tools/page.py

test: lint unit

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Lines are counted where it costs little (3 % of the whole): the order as code and what it rests on, by their own
# tests. To count all would double the time.
COUNTED := tests/law tests/domain

unit: $(READY)
	@rm -rf build/coverage && mkdir -p build/coverage
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal $(COUNTED)
	$(BIN)/pytest -n 2 --dist worksteal --ignore=tests/browser $(COUNTED:%=--ignore=%)
	@echo "Left out: tests/browser, the page in a real browser; make web installs one and runs them"
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report --skip-covered
	@echo "Coverage (lines): $$($(BIN)/coverage report --format=total) % of pipeline/law and pipeline/domain by $(COUNTED); other rooms are not counted"

web: $(READY)
	@test -x /usr/bin/chromium-headless-shell || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell; }
	JEKE_BROWSER=1 $(BIN)/pytest -n 2 --dist worksteal tests/browser

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
