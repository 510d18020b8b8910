from django.urls import path

from langnghe.network import views

urlpatterns = [
    path("demo/enter/<str:username>", views.demo_sign_in, name="demo_sign_in"),
]
