# Needs: make, Python >= 3.11, a package index. `make` alone lists the targets.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PYTEST_ARGS ?= -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run demo test check audit format cover wheel image site sbom bench docs messages lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# The stamp lies inside .venv, so a removed .venv is made anew; a changed lock is installed again.
.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Spacereel needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@$(PYTHON) .ci/install .venv
	@touch $@

run: .venv/installed  ## start the daemon on the shipped beat
	$(BIN)/python scheduler.py

demo: .venv/installed  ## the whole pipeline against a bundled sample newsroom, no internet
	$(BIN)/spacereel demo

test: .venv/installed  ## all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: .venv/installed  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit:  ## known vulnerabilities of the pinned dependencies (needs the network)
	@.ci/audit

format: .venv/installed  ## put the code into house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

cover: .venv/installed  ## tests with branch coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PYTEST_ARGS) -p no:cacheprovider
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered

wheel: .venv/installed  ## build wheel and sdist, install them into empty environments, run their demo there
	@.ci/wheel $(BIN)/python

image: .venv/installed  ## build the container image and run its demo, where buildah and mmdebstrap are installed
	@.ci/image

site: .venv/installed  ## the documentation as a site in site/, every link checked
	@.ci/site

sbom: .venv/installed  ## the bill of materials of this version, CycloneDX, on the terminal
	@$(BIN)/python docs/supply.py

bench: .venv/installed  ## every benchmark, figures on the terminal
	for b in bench/bench_*.py; do $(BIN)/python $$b || exit 1; done

docs: .venv/installed  ## write the generated reference pages
	$(BIN)/python docs/generate.py

messages: .venv/installed  ## what the review says into the catalogues of its languages
	$(BIN)/python docs/messages.py

lock: .venv/installed  ## pin the newest allowed versions (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet --upgrade -o requirements.lock
	uv pip compile pyproject.toml --extra alerts --extra metrics --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet -c requirements.lock -o deploy/image/requirements.lock
	uv pip compile docs/site.in --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet --upgrade -o docs/site.lock

clean:  ## remove what was built; the record stays
	rm -rf .venv build site *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
