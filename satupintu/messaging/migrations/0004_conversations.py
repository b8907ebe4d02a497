"""
A contact becomes somebody with identities: each old contact, one address, is now an identity of a contact of its own,
those of one party of one contact.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

import satupintu.lib.fields
import satupintu.lib.ids


def give_contacts(apps, schema_editor):
    identities = apps.get_model("messaging", "Identity").objects.using(schema_editor.connection.alias)
    contacts = apps.get_model("messaging", "Contact").objects.using(schema_editor.connection.alias)
    of_party = {}
    for one in identities.order_by("created_at", "pk").iterator():
        contact = of_party.get(one.party_id) if one.party_id else None
        if contact is None:
            contact = contacts.create(
                id=satupintu.lib.ids.uuid7(),
                party_id=one.party_id,
                language=one.language,
                consented_at=one.consented_at,
                created_at=one.created_at,
            )
            if one.party_id:
                of_party[one.party_id] = contact
        identities.filter(pk=one.pk).update(contact_id=contact.pk)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_what_arrived"), ("people", "0004_saved_filter")]

    operations = [
        migrations.RemoveConstraint(model_name="contact", name="contact_once_per_channel"),
        migrations.RemoveField(model_name="conversation", name="contact"),  # no row was ever written
        migrations.RenameField(model_name="outmessage", old_name="contact", new_name="identity"),
        migrations.RenameModel(old_name="Contact", new_name="Identity"),
        migrations.AlterField(
            model_name="identity",
            name="party",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE,
                related_name="+", to="people.party",
                db_index=False,  # its index bears the name that the new table needs
            ),
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=satupintu.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", satupintu.lib.fields.EncryptedTextField(blank=True)),
                ("language", models.CharField(default="id", max_length=2)),
                ("consented_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("merged_into", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="merged", to="messaging.contact")),
                ("party", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="people.party")),
            ],
        ),
        migrations.AddField(
            model_name="identity",
            name="contact",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE,
                related_name="identities", to="messaging.contact",
            ),
        ),
        migrations.RunPython(give_contacts, migrations.RunPython.noop),
    ]
