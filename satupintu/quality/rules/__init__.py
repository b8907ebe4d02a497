"""What the figures mean: of the office (on time, usual time), and of replayed logs. Pure."""

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

__all__ = [
    "ENOUGH",
    "LATEST",
    "Edge",
    "Kept",
    "LogFigures",
    "LoggedCase",
    "LoggedEvent",
    "MonthFigures",
    "ServiceMonth",
    "Spread",
    "Usual",
    "figures_of",
    "spread",
    "usual",
]
