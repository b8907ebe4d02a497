"""What the figures mean: of the office (on time, usual time, recap), and of replayed logs. Pure."""

from satupintu.quality.rules.logs import (
    Edge,
    Kept,
    LogFigures,
    LoggedCase,
    LoggedEvent,
    Spread,
    figures_of,
    spread,
)
from satupintu.quality.rules.office import (
    ENOUGH,
    LATEST,
    MonthFigures,
    ServiceMonth,
    Usual,
    usual,
)
from satupintu.quality.rules.recap import DECISIONS, ServiceRecap, Span, recap, total

__all__ = [
    "DECISIONS",
    "ENOUGH",
    "LATEST",
    "Edge",
    "Kept",
    "LogFigures",
    "LoggedCase",
    "LoggedEvent",
    "MonthFigures",
    "ServiceMonth",
    "ServiceRecap",
    "Span",
    "Spread",
    "Usual",
    "figures_of",
    "recap",
    "spread",
    "total",
    "usual",
]
