from django.db import migrations

from langnghe.common.append_only import append_only


class Migration(migrations.Migration):
    """The table was rebuilt for its new column: SQLite let its triggers go."""

    dependencies = [("coding", "0003_suggestions")]
    operations = [
        append_only("coding_coding"),
    ]
