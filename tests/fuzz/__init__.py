"""Fuzzing: real answers of gateways, spoilt, are read by everything that reads any; nothing raises, nothing is slow.

The same targets are driven twice: by hypothesis in `make test`, and by atheris, guided by coverage, in `make fuzz`.
"""
