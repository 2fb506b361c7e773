# Two commands: `make demo` sets up and runs the main job, `make test` sets up and runs every check.
PYTHON ?= python3
BIN := .venv/bin
# uv sets up in a quarter of pip's time, but does not read pip's settings (a mirror, a proxy): where it fails, pip goes on
PINNED = pip install --quiet --constraint constraints.txt
INSTALL = install() { echo "setting up $$1"; $(BIN)/uv $(PINNED) --python $(BIN)/python --editable "$$1" \
	|| $(BIN)/$(PINNED) --disable-pip-version-check --editable "$$1"; }; install

.PHONY: demo test lint types floors unit browser fonts database notebook lock bench bench-table picture clean

demo: .venv/.ready
	$(BIN)/siteplan demo --out out

test: .venv/.ready-test browser fonts database lint types floors unit

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "siteplan needs Python 3.11 to 3.13; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3-venv is missing; install it with: apt-get install python3-venv"; exit 1; }
	@$(BIN)/$(PINNED) --disable-pip-version-check uv || echo "no uv to be had here: pip sets up"

.venv/.ready: .venv/bin/python setup.cfg constraints.txt
	@$(INSTALL) .
	@touch $@

.venv/.ready-test: .venv/.ready
	@$(INSTALL) '.[postgis,test,dev]'
	@touch $@

.venv/.ready-bench: .venv/.ready
	@$(INSTALL) '.[bench]'
	@touch $@

lint:
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types:
	$(BIN)/mypy

floors:
	$(BIN)/lint-imports --no-cache

unit:
	$(BIN)/pytest --numprocesses 2 --dist worksteal

# The saved map is opened in a real browser; without one those tests skip and say so, except in CI.
browser:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update --quiet=2 && apt-get install --quiet=2 --no-install-recommends chromium fonts-dejavu-core \
		|| echo "no chromium to be had here: the browser tests will skip"; fi

# Chinese passports need a font with Chinese characters; without one those tests skip, except in CI.
fonts:
	@if [ -z "$$(fc-list :lang=zh-cn 2>/dev/null)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update --quiet=2 && apt-get install --quiet=2 --no-install-recommends fontconfig fonts-wqy-microhei \
		|| echo "no Chinese font to be had here: its tests will skip"; fi

# Layers from a database are read from a real PostgreSQL that the tests start; without one those tests skip.
database:
	@if ls /usr/lib/postgresql/*/bin/initdb /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then :; \
		elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update --quiet=2 && apt-get install --quiet=2 --no-install-recommends postgresql postgresql-postgis \
		|| echo "no PostGIS to be had here: the database tests will skip"; \
		else echo "no PostgreSQL with PostGIS here: the database tests will skip"; fi

notebook: .venv/.ready
	@$(INSTALL) '.[notebook]'
	$(BIN)/jupyter lab notebooks

lock: .venv/.ready-test
	$(BIN)/uv pip compile setup.cfg --all-extras --universal --python-version 3.11 --no-annotate --no-header \
		--upgrade --quiet --output-file constraints.txt

# Ours against its peers; one part with: make bench ONLY=nearest
bench: .venv/.ready-bench
	$(BIN)/python -m bench.run --only "$(ONLY)"

# The README's table, from the last measurements.
bench-table: .venv/.ready-bench
	$(BIN)/python -m bench.table

clean:
	rm -rf .venv out build dist *.egg-info

# The README's pictures, taken anew after the map has changed.
picture: demo .venv/.ready-test browser
	$(BIN)/python notebooks/pictures.py out/map.html
