from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "langnghe.web"
    label = "web"
