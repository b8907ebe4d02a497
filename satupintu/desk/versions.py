"""A plan that comes with the program and that the office changes on a page: each change is the next version."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet

from satupintu.desk.models import Version
from satupintu.desk.rules.changing import Objection
from satupintu.desk.rules.tables import Raw
from satupintu.lib.kept import kept


class Numbered(Protocol):
    """A plan as one version of it says; None: as the program came."""

    @property
    def number(self) -> int | None: ...


T = TypeVar("T", bound=Numbered)


@dataclass(frozen=True)
class Plans(Generic[T]):
    """One such plan: its rows, and how it is read, checked and gone back from."""

    model: type[Version]
    shipped: Callable[[], T]  # as it came: a fresh office's, and the measure of every other
    now: Callable[[], T]  # in force
    read: Callable[[Raw, int | None], T]
    write: Callable[[T], dict[str, Any]]
    objections: Callable[
        [T, T, str], Iterable[Objection]
    ]  # to a plan, by the shipped one, in a language
    restored: Callable[[T, T], T]  # an earlier plan in place of the one in force

    def newest(self) -> T:
        """Return the plan in force, read now. One query."""
        row = self.versions().first()
        return self.read(row.plan, row.number) if row else self.shipped()

    def numbered(self, number: int | None) -> T:
        """Return a version of the plan, None: as the program came. Raises ObjectDoesNotExist. Usually no query."""
        now = self.now()
        return now if now.number == number else self._earlier(number)

    @kept
    def _earlier(self, number: int | None) -> T:
        if number is None:
            return self.shipped()
        return self.read(self.versions().get(number=number).plan, number)

    def every(self) -> list[T]:
        """Return the plan as it came, and each of its versions. One query, and one for each not read yet."""
        numbers = self.versions().values_list("number", flat=True)
        return [self.numbered(number) for number in (None, *numbers)]

    def versions(self) -> QuerySet[Version]:
        """Return the rows with who made them, newest first."""
        manager = self.model._default_manager  # noqa: SLF001  Django's name for it
        return manager.select_related("made_by").order_by("-number")
