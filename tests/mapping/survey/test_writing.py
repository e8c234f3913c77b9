from datetime import date, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from mapping.models import (
    Confirmation,
    Cooperation,
    CooperationEdition,
    Ending,
    SurveyRound,
)
from mapping.survey import own, rounds, tasks, writing
from mapping.survey.report import Report, reports_of
from mapping.survey.writing import End, Item
from tests.factories import make_organisation, make_user
from tests.mapping.survey.rounds import make_department, make_open_round, report, reporter

pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return make_department()


@pytest.fixture
def association():
    return make_organisation(name="Läxhjälparna")


@pytest.fixture
def later(department, association):
    """A department's writer in a round after the one that knows its cooperation."""
    first = make_open_round(2025)
    report(reporter(first, department), association, description="Varje tisdag")
    first.state, first.published_at = SurveyRound.State.PUBLISHED, timezone.now()
    first.save()
    return reporter(make_open_round(2026), department)


def edition(survey_round):
    return CooperationEdition.objects.in_round(survey_round).get()


def changed(writer, **fields):
    [(key, said)] = reports_of(own.own_editions(writer.round, writer.organisation)).items()
    for name, value in fields.items():
        setattr(said, name, value)
    writing.save(writer=writer, items=[Item(said, key)])
    return key


def jobs(name):
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name)]


def test_a_change_leaves_what_the_earlier_round_says(later):
    earlier = later.round.previous
    changed(later, title="Läxhjälp på Rosengård")
    assert edition(earlier).title == "Läxhjälp"
    assert edition(later.round).title == "Läxhjälp på Rosengård"
    assert Cooperation.objects.count() == 1
    assert CooperationEdition.objects.public().get().title == "Läxhjälp"


def test_a_change_of_a_change_is_one_edition(later):
    changed(later, title="Ett")
    changed(later, title="Två", areas=[], city_parts=["norr"])
    assert CooperationEdition.objects.count() == 2
    assert (edition(later.round).title, edition(later.round).city_parts) == ("Två", ["norr"])


def test_what_says_the_same_is_confirmed_and_no_change(later):
    changed(later)
    assert CooperationEdition.objects.count() == 1
    assert Confirmation.objects.get().round == later.round


def test_confirming_all_twice_is_confirming_once(later):
    assert [writing.confirm(writer=later) for _time in range(2)] == [1, 0]
    [row] = own.with_status(own.own_editions(later.round, later.organisation), later.round)
    assert own.status(row, later.round) == own.CONFIRMED


def test_an_end_closes_and_undoing_opens_again(later):
    cooperation = edition(later.round).cooperation
    writing.end(writer=later, end=End(cooperation.pk, date(2025, 12, 31), "year"))
    assert not CooperationEdition.objects.in_round(later.round).exists()
    assert edition(later.round.previous).ending.ended_on == date(2025, 12, 31)
    writing.undo(writer=later, cooperation=cooperation)
    assert edition(later.round).title == "Läxhjälp"
    assert not Ending.objects.exists()


def test_undoing_a_change_brings_back_what_stood(later):
    cooperation = edition(later.round).cooperation
    changed(later, title="Fel")
    writing.undo(writer=later, cooperation=cooperation)
    assert edition(later.round).title == "Läxhjälp"
    assert CooperationEdition.objects.count() == 1


def test_undoing_a_new_one_takes_it_away_whole(later, association):
    key = report(later, association, title="Ny")
    writing.undo(writer=later, cooperation=Cooperation.objects.get(pk=key))
    assert not Cooperation.objects.filter(pk=key).exists()


def test_ending_what_was_changed_in_the_same_round_keeps_the_earlier(later):
    cooperation = edition(later.round).cooperation
    changed(later, title="Ändrad")
    writing.end(writer=later, end=End(cooperation.pk))
    assert not CooperationEdition.objects.in_round(later.round).exists()
    assert edition(later.round.previous).ending.round == later.round


def test_nobody_writes_in_what_others_report(later, association):
    other = reporter(later.round, association)
    cooperation = edition(later.round).cooperation
    with pytest.raises(writing.NotOwn):
        writing.end(writer=other, end=End(cooperation.pk))
    with pytest.raises(writing.NotOwn):
        writing.confirm(writer=other, cooperations={cooperation.pk})
    with pytest.raises(writing.NotOwn):
        writing.save(writer=other, items=[Item(Report(title="x", form="joint"), cooperation.pk)])


