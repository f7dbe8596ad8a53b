"""What the environment may say, and how it is told that it says too little."""

import pytest

from deployments.command_error import CommandError
from deployments.settings import read_settings, without_secrets

KEY, HOOK = "sk-very-secret", "https://hooks.slack.com/services/T0/B0/very-secret"
GATEWAY = {"LITELLM_GATEWAY_URL": "https://litellm.example.com", "LITELLM_API_KEY": KEY}


def test_an_empty_environment_declares_no_gateway_and_five_suites_at_once() -> None:
    settings = read_settings({"LITELLM_GATEWAY_URL": " ", "LITELLM_API_KEY": "", "MAX_CONCURRENT_TESTS": ""})
    assert settings.gateway is None
    assert settings.slack_url is None
    assert settings.suites_at_once == 5


@pytest.mark.parametrize("missing", ["LITELLM_GATEWAY_URL", "LITELLM_API_KEY"])
def test_a_gateway_without_its_other_half_is_refused_by_naming_it(missing: str) -> None:
    with pytest.raises(CommandError, match=f"{missing} is not") as refusal:
        read_settings({name: value for name, value in GATEWAY.items() if name != missing})
    assert KEY not in str(refusal.value)


@pytest.mark.parametrize("limit", ["0", "-3", "2.5", "many", "٣"])
def test_a_limit_that_is_no_positive_whole_number_is_refused_by_its_name(limit: str) -> None:
    with pytest.raises(CommandError, match=r"MAX_CONCURRENT_TESTS is '.*', but must be a whole number"):
        read_settings({"MAX_CONCURRENT_TESTS": limit})


@pytest.mark.parametrize(("said", "nightly"), [("on", True), ("off", False), ("", None), (" ", None)])
def test_the_night_is_switched_by_a_word_and_by_nothing_else(said: str, nightly: bool | None) -> None:
    assert read_settings({"NIGHTLY": said}).nightly is nightly
    assert read_settings(GATEWAY).nightly is None


@pytest.mark.parametrize("said", ["yes", "ON", "1"])
def test_a_word_for_the_night_that_is_neither_is_refused_by_its_name(said: str) -> None:
    with pytest.raises(CommandError, match=f"NIGHTLY is '{said}', but must be on or off"):
        read_settings({"NIGHTLY": said})


def test_a_webhook_that_is_no_url_is_refused_without_showing_it() -> None:
    with pytest.raises(CommandError, match="SLACK_WEBHOOK_URL is no URL") as refusal:
        read_settings({"SLACK_WEBHOOK_URL": "very-secret"})
    assert "very-secret" not in str(refusal.value)


def test_allowed_hosts_are_a_list_and_none_said_is_not_an_empty_one() -> None:
    said = read_settings(GATEWAY | {"LITELLM_ALLOWED_HOSTS": "a.example.com, *.b.example.com,"}).gateway
    unsaid = read_settings(GATEWAY | {"LITELLM_ALLOWED_HOSTS": " "}).gateway
    assert said
    assert said.allowed_hosts == ("a.example.com", "*.b.example.com")
    assert unsaid
    assert unsaid.allowed_hosts is None


def test_settings_do_not_show_their_secrets() -> None:
    settings = read_settings(GATEWAY | {"SLACK_WEBHOOK_URL": HOOK})
    assert "very-secret" not in repr(settings)


def test_processes_other_than_apply_are_given_no_secret() -> None:
    environment = without_secrets(GATEWAY | {"SLACK_WEBHOOK_URL": HOOK, "PATH": "/bin"})
    assert environment == {"LITELLM_GATEWAY_URL": GATEWAY["LITELLM_GATEWAY_URL"], "PATH": "/bin"}
