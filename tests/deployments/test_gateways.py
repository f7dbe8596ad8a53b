"""What keeps `gateway` from asking a server for anything: told in one sentence, and never with what may be a key."""

import io
import sys

import pytest

from deployments.__main__ import main

KEY = "sk-of-a-release"
URL = ("--url", "https://release.example.com")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no server: nothing listens on this port."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")


def say(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    """Put something on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Release_1", *URL), "only lowercase letters, digits and dashes"),
        (("release", "--url", f"https://me:{KEY}@h.example"), "--url: a URL with a user name or password"),
        (("release", "--url", KEY), "--url: '…' is no base URL"),
        (("release", *URL, "--allow", "https://h.example"), "--allow: a host is no URL"),
        (("release", *URL, "--key-env", "RELEASE_KEY"), "RELEASE_KEY is no variable of the environment, or an empty"),
        (("release", *URL, "--key-env", KEY), "No key: what --key-env names"),
        (("release", *URL, "--key-env", "AKIAIOSFODNN7EXAMPLE"), "No key: what --key-env names"),
        (("release", *URL), "No Prefect server answers at http://127.0.0.1:9/api"),
    ],
)
def test_a_wrong_wish_is_told_in_one_sentence_that_repeats_no_key(
    arguments: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RELEASE_KEY", " ")
    say(monkeypatch, KEY.encode())
    assert main(["gateway", *arguments]) == 1
    told = capsys.readouterr()
    assert sentence in told.err
    assert len(told.err.splitlines()) == 1
    assert told.out == "Prefect server: http://127.0.0.1:9/api\n"
    assert "sk-" not in told.err
    assert "AKIA" not in told.err


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (b"", "Standard input held no key"),
        (b" \n", "Standard input held no key"),
        (b"sk-one\nsk-two\n", "the key is empty, or has blanks"),
        (b"sk-\xff", "the key is empty, or has blanks"),
    ],
)
def test_standard_input_that_is_no_key_is_told_so(
    typed: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, typed)
    assert main(["gateway", "release", *URL]) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert "sk-" not in told


@pytest.mark.parametrize(
    ("ended", "sentence"), [(EOFError, "Standard input held no key"), (KEY, "No Prefect server answers at")]
)
def test_a_person_is_asked_for_the_key_and_does_not_see_it(
    ended: str | type[EOFError],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def typed(prompt: str) -> str:
        if isinstance(ended, str):
            return ended
        raise ended

    say(monkeypatch, b"")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("deployments.api_key.getpass", typed)
    assert main(["gateway", "release", *URL]) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "unknown", [("--key", KEY), ("--api-key", KEY), (f"--api-key={KEY}",), (KEY,), ("--delete",)]
)
def test_a_wrong_usage_does_not_repeat_what_may_be_a_key(
    unknown: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["gateway", "release", *URL, *unknown])
    assert ended.value.code == 2
    assert KEY not in capsys.readouterr().err
