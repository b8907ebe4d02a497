"""Writes of messaging: the outbox and its worker, the inbox and its reader, contacts, conversations with officers."""

from satupintu.messaging.registry import register_action, register_listener
from satupintu.messaging.services.calls import forget_recordings, receive
from satupintu.messaging.services.contacts import (
    MergeRefused,
    choose_identity,
    choose_way,
    merge_contacts,
    remember_identity,
    resume_identity,
    stop_identity,
    unmerge_contact,
)
from satupintu.messaging.services.conversations import (
    ConversationRefused,
    answer,
    close,
    hand_over,
    note,
    queue_up,
    take_over,
    write_down,
)
from satupintu.messaging.services.inbox import read_due, read_now, take
from satupintu.messaging.services.outbox import (
    NotSendable,
    forget_codes,
    forget_party,
    mark_sent_by_hand,
    notify,
    notify_officer,
    queue_answer,
    queue_message,
    tell_owing,
    tell_party,
)
from satupintu.messaging.services.sending import (
    check_channels,
    give_up_waiting,
    send_due,
    take_reports,
)
from satupintu.messaging.services.words import save_words, send_test

__all__ = [
    "ConversationRefused",
    "MergeRefused",
    "NotSendable",
    "answer",
    "check_channels",
    "choose_identity",
    "choose_way",
    "close",
    "forget_codes",
    "forget_party",
    "forget_recordings",
    "give_up_waiting",
    "hand_over",
    "mark_sent_by_hand",
    "merge_contacts",
    "note",
    "notify",
    "notify_officer",
    "queue_answer",
    "queue_message",
    "queue_up",
    "read_due",
    "read_now",
    "receive",
    "register_action",
    "register_listener",
    "remember_identity",
    "resume_identity",
    "save_words",
    "send_due",
    "send_test",
    "stop_identity",
    "take",
    "take_over",
    "take_reports",
    "tell_owing",
    "tell_party",
    "unmerge_contact",
    "write_down",
]
