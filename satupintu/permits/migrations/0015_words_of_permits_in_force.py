from datetime import date

from django.db import migrations, transaction
from django.db.models import Q
from django.utils import timezone

from satupintu.lib import clock
from satupintu.permits.public_search import register_words
from satupintu.permits.rules import STANDING

BATCH = 500  # permits of one transaction, some 5,000 words


def find_earlier_permits(apps, schema_editor):
    """Give every permit that stands on the public register the words by which it is found there."""
    Permit = apps.get_model("permits", "Permit")
    RegisterWord = apps.get_model("permits", "RegisterWord")
    today: date = timezone.localdate(clock.now())
    stands = Q(state__in=STANDING) & (Q(valid_until=None) | Q(valid_until__gte=today))
    rows = Permit.objects.filter(stands).select_related("party").order_by("pk")
    rows = rows.only("number", "holder", "issued_at", "party__is_organisation")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        last = batch[-1].pk
        words = [
            RegisterWord(word=word, permit_id=row.pk, issued_at=row.issued_at)
            for row in batch
            for word in sorted(
                register_words(
                    number=row.number,
                    holder=row.holder,
                    is_organisation=row.party.is_organisation,
                )
            )
        ]
        with transaction.atomic():
            RegisterWord.objects.bulk_create(words, ignore_conflicts=True)


class Migration(migrations.Migration):
    # One batch a transaction: where it is stopped, it goes on when it is run again.
    atomic = False

    dependencies = [("permits", "0014_register_words")]

    operations = [migrations.RunPython(find_earlier_permits, migrations.RunPython.noop)]
