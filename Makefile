# What each target does: README.md. Logic longer than a line is in scripts/.
.PHONY: setup run test lint bench lock

setup:
	@scripts/setup.sh test

run:
	@scripts/run.sh

test:
	@scripts/test.sh $(ARGS)

lint:
	@scripts/lint.sh

bench:
	@scripts/setup.sh bench
	@.venv/bin/python -m bench $(ARGS)

lock:
	@scripts/lock.sh $(ARGS)
