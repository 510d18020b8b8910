from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "langnghe.coding"
    label = "coding"
