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
from satupintu.exchange.services.endpoints import (
    EndpointRefused,
    NewSecret,
    add_endpoint,
    forget_told,
    replay,
    rotate_secret,
    start_endpoint,
    stop_endpoint,
)
from satupintu.exchange.services.forwarding import (
    NotForwarded,
    add_partner,
    end_partner,
    forward_complaint,
    forward_due,
    send_again,
)
from satupintu.exchange.services.intake import Applicant, Wanted, apply, draft_id_of
from satupintu.exchange.services.own_cases import Answer, answer, collect, withdraw
from satupintu.exchange.services.reports import report_complaint
from satupintu.exchange.services.telling import send_test, tell_due
from satupintu.exchange.services.uploads import forget_unused, take_upload

__all__ = [
    "Answer",
    "Applicant",
    "Claim",
    "ClientRefused",
    "EndpointRefused",
    "Kept",
    "KeyInUse",
    "KeyReused",
    "NewClient",
    "NewSecret",
    "NotForwarded",
    "Seen",
    "Wanted",
    "act_as_seen",
    "add_endpoint",
    "add_partner",
    "answer",
    "apply",
    "claim",
    "collect",
    "create_client",
    "draft_id_of",
    "end_partner",
    "finish",
    "forget_old",
    "forget_told",
    "forget_unused",
    "forward_complaint",
    "forward_due",
    "note_use",
    "release",
    "replay",
    "report_complaint",
    "revoke_client",
    "rotate_secret",
    "send_again",
    "send_test",
    "start_endpoint",
    "stop_endpoint",
    "take_upload",
    "tell_due",
    "withdraw",
]
