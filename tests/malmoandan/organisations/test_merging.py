from datetime import date

import pytest
from django.http import Http404
from django.utils import timezone

from malmoandan.organisations import duplicates, merging
from malmoandan.organisations.access import organisation_at_or_404
from malmoandan.organisations.models import (
    Handover,
    Kind,
    Membership,
    Organisation,
    PossibleDuplicate,
    ProposedChange,
    Sector,
)
from malmoandan.running import history
from signatures import register_log
from signatures.models import RegisterEntry, State
from tests.challenges.seats import make_area, make_host, make_plan
from tests.factories import make_organisation, make_signature, make_user
from tests.people import make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make_coordinator()


def merge(gone, kept, by):
    return merging.carry_out(gone=gone, kept=kept, by=by)


def reasons(gone, kept, by):
    with pytest.raises(merging.Refused) as refused:
        merge(gone, kept, by)
    assert merging.preview(gone=gone, kept=kept, by=by).refused == refused.value.reasons
    return " ".join(refused.value.reasons)


def nameless(**fields):
    return make_organisation(organisation_number=None, **fields)


def published(organisation, **fields):
    signature = make_signature(organisation=organisation, **fields)
    register_log.append(RegisterEntry.Event.PUBLISHED, signature)
    return signature


def test_everything_goes_over_and_the_log_stays_whole(by):
    gone, kept = make_organisation(name="Odlarna i Malmö"), nameless(name="Malmö odlare")
    signature = published(gone)
    host = make_host(make_plan("Fritid").areas.get().area, Sector.CIVIL, organisation=gone)
    right = Membership.objects.create(organisation=gone, person=make_user())
    done = merge(gone, kept, by)
    for row in (signature, host, right):
        row.refresh_from_db()
        assert row.organisation == kept
    assert done.moved == {"Undertecknanden": 1, "Värdar": 1, "Företrädare": 1}
    assert register_log.verify().whole
    assert [entry.event for entry in signature.entries.order_by("number")] == [
        "published",
        "corrected",
    ]


def test_the_number_goes_over_and_what_was_empty_is_filled(by):
    gone = make_organisation(short_name="OIM", website="https://odlarna.example.org/")
    kept = make_organisation(kind=Kind.NETWORK, name="Odlarnas nätverk")
    number = gone.organisation_number
    done = merge(gone, kept, by)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.organisation_number, kept.short_name, kept.kind) == (number, "OIM", gone.kind)
    assert kept.purpose == "Vi samlar grannar kring odling."
    assert gone.organisation_number is None
    assert done.filled["Organisationsnummer"] == kept.shown_number


def test_a_preview_tells_the_same_and_changes_nothing(by):
    gone, kept = make_organisation(), nameless()
    published(gone)
    before = Organisation.objects.order_by("pk").values()
    before, events = list(before), history.events_of(Organisation).count()
    shown = merging.preview(gone=gone, kept=kept, by=by)
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert history.events_of(Organisation).count() == events
    assert RegisterEntry.objects.count() == 1
    done = merge(gone, kept, by)
    assert (shown.moved, shown.filled, shown.remarks) == (done.moved, done.filled, done.remarks)
    assert shown.remarks == ["Registrets logg får en rad om rättelsen."]


def test_two_live_signatures_of_one_text_are_refused_with_the_reason(by):
    gone, kept = make_organisation(), nameless()
    one, other = published(gone), published(kept)
    told = reasons(gone, kept, by)
    assert one.reference in told
    assert other.reference in told
    gone.refresh_from_db()
    assert gone.merged_into is None
    assert one.organisation == gone


def test_a_withdrawn_signature_stands_beside_a_live_one(by):
    gone, kept = make_organisation(), nameless()
    make_signature(State.WITHDRAWN, organisation=gone, withdrawn_at=timezone.now())
    published(kept)
    merge(gone, kept, by)
    assert kept.signatures.count() == 2
    assert register_log.verify().whole


