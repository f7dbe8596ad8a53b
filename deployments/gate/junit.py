"""The gate as JUnit XML, which every CI shows; red is what keeps it from a pass."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from xml.etree import ElementTree

from deployments.gate.testcases import Case, of_left_out, of_suite, trouble_of
from deployments.result import End
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.text import break_commands, make_printable, one_line
from litellm_observatory.names import GATE_FLOW

MOST_OF_A_TEXT, MOST_OF_A_LINE = 4000, 500
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_end(
    release: str,
    end: End,
    link: str,
    earlier: str = "",
    reports: Mapping[str, Report] = MappingProxyType({}),
) -> bytes:
    """The XML of a gate that ended; it is red when the gate did not pass, also where no suite says why.

    `earlier` says that it had ended before it was asked for, and when. `reports` are those of its suites, by their
    names, where they could be read.
    """
    report = end.report
    cases = [case for one in (report.suites if report else ()) for case in of_suite(one, reports.get(one.suite))]
    if not cases or (trouble_of(end.verdict) and all(case.trouble is None for case in cases)):
        seconds = 0.0 if cases or not report else report.duration_seconds
        cases.append(Case(GATE_FLOW, seconds, trouble_of(end.verdict), end.headline, end.reason, link))
    cases += map(of_left_out, report.left_out) if report else ()
    began = f"{report.started_at:%Y-%m-%dT%H:%M:%S}" if report else ""
    return _xml(release, cases, report.duration_seconds if report else 0.0, began, earlier)


def of_error(release: str, sentence: str) -> bytes:
    """The XML of a gate that could not be started, or not followed to its end."""
    return _xml(release, [Case(GATE_FLOW, 0.0, "obstacle", sentence)], 0.0, "")


def _xml(release: str, cases: Sequence[Case], seconds: float, began: str, earlier: str = "") -> bytes:
    failures = sum(case.failed for case in cases)
    skipped = sum(case.skipped for case in cases)
    errors = sum(case.trouble is not None for case in cases) - failures
    counts = {"tests": len(cases), "failures": failures, "errors": errors, "skipped": skipped}
    said = {name: str(count) for name, count in counts.items()} | {"time": f"{seconds:.3f}"}
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(f"{GATE_FLOW} {release}"), **said})
    if began:
        suite.set("timestamp", began)
    if earlier:
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", {"name": "earlier", "value": _clean(earlier)})
    for case in cases:
        shown = {"classname": _line(case.group), "name": _line(case.name), "time": f"{case.seconds:.3f}"}
        element = ElementTree.SubElement(suite, "testcase", shown)
        if case.trouble:
            attributes = {"type": case.trouble, "message": _line(case.headline)}
            red = ElementTree.SubElement(element, "failure" if case.failed else "error", attributes)
            red.text = "\n".join(map(_clean, (case.reason or case.headline, *case.details)))
        if case.skipped:
            ElementTree.SubElement(element, "skipped", {"message": _line(case.headline)})
        if case.output:
            ElementTree.SubElement(element, "system-out").text = _clean(case.output)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _line(text: str) -> str:
    """The same in one line, for an attribute."""
    return _clean(one_line(NOT_XML.sub("", text), most=MOST_OF_A_LINE))


def _clean(text: str) -> str:
    """The text without what XML does not allow, what deceives who reads it, and what acts in a CI that prints it."""
    return break_commands(make_printable(NOT_XML.sub("", text[:MOST_OF_A_TEXT]), keep="\n"))
