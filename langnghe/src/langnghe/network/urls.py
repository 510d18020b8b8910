from django.urls import path

from langnghe.network import views

urlpatterns = [
    path("demo/enter/<str:username>", views.demo_sign_in, name="demo_sign_in"),
    path("network/", views.roster, name="roster"),
    path("network/terms/<int:term>/", views.roster, name="roster_term"),
    path("network/terms/<int:term>/roster.csv", views.roster_csv, name="roster_csv"),
    path("network/duties/", views.duties, name="duties"),
    path("network/duties/<str:period>/", views.duties, name="duties_period"),
    path("network/duties/<str:period>/duties.csv", views.duties_csv, name="duties_csv"),
]
