from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "langnghe.reports"
    label = "reports"

    def ready(self) -> None:
        from langnghe.reports.domain import fates  # noqa: F401 - tells what became of notes
