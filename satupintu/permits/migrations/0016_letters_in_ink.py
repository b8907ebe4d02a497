from django.db import migrations, models


class Migration(migrations.Migration):
    # With the document in its columns SQLite prefers it to the index of documents.
    dependencies = [("permits", "0015_words_of_permits_in_force")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("ink", True)),
                fields=["document", "at", "id"],
                name="letter_in_ink",
            ),
        ),
    ]
