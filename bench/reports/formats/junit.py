"""Verdicts as JUnit XML, for the test reports of Jenkins, GitLab and GitHub.

Valid under both the Jenkins schema (junit-10.xsd) and the older Ant schema.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from xml.etree import ElementTree as ET

from bench.display import count
from bench.errors import ConfigError
from bench.gate.verdict import GateReport, Verdict
from bench.reports.terminal import printable


def write(result: Any) -> str:
    """Write the verdicts of ``bench check``; an inconclusive one is a skipped case.

    Raises:
        ConfigError: the result has no verdicts.
    """
    if not isinstance(result, GateReport):
        raise ConfigError(f"junit is a format for verdicts only, not for {type(result).__name__}")
    return to_junit(result)


def to_junit(report: GateReport, *, strict: bool = False) -> str:
    """Write a suite per task and a case per verdict.

    Args:
        report: the verdicts.
        strict: whether an inconclusive verdict is a failure instead of a skipped case.
    """
    root = ET.Element("testsuites")
    ordered = sorted(report.verdicts, key=lambda v: (v.task, v.model, v.score))
    for number, (task, group) in enumerate(groupby(ordered, key=lambda v: v.task)):
        verdicts = list(group)
        counts = {
            "tests": len(verdicts),
            "failures": sum(_fails(v, strict) for v in verdicts),
            "errors": 0,
            "skipped": sum(v.outcome == "inconclusive" and not strict for v in verdicts),
        }
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"bench.{task}",
            package="bench",
            id=str(number),
            timestamp="1970-01-01T00:00:00",  # so that equal verdicts give equal bytes
            hostname="localhost",
            time="0",
        )
        for key, value in counts.items():
            suite.set(key, str(value))
        ET.SubElement(suite, "properties")
        for verdict in verdicts:
            _case(suite, verdict, strict)
        ET.SubElement(suite, "system-out").text = printable(report.summary)
        ET.SubElement(suite, "system-err")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _case(suite: ET.Element, verdict: Verdict, strict: bool) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=printable(f"bench.{verdict.task}.{verdict.model}"),
        name=printable(verdict.score),
        time="0",
    )
    reason = printable(verdict.reason)
    if _fails(verdict, strict):
        failure = ET.SubElement(case, "failure", message=reason, type=verdict.outcome)
        failure.text = printable(_figures(verdict))
    elif verdict.outcome == "inconclusive":
        ET.SubElement(case, "skipped", message=f"inconclusive: {reason}")


def _fails(verdict: Verdict, strict: bool) -> bool:
    return verdict.outcome == "fail" or (strict and verdict.outcome == "inconclusive")


def _figures(verdict: Verdict) -> str:
    bounds = verdict.interval
    between = f", interval {bounds.low:+z.4f} to {bounds.high:+z.4f}" if bounds else ""
    now = "missing" if verdict.now is None else f"{verdict.now:z.4f}"
    before = "none" if verdict.before is None else f"{verdict.before:z.4f}"
    return (
        f"before {before}, now {now}{between}, margin {verdict.margin:z.4f},"
        f" {count(verdict.articles, 'article')}"
    )
