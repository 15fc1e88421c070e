# Two commands are enough: `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
# Another index for PyTorch alone; CPU wheels: make run TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
TORCH = torch==2.13.0
# Where the larger set goes: outside the repository's files
SAMPLES ?= build/samples-full
BIN = $(VENV)/bin
PIP = $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: run test check bench soak samples samples-full models install install-dev screenshots clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/torch.done:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	@touch $@

$(VENV)/run.done: $(VENV)/torch.done pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done
	$(PIP) install --constraint constraints.txt --editable '.[test,check,train]'
	@touch $@

install: $(VENV)/run.done ## what `run` needs, into .venv

install-dev: $(VENV)/dev.done ## what `test`, `check`, `samples` and `models` need

run: install ## score the sample recordings, then serve the dashboard on 127.0.0.1:8501
	$(BIN)/qc batch recordings_sample --metadata recordings_sample/metadata.csv --workers $(WORKERS)
	@echo 'Dashboard: http://127.0.0.1:8501  (Ctrl-C stops it)'
	$(BIN)/streamlit run app.py --server.address 127.0.0.1 --server.port 8501 --server.headless true --browser.gatherUsageStats false

test: install-dev ## all tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

check: install-dev ## style, types, layers, known vulnerabilities (needs a network for the last)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.supply.audit

bench: install-dev ## speed of the recogniser against openai-whisper's own transcribe, as ratios in one run
	$(BIN)/python -m tests.benchmarks.recogniser_speed

soak: install-dev ## a night of 2,000 files, killed at three random moments (about 15 minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.soak

samples: install-dev ## make recordings_sample again (needs Debian's espeak-ng)
	$(BIN)/python -m recordings_sample.make

samples-full: install-dev ## make the larger labelled set in $(SAMPLES) (864 calls; needs espeak-ng); then: qc evaluate $(SAMPLES)/unseen
	$(BIN)/python -m recordings_sample.make --larger tuning --out $(SAMPLES)/tuning --workers $(WORKERS)
	$(BIN)/python -m recordings_sample.make --larger unseen --out $(SAMPLES)/unseen --workers $(WORKERS)

models: install-dev ## train the builtin models again (hours; needs Debian's espeak-ng; goes on where it stopped)
	$(BIN)/python -m models.recogniser.corpus --work build/recogniser
	$(BIN)/python -m models.recogniser.train --work build/recogniser
	$(BIN)/python -m models.sentiment.train --work build/sentiment $(if $(DATA),--data $(DATA))

screenshots: install-dev ## pages of the dashboard into docs/screenshots (needs chromium)
	$(BIN)/python -m tests.ui.screenshots

clean: ## remove the virtual environment and caches; keeps the database
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache
