"""What was told of a move is about the move's case: its origin names the move."""

from itertools import islice
from uuid import UUID

from django.db import migrations


def _tie(apps, schema_editor):
    messages = apps.get_model('messaging', 'OutMessage').objects
    moves = apps.get_model('workflow', 'Transition').objects
    told = messages.filter(origin__startswith='transition:').exclude(party=None)
    rows = told.only('pk', 'origin').iterator()
    while batch := list(islice(rows, 500)):
        causes = {one: UUID(one.origin.split(':')[1]) for one in batch}
        cases = dict(moves.filter(pk__in=causes.values(), case__kind='permit').values_list('pk', 'case_id'))
        for one, cause in causes.items():
            one.about_id = cases.get(cause)
        messages.bulk_update(causes, ['about_id'])


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0007_about_a_case'),
        ('workflow', '0001_initial'),
    ]

    operations = [migrations.RunPython(_tie, migrations.RunPython.noop)]
