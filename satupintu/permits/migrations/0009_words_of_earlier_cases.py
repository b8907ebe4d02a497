from django.db import migrations

from satupintu.lib.crypto import word_keys
from satupintu.permits.finding import case_words

BATCH = 200


def find_earlier_cases(apps, schema_editor):
    """Give every case that is there the words by which it is found."""
    PermitCase = apps.get_model("permits", "PermitCase")
    CaseWord = apps.get_model("permits", "CaseWord")
    rows = PermitCase.objects.select_related("case__party").order_by("pk")
    waiting = []
    for row in rows.iterator(chunk_size=BATCH):
        case, party = row.case, row.case.party
        words = case_words(party.name if party else "", party.address if party else "", row.answers)
        waiting += [
            CaseWord(key=word_keys(word)[0], case_id=case.pk, opened_at=case.opened_at)
            for word in sorted(words)
        ]
        if len(waiting) > BATCH * 20:
            CaseWord.objects.bulk_create(waiting, ignore_conflicts=True)
            waiting = []
    CaseWord.objects.bulk_create(waiting, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0008_case_words"),
    ]

    operations = [
        migrations.RunPython(find_earlier_cases, migrations.RunPython.noop),
    ]
