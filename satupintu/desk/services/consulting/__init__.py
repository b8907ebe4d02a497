"""
Writes of consultations: asking on any channel, what officers and the conversation do with one, what time does.

`ACTIONS` is what this domain registers for acts from outside; an answer is a reply in the conversation, and comes from
there (`hearing`).
"""

from satupintu.desk.services.consulting import handling, meeting
from satupintu.desk.services.consulting.asking import Question, ask, ask_on_page, reply_on_page
from satupintu.desk.services.consulting.handling import give_stars
from satupintu.desk.services.consulting.hearing import hear_more
from satupintu.desk.services.consulting.meeting import (
    SlotTaken,
    call_off,
    enter_room,
    make_rooms,
    pick_time,
    want_meeting,
)
from satupintu.desk.services.consulting.sweep import close_consultations, notice_deadline
from satupintu.workflow.services import SHARED_ACTIONS, ActionService

__all__ = [
    "ACTIONS",
    "Question",
    "SlotTaken",
    "ask",
    "ask_on_page",
    "call_off",
    "close_consultations",
    "enter_room",
    "give_stars",
    "hear_more",
    "make_rooms",
    "pick_time",
    "reply_on_page",
    "want_meeting",
]

ACTIONS: dict[str, ActionService] = {
    **SHARED_ACTIONS,
    "sort": handling.sort,
    "hand_over": handling.hand_over,
    "close": handling.close,
    "discard": handling.discard,
    "ask_meeting": meeting.ask_meeting,
    "offer_meeting": meeting.offer_meeting,
    "book_meeting": meeting.book_meeting,
    "cancel_meeting": meeting.cancel_meeting,
    "rate": handling.rate,
    "notice_deadline": notice_deadline,
}
