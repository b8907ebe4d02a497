"""A line of web/_timeline.html: what was done, what runs, what comes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One line; `status` is done, now, next or bad."""

    title: str
    note: str = ""
    status: str = "done"
    link: str = ""
    link_label: str = ""
