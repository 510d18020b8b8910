# make demo · test · test-all · check · bench SUITE=... · docs · messages · lock
PYTHON ?= python3
BIN := .venv/bin
SUITE ?= all

.PHONY: demo test test-all check bench docs messages lock run-env dev-env

demo: run-env
	$(BIN)/langnghe demo $(DEMO_ARGS)

test: dev-env
	$(BIN)/python -m pytest -n 2 -m "not browser and not postgresql and not r_parity and not spark" $(TEST_ARGS)

test-all: dev-env
	$(BIN)/python -m pytest -n 2 -m "not browser and not spark" $(TEST_ARGS)
	$(BIN)/python -m pytest -m browser nghe/tests $(TEST_ARGS)
	$(BIN)/python -m pytest -m browser langnghe/tests $(TEST_ARGS)
	@$(PYTHON) tools/bootstrap.py bench
	.venv-bench/bin/python -m pytest -m spark -c nghe/pytest.ini nghe/tests $(TEST_ARGS)

check: dev-env
	$(BIN)/python tools/check.py

bench: dev-env
	$(BIN)/python tools/bench.py $(SUITE)

docs: dev-env
	$(BIN)/python tools/docs.py

messages: dev-env
	$(BIN)/python tools/messages.py

lock: dev-env
	$(BIN)/python tools/lock.py

run-env:
	@$(PYTHON) tools/bootstrap.py run

dev-env:
	@$(PYTHON) tools/bootstrap.py dev
