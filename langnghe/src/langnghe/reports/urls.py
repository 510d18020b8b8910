from django.urls import path

from langnghe.reports import views

urlpatterns = [
    path("reports/", views.report_list, name="report_list"),
    path("reports/latest/", views.report_latest, name="report_latest"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/step/", views.report_step, name="report_step"),
    path("reports/<int:pk>/files/<str:name>", views.report_file, name="report_file"),
    path("reports/<int:pk>/evidence/<str:label>/", views.evidence, name="evidence"),
    path("reports/<int:pk>/evidence/<str:label>.csv", views.evidence_csv, name="evidence_csv"),
]