def test_two_numbers_two_sectors_and_a_merged_one_are_refused(by):
    assert "olika organisationsnummer" in reasons(make_organisation(), make_organisation(), by)
    city = nameless(sector=Sector.CITY, kind=Kind.DEPARTMENT)
    assert "olika sektorer" in reasons(make_organisation(), city, by)
    gone, kept = nameless(), nameless()
    merge(gone, kept, by)
    assert "redan sammanslagen" in reasons(gone, nameless(), by)
    assert "redan sammanslagen" in reasons(nameless(), gone, by)
    assert "samma organisation" in reasons(kept, kept, by)


def test_who_acts_for_both_acts_for_one_once_and_nothing_is_lost(by):
    gone, kept, person = nameless(), nameless(), make_user()
    for organisation in (gone, kept):
        Membership.objects.create(organisation=organisation, person=person)
    merge(gone, kept, by)
    rights = Membership.objects.filter(organisation=kept, person=person)
    assert rights.count() == 2
    assert rights.active().count() == 1


def test_two_handovers_of_one_person_become_one(by):
    gone, kept, person = nameless(), nameless(), make_user()
    for organisation in (gone, kept):
        Membership.objects.create(organisation=organisation, person=person)
        Handover.objects.create(organisation=organisation, by=person, name="Eva", email="e@x.se")
    done = merge(gone, kept, by)
    assert Handover.objects.waiting().get().organisation == kept
    assert Handover.objects.count() == 2
    assert "överlämning" in done.remarks[0]


def test_a_waiting_proposal_is_decided_first(by):
    gone, kept = nameless(name="Odlarna"), nameless()
    ProposedChange.objects.create(organisation=gone, proposed_by=make_user())
    assert "Odlarna har bett om en rättelse" in reasons(gone, kept, by)


def test_old_addresses_lead_to_the_one_that_stays_also_when_that_is_merged(by):
    first, second, third = nameless(name="Ett"), nameless(name="Två"), nameless(name="Tre")
    merge(first, second, by)
    merge(second, third, by)
    assert organisation_at_or_404("ett") == (third, True)
    assert organisation_at_or_404("tva") == (third, True)
    assert organisation_at_or_404("tre") == (third, False)
    with pytest.raises(Http404):
        organisation_at_or_404("fyra")


def test_a_merged_organisation_is_not_found_by_name_and_its_history_stays(by):
    gone, kept = nameless(name="Odlarna"), nameless(name="Malmö odlare")
    merge(gone, kept, by)
    assert not Organisation.objects.search("odlarna").exists()
    events = history.events_of(Organisation).filter(pgh_obj_id=gone.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update"]
    assert events.last().pgh_context.metadata["reason"] == "Odlarna slogs samman med Malmö odlare."


def test_the_pair_is_decided_and_other_judgements_hold_for_the_one_that_stays(by):
    gone, kept, stranger, waiting = (nameless() for _each in range(4))
    pair = duplicates.put_on_list(gone, kept)
    apart = duplicates.put_on_list(gone, stranger)
    duplicates.tell_apart(pair=apart, by=by)
    duplicates.put_on_list(gone, waiting)
    merge(gone, kept, by)
    pair.refresh_from_db()
    assert pair.state == PossibleDuplicate.State.MERGED
    assert PossibleDuplicate.objects.of(stranger).get().state == PossibleDuplicate.State.NOT_SAME
    assert not PossibleDuplicate.objects.of(waiting).exists()


def test_an_area_keeps_its_former_host_and_a_parent_is_not_its_own(by):
    kept = nameless(sector=Sector.CITY, kind=Kind.DEPARTMENT)
    gone = nameless(
        sector=Sector.CITY, kind=Kind.DEPARTMENT, successor=kept, last_day=date(2018, 6, 30)
    )
    kept.parent = gone
    kept.save()
    make_host(
        make_area(),
        Sector.CITY,
        organisation=gone,
        last_day=date(2020, 1, 1),
        first_day=date(2019, 1, 1),
    )
    merge(gone, kept, by)
    kept.refresh_from_db()
    assert kept.parent is None
    assert kept.host_terms.count() == 1
