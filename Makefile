# Sohoa: two commands do everything. `make demo` shows it; `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SYSTEM := bubblewrap libseccomp2 tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd poppler-utils
FONTS := fonts-croscore fonts-liberation2 fonts-dejavu-core fonts-dejavu-extra fonts-noto-core
DEMO := out/demo

.PHONY: help install demo test quick check bench weights labels confidence digits schemas clean lock pictures sbom audit
.DEFAULT_GOAL := help

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/installed ## programs from Debian, a virtual environment from requirements.lock

$(VENV)/installed: requirements.lock pyproject.toml
	@deploy/install-debian $(SYSTEM) $(FONTS) $$($(PYTHON) -c 'import ensurepip' 2>/dev/null || echo python3-venv)
	@echo "Cài môi trường Python vào $(VENV) / installing the Python environment into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## draw sample dossiers, digitise them, compare with the truth
	@$(BIN)/sohoa demo --data $(DEMO)

test: install $(VENV)/provider/installed $(VENV)/deploy/installed ## every test, on real Tesseract, S3, PostgreSQL, Chromium, OpenID provider
	@deploy/install-debian postgresql chromium age systemd openssl
	@$(BIN)/python -m pytest -n 2 --dist loadfile --durations=10

quick: install ## pure tests alone: rules, schemas, the project itself; no services, no browser, no Tesseract
	@$(BIN)/python -m pytest -n 2 --dist load -m "not slow" tests/rules tests/schemas tests/test_project.py

$(VENV)/deploy/installed: tests/deploy/checks.lock
	@test -x $(VENV)/deploy/bin/python || $(PYTHON) -m venv $(VENV)/deploy
	@$(VENV)/deploy/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

$(VENV)/provider/installed: tests/support/provider.lock
	@test -x $(VENV)/provider/bin/python || $(PYTHON) -m venv $(VENV)/provider
	@$(VENV)/provider/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

check: install ## format, lint, declared dependencies, layers, types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/deptry --no-ansi . 2>&1
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

bench: install ## measure speed and accuracy beside bare Tesseract and OCRmyPDF
	@deploy/install-debian unpaper
	@$(BIN)/python -m bench

weights: install ## fit again how sure a reading is (ocr/weights.json)
	@$(BIN)/python -m bench.weights

labels: install ## fit again which words may be a label that no list has (ocr/labels.json)
	@$(BIN)/python -m bench.labels

confidence: install ## fit again how sure a field is (schemas/catalogue/confidence.json)
	@$(BIN)/python -m bench.confidence

digits: install ## train again the reader of digits written by hand (ocr/digits.onnx); needs npm
	@$(BIN)/python -m pip install -q --require-hashes -r bench/digits/training.lock
	@$(BIN)/python -m bench.digits.training

schemas: install ## write again the JSON Schemas that editors check the catalogue by
	@mkdir -p schemas/catalogue/json
	@for kind in document_type wording procedure validity indicators agencies; do \
		$(BIN)/sohoa catalogue schema $$kind --to schemas/catalogue/json/$$kind.schema.json; done

pictures: install ## draw again the pictures of the README, the desk, the counter, the auditor
	@$(BIN)/python -m docs.pictures
	@deploy/install-debian chromium
	@$(BIN)/python -m bench.walk
	@$(BIN)/python -m bench.citizen
	@$(BIN)/python -m bench.auditor

lock: ## resolve requirements.lock and bench/digits/training.lock anew (needs uv)
	@uv pip compile -q pyproject.toml --group dev --generate-hashes --python-version 3.11 \
		--no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock
	@uv pip compile -q pyproject.toml --group training -c requirements.lock --generate-hashes \
		--python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links -o bench/digits/training.lock

sbom: install $(VENV)/deploy/installed ## what is in it: out/sbom.json (CycloneDX)
	@mkdir -p out
	@$(VENV)/deploy/bin/cyclonedx-py environment $(VENV) --pyproject pyproject.toml --output-reproducible --validate -o out/sbom.json
	@echo out/sbom.json

audit: install $(VENV)/deploy/installed ## known vulnerabilities of what is installed (asks pypi.org)
	@$(VENV)/deploy/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

clean: ## remove the environment, caches and the demo's data
	@rm -rf $(VENV) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
