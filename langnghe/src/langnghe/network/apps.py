from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "langnghe.network"
    label = "network"
