"""Who was merged so far was merged with the head of the group: more was not kept."""

from django.db import migrations


def _say(apps, schema_editor):
    contacts = apps.get_model('messaging', 'Contact').objects
    merges = apps.get_model('messaging', 'Merge').objects
    merged = contacts.exclude(merged_into=None)
    for pk, head, by, at, made in merged.values_list(
        'pk', 'merged_into_id', 'merged_by_id', 'merged_at', 'created_at'
    ):
        one, other = sorted((pk, head))
        merges.create(one_id=one, other_id=other, by_id=by, at=at or made)


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0010_merges'),
    ]

    operations = [migrations.RunPython(_say, migrations.RunPython.noop)]
