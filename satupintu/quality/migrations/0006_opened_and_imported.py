from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from satupintu.permits.imported import CHANNEL


def copy_from_cases(apps, schema_editor):
    Outcome = apps.get_model("quality", "Outcome")
    Case = apps.get_model("workflow", "Case")
    cases = Case.objects.filter(pk=OuterRef("case_id")).annotate(
        day=TruncDate("opened_at", tzinfo=timezone.get_default_timezone())
    )
    Outcome.objects.update(opened_date=Subquery(cases.values("day")[:1]))
    # A case of a foreign log may have been learned of after it had ended.
    Outcome.objects.filter(opened_date__gt=models.F("decided_date")).update(
        opened_date=models.F("decided_date")
    )
    Outcome.objects.filter(case__channel=CHANNEL).update(imported=True)


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0005_imported"),
        ("workflow", "0005_open_tasks_of_a_stage"),
    ]

    operations = [
        migrations.AddField(
            model_name="outcome", name="imported", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="outcome", name="opened_date", field=models.DateField(null=True)
        ),
        migrations.RunPython(copy_from_cases, migrations.RunPython.noop),
    ]
