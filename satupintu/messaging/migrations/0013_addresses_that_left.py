from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0012_merges_say_who'),
    ]

    operations = [
        migrations.AddField(
            model_name='identity',
            name='gone_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(
            model_name='identity',
            name='identity_once_per_channel',
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(condition=models.Q(('gone_at__isnull', True)), fields=('channel', 'address_hash'), name='identity_once_per_channel'),
        ),
    ]
