"""Answers of gateways as public bug reports describe them, each judged as their users would judge it.

Each folder of `answers` is one: `case.json` has its `source`, whether the `gateway` was healthy, what is `right` and
why; the body lies beside it, or `routes.json` for what preflight is told. All are worded anew, with made-up ids.
"""
