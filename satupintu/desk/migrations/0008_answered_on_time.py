"""Keep whether an answer was given by its date: the year's report counted that from every case's terms."""

from datetime import datetime

from django.db import migrations, models


_AT_ONCE = 2_000


def tell(apps, schema_editor):
    complaints = apps.get_model("desk", "Complaint").objects
    answered = complaints.filter(answered_at__isnull=False)
    found = {True: [], False: []}
    rows = answered.values_list("pk", "answered_at", "case__terms").iterator(chunk_size=_AT_ONCE)
    for pk, at, terms in rows:
        found[_in_time(at, terms.get("legal") or {})].append(pk)
    for on_time, ids in found.items():
        for first in range(0, len(ids), _AT_ONCE):
            complaints.filter(pk__in=ids[first : first + _AT_ONCE]).update(on_time=on_time)


def _in_time(at, term):
    due = term.get("counted_due_at")
    return bool(due) and at <= datetime.fromisoformat(due)


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_topics_versions")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="on_time",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop, elidable=True),
    ]
