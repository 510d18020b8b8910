from django.apps import AppConfig


class FramesConfig(AppConfig):
    name = "langnghe.frames"
    label = "frames"
