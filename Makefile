# One door for every chore: `make` lists the verbs, and the first one used installs what it needs into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV   ?= .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
# The first interpreter that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
WORKERS ?= 2
BENCHES := check accuracy ledger

.PHONY: help install demo test test-spark fast lint bench $(BENCHES:%=bench-%) bench-register bench-quality bench-web bench-country performance weights pin fresh clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.ready ## install the program into .venv (demo and test do it by themselves)

demo: $(VENV)/.ready ## a synthetic province and its five dirty files, checked and shown (DEMO_ONCE=1: stop after the report)
	@$(BIN)/dancu demo

test: lint ## everything: style, floors, all tests (Spark's only where pyspark is installed)
	@$(PY) -m pytest -n $(WORKERS) tests

test-spark: $(VENV)/.ready-test $(VENV)/.ready-spark ## the tests that compare Spark with DuckDB (needs Java 17)
	@if java -version >/dev/null 2>&1; then $(PY) -m pytest -m spark tests; \
	else echo "Không có Java 17: bỏ qua kiểm thử Spark. / No Java 17: the Spark tests are skipped."; fi

fast: $(VENV)/.ready-test ## core and laws only, in seconds
	@$(PY) -m pytest $(wildcard tests/core) tests/laws

lint: $(VENV)/.ready-test ## ruff and the floors of .importlinter
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache

bench: $(BENCHES:%=bench-%) ## every performance claim but the country, then docs/performance.md

bench-check: $(VENV)/.ready-bench ## 1M rows against 10M people, beside Splink and the raw limit
	@$(PY) -m bench.check
	@$(PY) -m bench.performance

bench-accuracy: $(VENV)/.ready-bench ## precision, recall, reasons and calibration on worlds not used for tuning
	@$(PY) -m bench.accuracy
	@$(PY) -m bench.performance

bench-ledger: $(VENV)/.ready-bench ## durable appends beside bare fdatasync, bundles, proofs, a check of a million leaves
	@$(PY) -m bench.ledger
	@$(PY) -m bench.performance

bench-register: $(VENV)/.ready-bench ## load, commands, replay, search and the feed's lag beside PostgreSQL alone (10M people: 40 GB, 20 minutes)
	@$(PY) -m bench.register
	@$(PY) -m bench.performance

bench-quality: $(VENV)/.ready-bench ## all rules over everybody with reasons, refresh included, beside plain counts (10M people: 40 GB, 30 minutes)
	@$(PY) -m bench.quality
	@$(PY) -m bench.performance

bench-web: $(VENV)/.ready-bench ## search, person page, worklist and dashboard at 1M people under 20 users, beside their raw SQL
	@$(PY) -m bench.web
	@$(PY) -m bench.performance

bench-country: $(VENV)/.ready-bench ## 100, 10,000 and 10M rows against 100M people (needs 60 GB of disk and an hour)
	@$(PY) -m bench.country
	@$(PY) -m bench.performance

performance: $(VENV)/.ready ## write docs/performance.md again from bench/results/*.json
	@$(PY) -m bench.performance

weights: $(VENV)/.ready ## estimate the linkage weights again from synthetic worlds of both error mixes
	@for world in base-22 base-23 field-9003 field-9005; do \
		$(BIN)/dancu world --people 500000 --mix $${world%-*} --seed $${world#*-} --out bench/data/weights/$$world \
			--files insurance,no_number --rows insurance=250000 --rows no_number=125000; \
		$(BIN)/dancu prepare bench/data/weights/$$world/register.parquet --out bench/data/weights/$$world/prepared; done
	@$(PY) -m dancu.linkage.estimate bench/data/weights/*

pin: $(VENV)/.ready ## choose versions again and write requirements*.txt
	@cd $(CURDIR) && $(PIN) --group build -o requirements-build.txt
	@$(PIN) pyproject.toml -c requirements-build.txt -o requirements.txt
	@$(PIN) --group test -c requirements.txt -c requirements-build.txt -o requirements-test.txt
	@$(PIN) --group bench -c requirements.txt -c requirements-test.txt -o requirements-bench.txt
	@$(PIN) pyproject.toml --extra spark -c requirements.txt -c requirements-test.txt -o requirements-spark.txt

fresh: ## clone what is committed into an empty place with an empty HOME; test and demo there
	@dir=$$(mktemp -d); trap 'chmod -R u+w "$$dir"; rm -rf "$$dir"' EXIT; mkdir "$$dir/home"; \
	python=$$($(PYTHON) -c 'import os, sys; print(os.path.realpath(sys.executable))'); \
	git clone --quiet . "$$dir/clone"; cd "$$dir/clone"; export HOME="$$dir/home" DEMO_ONCE=1; \
	for verb in test demo; do start=$$SECONDS; make $$verb PYTHON="$$python" </dev/null; \
	echo "make $$verb: $$((SECONDS - start)) s"; done

clean: ## remove everything these verbs made, .venv too
	@rm -rf $(VENV) build dist demo bench/data src/*.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# --- installing -------------------------------------------------------------------------------------------------
# Versions and hashes come from requirements*.txt only. uv is tried first because it is several times quicker; pip does
# the same where uv has no wheel or cannot read the machine's certificates.

PIN = $(BIN)/uv pip compile -q --upgrade --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate

define fetch # $(1): arguments of "pip install"
	$(BIN)/uv pip install -q --compile-bytecode --python $(PY) $(1) 2>$(VENV)/uv.log || $(VENV_PIP) install -q $(1) || { \
	echo "Không cài được: kiểm tra kết nối mạng tới kho gói Python rồi chạy lại. / Could not install: check that this machine reaches a Python package index, then run it again."; exit 1; }
endef
# A Python without ensurepip (Debian without python3-venv) still has the machine's own pip to fill the environment.
VENV_PIP = $$($(PY) -c 'import pip' 2>/dev/null && echo $(PY) -m pip || echo $(PYTHON) -m pip --python $(PY))

$(VENV)/bin/uv: requirements-build.txt
	@if [ -z "$(PYTHON)" ]; then echo "Cần Python 3.11 trở lên. / Python 3.11 or newer is needed."; exit 1; fi
	@echo "Cài vào $(VENV): tải khoảng 170 MB, 10–60 giây, chỉ lần đầu. / Installing into $(VENV): about 170 MB, 10–60 s, first time only."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(call fetch,--require-hashes -r requirements-build.txt)
	@touch $@

$(VENV)/.ready: $(VENV)/bin/uv requirements.txt pyproject.toml
	@$(call fetch,--require-hashes -r requirements.txt)
	@$(call fetch,--no-deps --no-build-isolation -e .)
	@# Compiled here once: where the environment forbids Python to do so later, every start would cost a quarter of a second more.
	@$(PY) -m compileall -q src/dancu
	@touch $@

$(VENV)/.ready-%: $(VENV)/.ready requirements-%.txt
	@$(call fetch,--require-hashes -r requirements-$*.txt)
	@touch $@
