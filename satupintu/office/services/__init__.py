"""
Writes of the office: profile, calendar, numbers, regions, throttling.

`office` lies below `people`, so the person is named by `by_name` and `by_id` (the user's key; None
for the program itself).
"""

from satupintu.office.services.beginning import add_missing_series, begin_office, ensure_series
from satupintu.office.services.calendar import (
    CalendarProblem,
    confirm_closure,
    enter_closures,
    mark_change_applied,
    propose_closure,
    remove_closure,
    seed_calendar,
)
from satupintu.office.services.demo import OFFICES, set_up_office
from satupintu.office.services.numbers import (
    NumberProblem,
    preview_number,
    reserve_numbers,
    save_series,
    set_start,
    take_number,
    take_numbers,
    use_number,
    void_number,
    void_numbers,
)
from satupintu.office.services.profile import put_setting, save_arms, save_profile
from satupintu.office.services.ratelimit import allow, forget_old_counts, spent
from satupintu.office.services.regions import ShippedRegion, find_shipped_regions, load_regions

__all__ = [
    "OFFICES",
    "CalendarProblem",
    "NumberProblem",
    "ShippedRegion",
    "add_missing_series",
    "allow",
    "begin_office",
    "confirm_closure",
    "ensure_series",
    "enter_closures",
    "find_shipped_regions",
    "forget_old_counts",
    "load_regions",
    "mark_change_applied",
    "preview_number",
    "propose_closure",
    "put_setting",
    "remove_closure",
    "reserve_numbers",
    "save_arms",
    "save_profile",
    "save_series",
    "seed_calendar",
    "set_start",
    "set_up_office",
    "spent",
    "take_number",
    "take_numbers",
    "use_number",
    "void_number",
    "void_numbers",
]
