from django.urls import include, path

from challenges.views import areas, coordinators, dialogues, mine, my_dialogues, my_outcomes

app_name = "challenges"
KEEPING = [
    path("", my_dialogues.show, name="my_dialogue"),
    path("andra/", my_dialogues.change, name="dialogue_change"),
    path("oppna/", my_dialogues.open_for_sign_up, name="dialogue_open"),
    path("bjud-in/", my_dialogues.invite, name="dialogue_invite"),
    path("stall-in/", my_dialogues.cancel, name="dialogue_cancel"),
    path("hallen/", my_dialogues.mark_held, name="dialogue_held"),
    path("deltagare/", my_dialogues.show_participants, name="dialogue_participants"),
    path("deltagare.csv", my_dialogues.participants_csv, name="dialogue_participants_csv"),
    path("anteckningar/", my_outcomes.notes, name="dialogue_notes"),
    path("anteckningar/godkann/", my_outcomes.approve, name="dialogue_approve"),
    path("resultat/", my_outcomes.add_outcome, name="outcome_add"),
    path("resultat/<int:pk>/", my_outcomes.follow_up, name="outcome_follow_up"),
    path("resultat/<int:pk>/ta-bort/", my_outcomes.remove_outcome, name="outcome_remove"),
]
urlpatterns = [
    # The areas: pages, and files of the same rows
    path("utmaningar/", areas.index, name="areas"),
    path("utmaningar.csv", areas.as_csv, name="areas_csv"),
    path("utmaningar.csv-metadata.json", areas.csv_metadata, name="areas_metadata"),
    path("utmaningar.xlsx", areas.as_xlsx, name="areas_xlsx"),
    path("utmaningar.json", areas.as_json, name="areas_json"),
    path("utmaningar/<slug:slug>/", areas.show, name="area"),
    # People
    path("samordnare/", coordinators.show, name="coordinators"),
    path("mina-sidor/omraden/", mine.areas, name="my_areas"),
    # Dialogues: pages, calendar files and a feed that take the same query
    path("dialoger/", dialogues.index, name="dialogues"),
    path("dialoger.ics", dialogues.as_ics, name="dialogues_ics"),
    path("dialoger.atom", dialogues.as_atom, name="dialogues_atom"),
    path("dialoger/anmalan/<str:token>/", dialogues.participant, name="dialogue_participant"),
    path("dialoger/anmalan/<str:token>/avboka/", dialogues.leave, name="dialogue_leave"),
    path("dialoger/<slug:slug>/", dialogues.show, name="dialogue"),
    path("dialoger/<slug:slug>.ics", dialogues.one_as_ics, name="dialogue_ics"),
    path("dialoger/<slug:slug>/anmald/", dialogues.signed_up, name="dialogue_signed_up"),
    # Mina sidor: hosts keep their own dialogues
    path("mina-sidor/dialoger/", my_dialogues.index, name="my_dialogues"),
    path("mina-sidor/dialoger/planera/", my_dialogues.plan, name="dialogue_plan"),
    path("mina-sidor/dialoger/<slug:slug>/", include(KEEPING)),
]
