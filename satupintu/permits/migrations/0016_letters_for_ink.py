from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permits", "0015_words_of_permits_in_force")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("document__isnull", True), ("ink", True)),
                fields=["at", "id"],
                name="letter_for_ink",
            ),
        ),
    ]
