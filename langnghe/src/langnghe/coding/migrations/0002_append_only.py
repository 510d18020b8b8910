from django.db import migrations

from langnghe.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("coding", "0001_initial")]
    operations = [
        append_only("coding_coding"),
    ]
