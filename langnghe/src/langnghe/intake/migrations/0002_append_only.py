from django.db import migrations

from langnghe.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [
        append_only("intake_observation"),
        append_only("intake_mood"),
    ]
