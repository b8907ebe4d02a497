from django.db import migrations, models


class Migration(migrations.Migration):
    # The lines name letters of other domains too: their ids stay in the column, which refers to no table any more.
    dependencies = [("permits", "0017_letters_in_ink")]

    operations = [
        migrations.AlterField(
            model_name="dispatch",
            name="letter",
            field=models.UUIDField(db_column="letter_id", db_index=True),
        ),
        migrations.RenameField(model_name="dispatch", old_name="letter", new_name="letter_id"),
        migrations.AlterField(
            model_name="dispatch",
            name="letter_id",
            field=models.UUIDField(db_index=True),
        ),
    ]
