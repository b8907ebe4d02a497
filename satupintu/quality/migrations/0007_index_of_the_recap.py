from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quality", "0006_opened_and_imported")]

    operations = [
        migrations.AlterField(
            model_name="outcome", name="opened_date", field=models.DateField()
        ),
        migrations.RemoveIndex(model_name="outcome", name="outcome_of_month"),
        migrations.AddIndex(
            model_name="outcome",
            index=models.Index(
                fields=[
                    "decided_date",
                    "service_code",
                    "kind",
                    "result",
                    "on_time",
                    "pledge_kept",
                    "working_minutes",
                    "opened_date",
                    "imported",
                ],
                name="outcome_in_month",
            ),
        ),
    ]
