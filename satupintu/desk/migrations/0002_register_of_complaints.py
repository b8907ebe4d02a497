"""An office that was set up before complaints gets their register; a new one gets it with all others."""

from django.db import migrations


def add_register(apps, schema_editor):
    series = apps.get_model("office", "NumberSeries")
    letters = series.objects.filter(code="letter").first()
    if letters is None or series.objects.filter(code="complaint").exists():
        return
    series.objects.create(
        code="complaint", name="Pengaduan", pattern="ADU-{year}-{seq:5}", unit=letters.unit
    )


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("office", "0002_sealed_rows")]

    operations = [migrations.RunPython(add_register, migrations.RunPython.noop)]
