from django.db import migrations, models


class Migration(migrations.Migration):
    """Digests get numbers instead of days; the next one seals every row that is there."""

    dependencies = [("workflow", "0002_dates_of_tasks_and_pledge")]

    operations = [
        migrations.DeleteModel(name="Digest"),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("rows", models.PositiveIntegerField()),
                ("heads", models.PositiveIntegerField()),
                ("parts", models.JSONField(default=dict)),
                ("root", models.CharField(max_length=64)),
                ("previous_root", models.CharField(max_length=64)),
                ("seal", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="transition",
            name="effects",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="transition",
            name="sealed_in",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="transition",
            name="canonical_version",
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.CreateModel(
            name="TaskDate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("task_id", models.UUIDField()),
                ("after_seq", models.PositiveIntegerField()),
                ("due_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("sealed_in", models.PositiveIntegerField(blank=True, db_index=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["task_id", "id"], name="task_date_of_task")]
            },
        ),
        migrations.RemoveIndex(model_name="transition", name="transition_recorded"),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(fields=["sealed_in"], name="transition_sealed"),
        ),
    ]
