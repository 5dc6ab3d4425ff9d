# Needs Python 3.11 or later; everything else is installed into .venv, as locked, on the first run.
# Arguments are passed on in ARGS: make serve ARGS="--port 0", make test ARGS="tests/cli -k help".

BIN := .venv/bin
READY := .venv/.installed
FOLDERS := openapi fixtures mock_server contract_tests cli
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml --all-extras $(ARGS)

# Images often set it, and each of the hundreds of processes that the tests start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test endure coverage check bench parity docs contract pools lock

serve: $(READY)
	@$(BIN)/incident-double serve $(ARGS)

test: $(READY)
	$(BIN)/pytest $(or $(ARGS),-n auto --dist loadfile --no-loadscope-reorder)

# Storms, endurance and what measures time, one after the other; most have a small version in the suite.
endure: $(READY)
	$(BIN)/pytest $(or $(ARGS),-m endure)

# The whole suite once more, measured, with its gate: it takes twice as long, since every process is traced.
coverage: $(READY)
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(or $(ARGS),-n auto --dist loadfile --no-loadscope-reorder)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report $(if $(ARGS),--fail-under=0)

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@# mypy can't follow the editable install from incident_double.X to the folder X; links can show it the way.
	@mkdir -p .typecheck/incident_double
	@for folder in $(FOLDERS); do ln -sfn ../../$$folder .typecheck/incident_double/$$folder; done
	$(BIN)/mypy .typecheck/incident_double tests benchmarks parity docs examples release

bench: $(READY)
	@$(BIN)/python -m benchmarks $(ARGS)

# The vendor's own acceptance tests against the double: make parity ARGS="PROGRAM --in FOLDER".
parity: $(READY)
	@$(BIN)/python -m parity $(ARGS)

docs: $(READY)
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -c docs -d build/doctrees . build/site $(ARGS)
	@echo build/site/index.html

# What the data are drawn from, as the installed Faker has it: once for each release, since it changes every data set.
pools: $(READY)
	$(BIN)/python -m release.make_pools

# What a newer document of the vendor's changes; then its facts take the place of those before.
contract: $(READY)
	@test -n "$(FROM)" || { echo "make contract FROM=FILE: a document of the vendor's" >&2; exit 2; }
	@$(BIN)/incident-double drift "$(FROM)" || test $$? = 1
	@$(BIN)/python -m incident_double.openapi.renewing "$(FROM)"

# Takes what fits of the versions locked so far; `make lock ARGS=--upgrade` takes the newest of all.
lock: $(READY)
	@$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

$(READY): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m venv --clear .venv; \
		fi; \
	done; \
	echo "incident-double needs Python 3.11 or later, with venv and pip; none was found on PATH" >&2; exit 1
