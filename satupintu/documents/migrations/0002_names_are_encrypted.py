from django.db import migrations

import satupintu.lib.fields


def encrypt(apps, _editor):
    document = apps.get_model("documents", "Document")
    for one in document.objects.only("pk", "name").iterator(chunk_size=1000):
        document.objects.filter(pk=one.pk).update(encrypted_name=one.name)


def decrypt(apps, _editor):
    document = apps.get_model("documents", "Document")
    for one in document.objects.only("pk", "encrypted_name").iterator(chunk_size=1000):
        document.objects.filter(pk=one.pk).update(name=one.encrypted_name[:160])


class Migration(migrations.Migration):
    """File names as people wrote them hold names and numbers of people."""

    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="encrypted_name",
            field=satupintu.lib.fields.EncryptedTextField(default=""),
            preserve_default=False,
        ),
        migrations.RunPython(encrypt, decrypt),
        migrations.RemoveField(model_name="document", name="name"),
        migrations.RenameField(
            model_name="document", old_name="encrypted_name", new_name="name"
        ),
    ]
