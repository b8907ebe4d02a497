from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q


def mark_seen(apps, schema_editor):
    """Who has no login was entered by the office: from an identity card, a letter, or an older register."""
    party = apps.get_model("people", "Party")
    login = apps.get_model("people", "User").objects.filter(party=OuterRef("pk"))
    claims = apps.get_model("people", "Authority").objects.filter(party=OuterRef("pk"))
    by_office = ~Exists(login) & (~Exists(claims) | Exists(claims.filter(confirmed_by__isnull=False)))
    party.objects.filter(~Q(identity_hash=""), by_office, erased_at__isnull=True).update(
        identity_seen_at=F("created_at")
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0004_saved_filter")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="identity_seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(mark_seen, migrations.RunPython.noop),
    ]
