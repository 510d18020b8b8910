from django.db import migrations

from langnghe.common.append_only import append_only, lift_append_only
from langnghe.common.kept_json import KeptJSONField


class Migration(migrations.Migration):
    """What PostgreSQL holds stays in the order it had there: in that order signed reports were printed."""

    dependencies = [("reports", "0006_omissions_and_scores")]
    operations = [
        lift_append_only("reports_evidence"),
        migrations.AlterField("evidence", "record", KeptJSONField()),
        append_only("reports_evidence"),
    ]
