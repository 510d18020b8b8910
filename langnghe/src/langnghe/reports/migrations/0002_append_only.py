from django.db import migrations

from langnghe.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [
        append_only("reports_evidence"),
        append_only("reports_statement", may_change=("replaced_by_id",)),
        append_only("reports_statement_evidence"),
    ]
