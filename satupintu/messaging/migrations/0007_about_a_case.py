from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0006_told_elsewhere'),
    ]

    operations = [
        migrations.AddField(
            model_name='inmessage',
            name='about_id',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='outmessage',
            name='about_id',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='inmessage',
            index=models.Index(
                condition=Q(('about_id__isnull', False)),
                fields=['about_id', '-at', 'id'],
                name='in_message_about',
            ),
        ),
        migrations.AddIndex(
            model_name='outmessage',
            index=models.Index(
                condition=Q(('about_id__isnull', False)),
                fields=['about_id', '-created_at', 'id'],
                name='message_about',
            ),
        ),
    ]
