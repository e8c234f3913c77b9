# Everything is set up by the commands themselves, on Debian or Ubuntu with git, make and python3.
PYTHON := .venv/bin/python
LOCK := $(PYTHON) -m piptools compile --quiet --allow-unsafe --generate-hashes --no-header \
	--strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help run test lint endurance messages lock invite bench guide

help:
	@echo "make run                     start the portal and print its address"
	@echo "make test                    run the tests (ARGS=\"-k sign\" for some of them)"
	@echo "make bench                   measure the portal beside its floors (ARGS=pages for a part)"
	@echo "make lint                    check style, types, imports, translations and templates"
	@echo "make endurance               break things under load and count (docs/endurance.md)"
	@echo "make messages                collect the texts to translate"
	@echo "make invite ADDRESS=a@b.se   make a coordinator"
	@echo "make guide                   take the pictures of the coordinators' guide anew"
	@echo "make lock                    choose new versions of all packages (UPGRADE=1)"

run:
	@bin/setup run
	@$(PYTHON) manage.py prepare
	@exec $(PYTHON) manage.py serve

test: export MALMOANDAN_DATA ?= .data/test
# The tests start many processes, which would compile all modules anew.
test: export PYTHONDONTWRITEBYTECODE =
test:
	@bin/setup test
	@$(PYTHON) manage.py prepare
	@$(PYTHON) -m pytest -n auto --maxprocesses 8 --maxschedchunk 8 $(ARGS)

endurance: export MALMOANDAN_DATA ?= .data/endurance
endurance:
	@bin/setup endurance
	@$(PYTHON) manage.py prepare
	@$(PYTHON) -m tests.endurance $(ARGS)

bench: export MALMOANDAN_DATA ?= .data/bench
bench:
	@bin/setup test
	@$(PYTHON) manage.py prepare
	@$(PYTHON) -m tests.bench $(ARGS)

lint:
	@bin/setup test
	@bin/lint

messages:
	@bin/setup run
	@$(PYTHON) manage.py messages

invite:
	@bin/setup run
	@$(PYTHON) manage.py invite_coordinator "$(ADDRESS)"

# Versions and hashes, no addresses: any package index will do.
lock:
	@bin/setup test
	$(LOCK) $(if $(UPGRADE),--upgrade) -o requirements.txt pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra s3 -c requirements.txt -o requirements-s3.txt pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra s3 --extra dev -c requirements.txt -o requirements-dev.txt \
		pyproject.toml

# The pictures of docs/samordnare/, from the portal as it is.
guide: export MALMOANDAN_DATA ?= .data/test
guide:
	@bin/setup guide
	@$(PYTHON) manage.py prepare
	@$(PYTHON) -m tests.guide
