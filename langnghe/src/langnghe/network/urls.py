from django.urls import path

from langnghe.network.views import duties, local_names, members, roster, roster_files, terms

urlpatterns = [
    path("demo/enter/<str:username>", roster.demo_sign_in, name="demo_sign_in"),
    path("network/", roster.roster, name="roster"),
    path("network/terms/", terms.terms, name="terms"),
    path("network/terms/<int:term>/", roster.roster, name="roster_term"),
    path("network/terms/<int:term>/roster.csv", roster.roster_csv, name="roster_csv"),
    path("network/terms/<int:term>/renewal/", terms.renewal, name="renewal"),
    path("network/terms/<int:term>/renew/", terms.renew, name="renew"),
    path("network/members/new/", members.new_member, name="member_new"),
    path("network/members/accept/", members.accept_proposed, name="members_accept"),
    path("network/members/<int:pk>/", members.member, name="member"),
    path("network/members/<int:pk>/move/", members.move_member, name="member_move"),
    path("network/roster-file/", roster_files.roster_upload, name="roster_upload"),
    path("network/roster-file/example.xlsx", roster_files.roster_example, name="roster_example"),
    path("network/roster-file/<int:pk>/", roster_files.roster_preview, name="roster_preview"),
    path("network/roster-file/<int:pk>/drop/", roster_files.roster_drop, name="roster_drop"),
    path("network/duties/", duties.duties, name="duties"),
    path("network/duties/<str:period>/", duties.duties, name="duties_period"),
    path("network/duties/<str:period>/duties.csv", duties.duties_csv, name="duties_csv"),
    path("network/duties/<str:period>/reminders/", duties.reminders, name="reminders"),
    path("network/duties/<str:period>/items/", duties.due_items, name="due_items"),
    path("network/duties/<str:period>/open/", duties.open_items, name="open_items"),
    path("network/plan/", duties.plan, name="plan"),
    path("network/floors/", terms.floors, name="floors"),
    path("network/names/", local_names.local_names, name="local_names"),
    path("network/names/<int:pk>/", local_names.local_names, name="local_names_of"),
]
