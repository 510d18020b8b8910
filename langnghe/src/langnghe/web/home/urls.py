from django.urls import path

from langnghe.web.home import enrolment, views

urlpatterns = [
    path("", views.start, name="start"),
    path("tour/", views.tour, name="tour"),
    path("overview/", views.home, name="home"),
    path("overview/<str:period>/", views.home, name="home_period"),
    path("overview/<str:period>/topics.csv", views.topics_csv, name="home_csv"),
    path("overview/<str:period>/table/", views.topics_table, name="home_table"),
    path("network/members/<int:pk>/phones/", enrolment.phones, name="phones"),
    path("network/members/<int:pk>/phones/shut/", enrolment.shut_phones, name="shut_phones"),
]