def test_a_successor_reports_for_the_department_that_ended(later):
    former = later.organisation
    successor = make_department("Kultur- och fritidsförvaltningen")
    former.last_day, former.successor = date(2025, 6, 30), successor
    former.save()
    assert writing.confirm(writer=reporter(later.round, successor)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"last_day": timezone.localdate() - timedelta(days=1)},
        {"first_day": timezone.localdate() + timedelta(days=1)},
        {"state": SurveyRound.State.CLOSED},
    ],
)
def test_nothing_is_taken_when_the_round_is_not_open(later, fields):
    SurveyRound.objects.filter(pk=later.round.pk).update(**fields)
    with pytest.raises(writing.NotOpen):
        writing.confirm(writer=later)
    assert not Confirmation.objects.exists()


def test_a_coordinator_writes_until_it_is_published(later):
    rounds.close(survey_round=later.round)
    later.is_coordinator = True
    assert writing.confirm(writer=later) == 1
    rounds.publish(survey_round=later.round, by=make_user())
    with pytest.raises(writing.NotOpen):
        writing.confirm(writer=later)


def test_a_round_goes_one_way_and_tells_who_came_too_late():
    survey_round = make_open_round(state=SurveyRound.State.DRAFT)
    with pytest.raises(rounds.WrongState):
        rounds.publish(survey_round=survey_round, by=make_user())
    rounds.begin(survey_round=survey_round)
    with pytest.raises(rounds.WrongState):
        rounds.begin(survey_round=survey_round)
    rounds.close(survey_round=survey_round)
    rounds.publish(survey_round=survey_round, by=make_user())
    assert CooperationEdition.objects.public().count() == 0
    assert SurveyRound.objects.current() == survey_round


def test_invitations_go_out_when_the_round_opens_and_once(department, association):
    survey_round = make_open_round(state=SurveyRound.State.DRAFT)
    invited = [(department, "A@malmo.example"), (association, "b@x.example")]
    rounds.invite(survey_round=survey_round, invited=invited)
    assert not jobs("mapping.mail_invitation")
    assert rounds.begin(survey_round=survey_round) == 2
    rounds.invite(survey_round=survey_round, invited=invited)
    assert len(jobs("mapping.mail_invitation")) == 2
    rounds.invite(survey_round=survey_round, invited=[(department, "ny@malmo.example")])
    assert len(jobs("mapping.mail_invitation")) == 3


def test_only_the_silent_are_reminded_and_not_twice(department, association):
    survey_round = make_open_round()
    quiet, done = reporter(survey_round, department), reporter(survey_round, association)
    writing.finish(writer=done)
    old = timezone.now() - timedelta(days=3)
    survey_round.invitations.update(invited_at=old)
    assert [rounds.remind(survey_round=survey_round) for _time in range(2)] == [1, 0]
    quiet.invitation.refresh_from_db()
    assert quiet.invitation.reminders == 1


def test_parties_are_told_in_one_mail_and_again_only_of_news(later, association):
    party = reporter(later.round, association)
    for title in ("Ett", "Två", "Tre"):
        report(later, association, title=title)
    for _time in range(2):
        tasks.tell_parties(later.round.pk)
    told = jobs("mapping.mail_party")
    assert [job["invitation_id"] for job in told] == [party.invitation.pk]
    report(later, association, title="Fyra")
    tasks.tell_parties(later.round.pk)
    assert len(jobs("mapping.mail_party")) == 2


def test_the_board_asks_the_same_for_one_and_for_many(
    later, association, django_assert_num_queries
):
    changed(later, title="Ändrad")
    report(later, association, title="Ny")
    for _each in range(20):
        reporter(later.round, make_organisation())
    with django_assert_num_queries(4):
        rows = own.progress(later.round)
    counts = next(row.counts for row in rows if row.invitation.organisation == later.organisation)
    assert (counts[own.CHANGED], counts[own.NEW], counts[own.LEFT]) == (1, 1, 0)
