# `make demo` is `python3 dev.py demo`, and so on; dev.py holds what they do.
.PHONY: demo test lint bench lock setup
demo test lint bench lock setup:
	python3 dev.py $@
