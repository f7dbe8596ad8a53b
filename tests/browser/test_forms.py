"""The run form of every deployment says what each parameter is, what is usual, and what is possible."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import field, label, open_form, press_submit
from tests.deployed import declared
from tests.observatory import Up

SOAK = "oai-azure-release/on-demand"


def read_deployment(up: Up, name: str) -> dict[str, Any]:
    deployment: dict[str, Any] = up.prefect.ask("GET", f"/deployments/name/{name}")
    return deployment


def count_runs(up: Up) -> int:
    of_the_soak = {"deployments": {"id": {"any_": [read_deployment(up, SOAK)["id"]]}}}
    return int(up.prefect.ask("POST", "/flow_runs/count", of_the_soak))


def test_every_deployment_of_prefect_yaml_is_there(up: Up, page: Page) -> None:
    page.get_by_role("link", name="Deployments", exact=True).first.click()
    expect(page.get_by_text(f"{len(declared())} Deployments", exact=True)).to_be_visible()
    assert up.prefect.ask("POST", "/deployments/count", {}) == len(declared())


@pytest.mark.parametrize("name", declared())
def test_the_form_shows_every_parameter_with_its_description_default_and_bounds(
    up: Up, page: Page, name: str
) -> None:
    deployment = read_deployment(up, name)
    open_form(page, name)
    for parameter, about in deployment["parameter_openapi_schema"]["properties"].items():
        expect(label(page, parameter)).to_be_visible()
        expect(label(page, parameter).locator("xpath=..")).to_contain_text(about["description"])
        default = deployment["parameters"].get(parameter, about.get("default"))
        match about.get("type"):
            case "number" | "integer":
                see_number(field(page, parameter), about, default)
            case "boolean":
                expect(field(page, parameter)).to_be_checked(checked=default)
            case "string" if "enum" not in about and "format" not in about:
                expect(field(page, parameter)).to_have_value(default or "")


def see_number(box: Locator, about: dict[str, Any], default: float) -> None:
    """The form knows least and most, but for bounds that are themselves excluded: those only the server refuses."""
    assert float(box.input_value()) == default
    for attribute, bound in (("min", "minimum"), ("max", "maximum")):
        if bound in about:
            assert float(box.get_attribute(attribute) or "nan") == about[bound]


def test_a_value_beyond_its_bound_is_refused_by_the_form(up: Up, page: Page) -> None:
    before = count_runs(up)
    open_form(page, SOAK)
    hours = field(page, "duration_hours")
    hours.fill("1000")
    press_submit(page)
    expect(hours).to_be_focused()
    expect(hours).to_have_js_property("validationMessage", "Value must be less than or equal to 168.")
    assert count_runs(up) == before


def test_what_the_form_lets_pass_is_refused_by_the_server(up: Up, page: Page) -> None:
    before = count_runs(up)
    open_form(page, SOAK)
    field(page, "gateway").fill("g" * 256)
    press_submit(page)
    expect(page.get_by_text("Validation failed for field 'gateway'")).to_be_visible()
    page.mouse.move(0, 0)  # a notice stays for as long as the mouse is on it
    assert count_runs(up) == before
