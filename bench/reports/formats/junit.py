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
    """Write a suite per task and a case per verdict; without verdicts, a skipped case.

    Args:
        report: the verdicts.
        strict: whether an inconclusive verdict is a failure instead of a skipped case.
    """
    root = ET.Element("testsuites")
    ordered = sorted(report.verdicts, key=lambda v: (v.task, v.model, v.score))
    for task, group in groupby(ordered, key=lambda v: v.task):
        verdicts = list(group)
        suite = _suite(
            root,
            f"bench.{task}",
            tests=len(verdicts),
            failures=sum(_fails(v, strict) for v in verdicts),
            skipped=sum(v.outcome == "inconclusive" and not strict for v in verdicts),
        )
        for verdict in verdicts:
            _verdict(suite, verdict, strict)
        _end(suite, report.summary)
    if not report.verdicts:
        suite = _suite(root, "bench", tests=1, failures=0, skipped=1)
        reason = printable("; ".join(report.notes))
        ET.SubElement(_case(suite, "bench", "verdicts"), "skipped", message=reason)
        _end(suite, report.summary)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _suite(root: ET.Element, name: str, *, tests: int, failures: int, skipped: int) -> ET.Element:
    suite = ET.SubElement(
        root,
        "testsuite",
        name=name,
        package="bench",
        id=str(len(root)),
        timestamp="1970-01-01T00:00:00",  # so that equal verdicts give equal bytes
        hostname="localhost",
        time="0",
        tests=str(tests),
        failures=str(failures),
        errors="0",
        skipped=str(skipped),
    )
    ET.SubElement(suite, "properties")
    return suite


def _end(suite: ET.Element, summary: str) -> None:
    ET.SubElement(suite, "system-out").text = printable(summary)
    ET.SubElement(suite, "system-err")


def _case(suite: ET.Element, classname: str, name: str) -> ET.Element:
    return ET.SubElement(
        suite, "testcase", classname=printable(classname), name=printable(name), time="0"
    )


def _verdict(suite: ET.Element, verdict: Verdict, strict: bool) -> None:
    case = _case(suite, f"bench.{verdict.task}.{verdict.model}", verdict.score)
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
