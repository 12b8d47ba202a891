# What dev.py does, for those who are used to make. On Windows: py dev.py check, and so on.
PYTHON ?= python3

.PHONY: demo test check docs
demo test check docs:
	@$(PYTHON) dev.py $@ $(WORDS)
