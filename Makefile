# Two commands do everything: `make book` builds the book, `make test` runs the tests.
PYTHON ?= python3
PORT ?= 8000
JOBS ?= 3
VENV := .venv
BIN := $(VENV)/bin
SETUP = @command -v $(PYTHON) >/dev/null 2>&1 || { echo "No Python found as '$(PYTHON)': install Python 3.11 or newer, or say make PYTHON=/path/to/python." >&2; exit 1; }; $(PYTHON) tools/environment.py

# in the plain C locale Python cannot read its own paths where they are not ASCII
ifneq ($(filter C POSIX,$(LC_ALL)),)
override LC_ALL := C.UTF-8
export LC_ALL
endif

.DEFAULT_GOAL := help
.PHONY: help book serve notebooks test bench lock clean

help:
	@echo "make book       build the book into _build/html"
	@echo "make serve      build it and serve it on 127.0.0.1 (PORT=8000)"
	@echo "make notebooks  write the learner notebooks into notebooks/"
	@echo "make test       run all tests, in a real browser too (JOBS=0 for one after the other)"
	@echo "make bench      measure page weight, build time, Lighthouse scores; quizzes and the grader against their peers"
	@echo "make lock       refresh the locked versions in requirements/"
	@echo "make clean      remove everything that was built or installed here"

book:
	$(SETUP) author $(VENV)
	@$(BIN)/unionstate book

serve: book
	@$(BIN)/unionstate serve --port="$(PORT)"

notebooks:
	$(SETUP) author $(VENV)
	@$(BIN)/unionstate notebooks

test:
	$(SETUP) test $(VENV)
	@browser=$$($(BIN)/python tests/browser.py) && $(BIN)/unionstate book && UNIONSTATE_BROWSER="$$browser" $(BIN)/python -m pytest -n $(JOBS) $(PYTEST)

bench:
	$(SETUP) test $(VENV)
	@browser=$$($(BIN)/python tests/browser.py) && $(BIN)/unionstate book && UNIONSTATE_BROWSER="$$browser" $(BIN)/python tools/bench.py && UNIONSTATE_BROWSER="$$browser" $(BIN)/python tools/bench_quiz.py && $(BIN)/python tools/bench_grading.py

# The versions are resolved for every system and every Python from 3.11 on; the other files are cut from the same set.
lock:
	$(PYTHON) -m venv _build/lock && _build/lock/bin/python -m pip install --quiet "uv==0.13.9"
	_build/lock/bin/python tools/lock.py

clean:
	rm -rf _build $(VENV) notebooks .pytest_cache .ruff_cache .hypothesis
