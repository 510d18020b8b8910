from django.db import migrations

from langnghe.common.append_only import append_only


class Migration(migrations.Migration):
    """SQLite lost the triggers of the tables that were made anew; files and templates are guarded from now on too."""

    dependencies = [("reports", "0003_templates")]
    operations = [
        append_only("reports_evidence"),
        append_only("reports_statement", may_change=("replaced_by_id",)),
        append_only("reports_statement_evidence"),
        append_only("reports_reportfile"),
        append_only("reports_reporttemplate"),
    ]
