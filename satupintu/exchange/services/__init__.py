"""Writes of the exchange: clients and their tokens, files and applications they send, answers they ask for again."""

from satupintu.exchange.services.acting import Seen, act_as_seen
from satupintu.exchange.services.answers import (
    Claim,
    Kept,
    KeyInUse,
    KeyReused,
    claim,
    finish,
    forget_old,
    release,
)
from satupintu.exchange.services.clients import (
    ClientRefused,
    NewClient,
    create_client,
    note_use,
    revoke_client,
)
from satupintu.exchange.services.intake import Applicant, Wanted, apply, draft_id_of
from satupintu.exchange.services.own_cases import Answer, answer, collect, withdraw
from satupintu.exchange.services.reports import report_complaint
from satupintu.exchange.services.uploads import forget_unused, take_upload

__all__ = [
    "Answer",
    "Applicant",
    "Claim",
    "ClientRefused",
    "Kept",
    "KeyInUse",
    "KeyReused",
    "NewClient",
    "Seen",
    "Wanted",
    "act_as_seen",
    "answer",
    "apply",
    "claim",
    "collect",
    "create_client",
    "draft_id_of",
    "finish",
    "forget_old",
    "forget_unused",
    "note_use",
    "release",
    "report_complaint",
    "revoke_client",
    "take_upload",
    "withdraw",
]
