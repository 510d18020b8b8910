from django.urls import path

from langnghe.intake import views

urlpatterns = [
    path("phone/", views.phone_home, name="phone_home"),
    path("phone/note/", views.phone_capture, name="phone_capture"),
]
