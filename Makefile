# Two commands: `make run` (set-up from nothing, the main job) and `make test` (set-up from nothing, all tests).
# Only relative paths: the folder's name may hold spaces and Chinese characters.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run dashboard test check system fonts lock clean setup

run: setup fonts
	@$(BIN)/python -m pipelines.cli run
	@echo
	@echo "打开仪表板 / open the dashboard:  make dashboard"
	@echo "册子 / the blue book:            data/releases/（各发布的 book 文件夹 / the folder book of a release）"

dashboard: setup fonts
	@$(BIN)/python -m pipelines.cli dashboard

test: setup fonts system check
	$(BIN)/python -m pytest

check: setup
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

system:
	@sh .ci/system-packages

fonts: setup
	@$(BIN)/python -m dashboards.fonts

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock requirements-setup.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11–3.13 / Python 3.11 to 3.13 is needed:  apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "需要 venv / venv is needed:  apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

lock: setup
	$(BIN)/uv pip compile --quiet --universal --no-header --no-emit-index-url --no-emit-find-links --generate-hashes \
		--python-version 3.11 --extra test pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) data/warehouse data/dagster
