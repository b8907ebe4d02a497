"""Filters that officers keep: each their own, and those that a section head shares with a unit."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal
from satupintu.people import rules
from satupintu.people.models import SavedFilter
from satupintu.people.queries import units_headed
from satupintu.people.rules import Actor


class FilterRefused(Refusal):
    """The filter cannot be kept, or is not theirs to change."""


def _name(text: str) -> str:
    name = " ".join(text.split())[: rules.FILTER_NAME]
    if not name:
        raise FilterRefused(_("Beri nama untuk saringan ini."))
    return name


def _taken() -> FilterRefused:
    return FilterRefused(_("Nama itu sudah dipakai. Pilih nama lain."))


def keep_filter(
    *, page: str, given: Mapping[str, str], name: str, shared: bool, by: Actor, at: datetime
) -> SavedFilter:
    """
    Keep the filter of a list under a name; `shared` with the unit whose section head keeps it.

    Raises FilterRefused: no such list, nothing narrowed, no name or a name in use, too many, not a section head.
    """
    query = rules.filter_query(page, given) if page in rules.FILTER_PAGES else ""
    if not query or by.user_id is None:
        raise FilterRefused(_("Saring dulu daftarnya, lalu simpan saringannya."))
    unit_id = None
    if shared:
        headed = units_headed(by.user_id, timezone.localdate(at))
        if not headed:
            raise FilterRefused(_("Saringan unit dibagikan oleh kepala bidang."))
        unit_id = headed[0]
    whose = Q(unit_id=unit_id) if unit_id else Q(unit__isnull=True, user_id=by.user_id)
    if SavedFilter.objects.filter(whose, page=page).count() >= rules.MOST_FILTERS:
        raise FilterRefused(
            _("Paling banyak %(most)s saringan. Hapus yang tidak dipakai lagi.")
            % {"most": rules.MOST_FILTERS}
        )
    row = SavedFilter(
        user_id=by.user_id, unit_id=unit_id, page=page, query=query, name=_name(name), created_at=at
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error
    return row


def _theirs(filter_id: UUID, by: Actor, at: datetime) -> QuerySet[SavedFilter]:
    """Return the filter if it is the officer's own, or shared by the section head of its unit, which they are."""
    headed = units_headed(by.user_id, timezone.localdate(at))
    mine = Q(user_id=by.user_id or 0, unit__isnull=True) | Q(unit_id__in=headed)
    return SavedFilter.objects.filter(mine, pk=filter_id)


def rename_filter(*, filter_id: UUID, name: str, by: Actor, at: datetime) -> str:
    """Give a filter another name; return the list it belongs to. Raises FilterRefused, also when it is not theirs."""
    rows = _theirs(filter_id, by, at)
    page = rows.values_list("page", flat=True).first()
    if page is None:
        raise _not_theirs()
    try:
        with transaction.atomic():
            rows.update(name=_name(name))
    except IntegrityError as error:
        raise _taken() from error
    return page


def drop_filter(*, filter_id: UUID, by: Actor, at: datetime) -> str:
    """Delete a filter; return the list it belonged to. Raises FilterRefused when it is not theirs."""
    rows = _theirs(filter_id, by, at)
    page = rows.values_list("page", flat=True).first()
    if page is None:
        raise _not_theirs()
    rows.delete()
    return page


def _not_theirs() -> FilterRefused:
    return FilterRefused(_("Saringan itu tidak ada, atau bukan milik Anda."))
