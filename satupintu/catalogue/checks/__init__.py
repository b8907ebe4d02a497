"""
What a service file must mean before it may be published: law, times, references.

Each function looks at one part and yields (path, message, allowed); `check` turns them into problems with lines.
"""

from satupintu.catalogue.checks.common import dotted
from satupintu.catalogue.checks.identity import identity
from satupintu.catalogue.checks.outcome import (
    check_conditions,
    check_decision,
    check_fee,
    check_output,
    check_validity,
)
from satupintu.catalogue.checks.pages import may_take_forever, pages
from satupintu.catalogue.checks.standard import standard
from satupintu.catalogue.checks.work import requirements, stages, times
from satupintu.catalogue.lines import Lines
from satupintu.catalogue.rules import Definition, Problem

__all__ = ["check", "dotted", "may_take_forever"]


def check(definition: Definition, filename: str, file: str, lines: Lines) -> list[Problem]:
    """Return what is wrong with a definition whose shape is right; `filename` "" is not compared."""
    parts = (
        identity(definition, filename),
        pages(definition),
        requirements(definition),
        stages(definition),
        times(definition),
        check_fee(definition),
        check_validity(definition),
        check_decision(definition),
        check_output(definition),
        check_conditions(definition),
        standard(definition),
    )
    return [
        Problem(file, lines.of(path), dotted(path), message, allowed)
        for part in parts
        for path, message, allowed in part
    ]
