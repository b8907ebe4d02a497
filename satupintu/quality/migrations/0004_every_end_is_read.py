from django.db import migrations

# What the reader of the log did not fold until now: it is given these rows once more.
ENDS = ("withdraw", "lapse", "record_issued", "record_refused")
BATCH = 1000


def read_again(apps, schema_editor):
    Transition = apps.get_model("workflow", "Transition")
    Pending = apps.get_model("workflow", "Pending")
    rows = Transition.objects.filter(action__in=ENDS).exclude(case__kind="replayed")
    waiting = []
    for row_id, at in rows.values_list("id", "recorded_at").iterator(chunk_size=BATCH):
        waiting.append(Pending(transition_id=row_id, reader="quality", due_at=at))
        if len(waiting) == BATCH:
            Pending.objects.bulk_create(waiting, ignore_conflicts=True)
            waiting = []
    Pending.objects.bulk_create(waiting, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0003_longer_result"),
        ("workflow", "0003_sealed_rows"),
    ]

    operations = [
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
