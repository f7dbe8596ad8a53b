"""A gate as people see it: its one message in Slack, its report, and the table that LiteLLM publishes."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import FailedRequest
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.request import Level
from litellm_observatory.orchestration.publishing.load_test import load_test
from litellm_observatory.orchestration.publishing.markdown import markdown
from litellm_observatory.orchestration.publishing.markup import UNBROKEN, link, safe, web_address
from litellm_observatory.orchestration.publishing.slack import message
from litellm_observatory.standin.slack.blocks import are_valid
from tests.core.examples import alike
from tests.orchestration.gates import AT, HOSTILE, RUN_URL, figures, gate, outcome

PASSED = outcome("oai-azure-release", measured=figures(1000, 2, 0.31, 12.0), last_good=figures(990, 1, 0.29, 12.5))
FAILED = outcome("mcp-release", Verdict.FAILED, figures(500, 100, 0.05, None), why="100 of 500 failed").model_copy(
    update={"remedy": "look into its log"}
)
REFUSED = outcome("api-contract", Verdict.REFUSED, why="no key", run_url=None)
MIXED = gate(PASSED, FAILED, REFUSED, verdict=Verdict.FAILED, reason="Failed: mcp-release: 100 of 500 failed")


def blocks_of(report: Report, run_url: str | None = RUN_URL) -> list[dict[str, Any]]:
    return [block.to_dict() for block in message(report, run_url)[1]]


def texts_of(blocks: list[dict[str, Any]]) -> list[str]:
    """Every text of a message, but that of the button."""
    return [part["text"] for block in blocks for part in (block.get("text"), *block.get("fields", ())) if part]


def hostile(text: str, suites: int = 40) -> Report:
    """A gate in which every text from outside is `text`."""
    verdicts = [*Verdict]
    exemplar = FailedRequest(at=AT, request_id=text, call_id=text, model_id=text)
    seen = alike().model_copy(update={"message": text, "exemplars": (exemplar,) * 3})
    outcomes = [
        outcome(f"{text}{i}", verdicts[i % len(verdicts)], figures(), figures(version=text), why=text).model_copy(
            update={"fingerprints": (seen,)}
        )
        for i in range(suites)
    ]
    return gate(*outcomes, release=text, gateway=text, reason=text).model_copy(update={"models": (text, text)})


def test_one_message_tells_the_release_then_every_suite_with_its_link() -> None:
    blocks = blocks_of(MIXED)
    header, suites, *_ = texts_of(blocks)
    assert header == "❌ Failed: mcp-release: 100 of 500 failed"
    assert suites.splitlines() == [
        f"❌ <{RUN_URL}|mcp-release> failed: 500 requests, 100 failed (20 %), p95 50 ms",
        "> 100 of 500 failed → look into its log",
        "⛔ api-contract refused",
        "> no key",
        f"✅ <{RUN_URL}|oai-azure-release> passed: 1,000 requests, 2 failed (0.2 %), p95 310 ms, overhead p95 12 ms",
    ]
    assert [field["text"] for block in blocks for field in block.get("fields", ())] == [
        "*Suite*\nrelease-gate",
        "*Deployment*\ndefault, LiteLLM 1.90.0",
        "*Release*\nv1.90.0",
        "*Models*\nazure-gpt-4o, gpt-4o-mini",
        "*Duration*\n3 h",
    ]
    assert blocks[-1]["elements"][0]["url"] == RUN_URL
    assert message(MIXED, None)[0] == "❌ release-gate: Failed: mcp-release: 100 of 500 failed"


def test_a_suite_that_failed_is_told_with_a_request_by_the_ids_that_logs_have() -> None:
    failed = FAILED.model_copy(update={"fingerprints": (alike(),)})
    report = gate(PASSED, failed, verdict=Verdict.FAILED)
    found = "03:04:05 x-litellm-call-id call-1, x-request-id run-1-7, x-litellm-model-id deployment-2"
    assert f"> 100 of 500 failed → look into its log\n> {found}\n" in "\n".join(texts_of(blocks_of(report)))
    assert (
        "- **mcp-release**: ❌ Failed: 100 of 500 failed → look into its log\n"
        "    - **2 ×** gpt-a, server_error, 03:04:05 to 03:04:06: 500: no\n"
        f"        - {found}\n"
        "        - 03:04:06 x-request-id run-1-8\n"
    ) in markdown(report)


def test_nine_suites_that_all_failed_are_all_told() -> None:
    outcomes = [outcome(f"suite-{i}", Verdict.FAILED, figures(), why="x" * 500) for i in range(9)]
    told = "".join(texts_of(blocks_of(gate(*outcomes))))
    assert all(f"|suite-{i}> failed" in told for i in range(9))
    assert "x" * 199 + "…" in told
    assert "x" * 200 not in told


def test_suites_that_find_no_place_are_counted() -> None:
    outcomes = [outcome(f"suite-{i}", measured=figures()) for i in range(90)]
    told = "\n".join(texts_of(blocks_of(gate(*outcomes))))
    left = 90 - told.count("|suite-")
    assert left > 0
    assert f"and {left} more suites, in the report" in told


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000, "&<>*_`|\n" * 1250, " ", ""])
def test_forty_suites_of_hostile_text_fit_into_one_message(text: str) -> None:
    shown, blocks = message(hostile(text), RUN_URL)
    payload = [block.to_dict() for block in blocks]
    assert are_valid(payload)
    assert len(shown) <= 3000
    assert sum(map(len, texts_of(payload))) < 10_500
    _, *marked_up = texts_of(payload)  # the header is plain text
    assert all(text.count("<") == text.count(f"<{RUN_URL}|") for text in (shown, *marked_up))


@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=60), suites=st.integers(1, 60))
def test_any_gate_fits_into_block_kit_and_into_markdown(text: str, suites: int) -> None:
    report = hostile(text, suites)
    assert are_valid(blocks_of(report))
    assert tables(markdown(report))[1][1:] != []


def test_the_report_compares_every_suite_with_its_last_good_run() -> None:
    page = markdown(MIXED).replace(UNBROKEN, " ")
    assert page.splitlines()[0] == "### ❌ Failed: mcp-release: 100 of 500 failed"
    assert "| Release | v1.90.0 |" in page
    facts, suites = tables(page)[:2]
    assert ["Models", "azure-gpt-4o, gpt-4o-mini"] in facts
    assert suites[0][2:] == ["Failed", "p95", "Overhead p95", "Last passed run"]
    assert suites[1] == [
        f"[oai-azure-release]({RUN_URL})",
        "✅ passed",
        "2 of 1,000, 0.2 %<br>(1 of 990, 0.1 %)",
        "310 ms<br>(290 ms, +7 %)",
        "12 ms<br>(12.5 ms, -4 %)",
        "2026-11-22 02:00<br>LiteLLM 1.90.0",
    ]
    assert suites[2][1:] == ["❌ failed", "100 of 500, 20 %", "50 ms", "–", "none"]
    assert suites[3] == ["api-contract", "⛔ refused", "", "–", "–", "none"]
    assert page.splitlines()[2:4] == [
        "- **mcp-release**: ❌ Failed: 100 of 500 failed → look into its log",
        "- **api-contract**: ⛔ Refused: no key",
    ]


def test_shoulds_among_the_failed_are_said_to_fail_no_run() -> None:
    case = CaseOutcome(name="a", model="", passed=False, rescued=False, attempts=("no",), latency_seconds=0.1)
    should = case.model_copy(update={"name": "b", "level": Level.SHOULD})
    few = outcome("api-contract", measured=figures(100, 1, None, None)).model_copy(update={"cases": (should,)})
    more = outcome("single-request", Verdict.FAILED, figures(100, 4, None, None)).model_copy(
        update={"cases": (case, should, should, should)}
    )
    report = gate(few, more, verdict=Verdict.FAILED).model_copy(update={"failures": 5})
    facts, (_, *rows) = tables(markdown(report).replace(UNBROKEN, " "))[:2]
    assert ["Failed", "5 of 2,000, 4 of them shoulds, which fail no run"] in facts
    assert [row[2] for row in rows] == [
        "1 of 100, 1 %, a should, which fails no run",
        "4 of 100, 4 %, 3 of them shoulds, which fail no run",
    ]
    assert "|api-contract> passed: 100 requests, 1 failed (1 %), a should, which fails no run" in "\n".join(
        texts_of(blocks_of(report))
    )


def test_a_full_reason_stands_in_the_report() -> None:
    why = "because " * 400
    assert f"Failed: {why}".strip() in markdown(gate(outcome("a", Verdict.FAILED, why=why)))


def test_the_load_test_is_litellms_table() -> None:
    later = outcome("later", measured=figures(3000, 30, 0.5, at=AT + timedelta(seconds=900)))
    unknown = outcome("unknown", Verdict.INCONCLUSIVE, figures(10, 0, None))
    section = load_test(gate(PASSED, later, REFUSED, unknown, verdict=Verdict.FAILED))
    block = section.split("```markdown\n")[1].removesuffix("\n```")
    assert block.splitlines() == [
        "## Load Test LiteLLM Proxy Results",
        "",
        "| Name | Status | Median Response Time (ms) | Average Response Time (ms) | Requests/s | Failures/s "
        "| Request Count | Failure Count | Min Response Time (ms) | Max Response Time (ms) |",
        "| " + " | ".join(["---"] * 10) + " |",
        "| oai-azure-release | Passed ✅ | 103.3 | 155.0 | 10.0000 | 0.0200 | 1000 | 2 | 77.5 | 620.0 |",
        "| later | Passed ✅ | 166.7 | 250.0 | 30.0000 | 0.3000 | 3000 | 30 | 125.0 | 1000.0 |",
        "| unknown | Inconclusive ❔ | - | - | 0.1000 | 0.0000 | 10 | 0 | - | - |",
        "| Aggregated | Failed ❌ | - | 226.2 | 4.0100 | 0.0320 | 4010 | 32 | 77.5 | 1000.0 |",
    ]
    assert load_test(gate(REFUSED)) == ""


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "x" * 10_000, "|" * 500, "```\n" * 50, r"\|\*a\*\[b](http://evil)" + "\\", "__a__ ~~b~~ ***c***"],
)
def test_no_text_from_outside_is_markup_in_a_report(text: str) -> None:
    page = markdown(hostile(text, 3))
    assert acts(page) == {"br", RUN_URL}
    assert [len(row) for row in tables(page)[1]] == [6] * 4
    block = page.split("```markdown\n")[1].split("\n```")[0]
    assert acts(block) == set()
    assert [len(row) for row in tables(block)[0]] == [10] * 5


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "", None])
def test_only_the_web_is_linked(url: str | None) -> None:
    assert web_address(url) is None
    assert link("text", url) == "text"


def test_a_url_cannot_end_its_link() -> None:
    assert link("a", "http://x/)[b](http://evil) <|>`") == "[a](http://x/%29%5Bb%5D%28http://evil%29%20%3C%7C%3E%60)"


def test_names_stay_readable() -> None:
    assert safe("server_error: 5 of 10 (x-litellm_id)") == "server_error: 5 of 10 (x-litellm_id)"
    assert safe(safe("a*b")) == r"a\*b"


def parsed(page: str) -> list[Any]:
    """Every token of a page, those within paragraphs and cells included."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    return [each for token in tokens for each in (token, *(token.children or ()))]


def acts(page: str) -> set[str]:
    """What of a page is markup where only text is expected: links, images, HTML, emphasis, code."""
    found = set()
    for token in parsed(page):
        if token.type == "link_open":
            found.add(token.attrs["href"])
        elif token.type in ("html_inline", "html_block"):
            found.add(token.content.strip("<>"))
        elif token.type in ("image", "em_open", "s_open", "code_inline", "blockquote_open", "hr"):
            found.add(token.type)
    return found


def tables(page: str) -> list[list[list[str]]]:
    """The rows of every table of a page, the header first, each cell as its source."""
    found: list[list[list[str]]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    for token, before in zip(tokens[1:], tokens, strict=False):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif before.type in ("td_open", "th_open"):
            found[-1][-1].append(token.content)
    return found
