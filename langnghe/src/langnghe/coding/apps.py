from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "langnghe.coding"
    label = "coding"

    def ready(self) -> None:
        from langnghe.coding import domain  # noqa: F401 - registers what lower rooms call
