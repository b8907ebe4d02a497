from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0011_merges_so_far'),
    ]

    operations = [
        migrations.RemoveField(model_name='contact', name='merged_at'),
        migrations.RemoveField(model_name='contact', name='merged_by'),
    ]
