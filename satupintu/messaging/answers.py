"""What dialogues do that needs no other domain: opening hours, requirements of a service, a word with an officer."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from satupintu.catalogue import presentation, search
from satupintu.catalogue import queries as catalogue
from satupintu.catalogue.phrases import days_words
from satupintu.lib import words
from satupintu.lib.refusal import Refusal
from satupintu.lib.workingtime import add_working_days
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.registry import Asked, newest_to_judge, register_action
from satupintu.messaging.services.conversations import queue_up
from satupintu.office import queries as office

_MOST_CHOICES = 5
_FOUND = frozenset({"title", "needs", "time", "fee", "link"})
_ANSWER_WITHIN_WORKING_DAYS = 1
MOST_STARS = 5


def register() -> None:
    register_action(
        "office.hours", hours, {"told": frozenset({"office", "address", "hours", "now", "phone"})}
    )
    register_action(
        "catalogue.find",
        find_service,
        {"found": _FOUND, "many": frozenset(), "none": frozenset()},
    )
    register_action("catalogue.show", show_service, {"found": _FOUND, "none": frozenset()})
    register_action("messaging.officer", wait_for_officer, {"waiting": frozenset({"by"})})
    register_action(
        "messaging.rate",
        rate,
        {"rated": frozenset({"title"}), "bad": frozenset(), "none": frozenset()},
    )


def hours(asked: Asked) -> Outcome:
    here = office.profile()
    language = asked.language
    with translation.override(language):
        opening = office.opening_now(asked.at)
        local = office.work_calendar().local
        now = (
            _("Sekarang buka sampai %(time)s.")
            % {"time": words.clock_time(local(opening.until), language)}
            if opening.is_open and opening.until
            else _("Sekarang tutup, buka lagi %(when)s.")
            % {"when": words.long_moment(local(opening.next_opening), language)}
        )
    return Outcome(
        "told",
        {
            "office": here.name,
            "address": ", ".join(part for part in (here.address, here.city) if part),
            "hours": _hours_in_words(language),
            "now": now,
            "phone": here.hotline or here.phone or "-",
        },
    )


def _hours_in_words(language: str) -> str:
    """Return "Senin-Kamis 08.00-15.00, Jumat 08.00-11.30": days of equal hours that follow each other together."""
    runs: list[tuple[int, int, str]] = []
    for day, (opens, closes) in office.profile().hours.items():
        said = f"{words.clock_time(opens, language)}-{words.clock_time(closes, language)}"
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == said:
            runs[-1] = (runs[-1][0], day, said)
        else:
            runs.append((day, day, said))
    name = words.weekday_name
    return ", ".join(
        f"{name(first, language)}{f'-{name(last, language)}' if last > first else ''} {said}"
        for first, last, said in runs
    )


def find_service(asked: Asked) -> Outcome:
    """Look a service up by everyday words: the one that fits, a few to choose from, or none."""
    today = office.local_date(asked.at)
    text = str(asked.memory["service"])
    offers = catalogue.list_offers(today)
    order = search.rank([one.definition for one in offers], text, asked.language)
    if not order:
        return Outcome("none")
    by_code = {one.code: one for one in offers}
    if len(order) == 1:
        return Outcome("found", told_of(order[0], asked.language, today))
    return Outcome(
        "many",
        choices=tuple(
            Choice(
                code,
                by_code[code].definition.title.in_language(asked.language),
                "",
            )
            for code in order[:_MOST_CHOICES]
        ),
    )


def show_service(asked: Asked) -> Outcome:
    today = office.local_date(asked.at)
    try:
        return Outcome("found", told_of(str(asked.memory["picked"]), asked.language, today))
    except catalogue.ServiceNotOffered:
        return Outcome("none")


def told_of(code: str, language: str, today: date) -> Mapping[str, str]:
    """Return what is said of a service from its published standard. Raises ServiceNotOffered."""
    definition = catalogue.get_offer(code, today).definition
    with translation.override(language):
        page = presentation.service_page(definition, language, None, kind=definition.kinds[0])
        return {
            "title": str(page["title"]),
            "needs": ", ".join(str(need.label) for need in page["needs"]) or "-",
            "time": days_words(page["days"]),
            "fee": str(page["fee"]),
            "link": f"{settings.BASE_URL}/layanan/{code}/",
        }


def wait_for_officer(asked: Asked, question: str = "") -> Outcome:
    """Put the conversation into the officers' queue; from now on they hear what the person writes."""
    promised = queue_up(asked.conversation_id, at=asked.at, words=question, origin=asked.origin)
    calendar = office.work_calendar()
    by = promised or add_working_days(asked.at, _ANSWER_WITHIN_WORKING_DAYS, calendar)
    return Outcome("waiting", {"by": words.long_date(calendar.local(by).date(), asked.language)})


def rate(asked: Asked) -> Outcome:
    """Keep one to five stars for what the office answered last; "none" where nothing waits to be judged from here."""
    digits = str(asked.memory["stars"])
    if digits not in {str(number) for number in range(1, MOST_STARS + 1)}:
        return Outcome("bad")
    found = newest_to_judge(asked)
    if found is None:
        return Outcome("none")
    try:
        found.give(int(digits))
    except Refusal:  # judged on the page a moment ago
        return Outcome("none")
    return Outcome("rated", {"title": found.title})
