from django.db import migrations, models


class Migration(migrations.Migration):
    # With the document in its columns SQLite prefers it to the index of documents.
    dependencies = [("permits", "0016_letters_for_ink")]

    operations = [
        migrations.RemoveIndex(model_name="letter", name="letter_for_ink"),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("ink", True)),
                fields=["document", "at", "id"],
                name="letter_in_ink",
            ),
        ),
    ]
