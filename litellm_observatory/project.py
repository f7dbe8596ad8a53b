"""Where prefect.yaml, `flows` and `suites` lie: beside the library in a checkout, within it in a wheel."""

from pathlib import Path

_LIBRARY = Path(__file__).resolve().parent

PROJECT = _LIBRARY if (_LIBRARY / "prefect.yaml").is_file() else _LIBRARY.parent
"""The folder in which prefect.yaml lies, and in which our own entry points start."""
