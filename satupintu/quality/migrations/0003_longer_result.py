from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0002_pledge_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outcome",
            name="result",
            field=models.CharField(max_length=20),
        ),
    ]
