"""A saved draft: the link to go on, and colleagues who read, comment and approve."""

import re

import pytest
from django.test import Client

from challenges.remiss.models import DraftReader, ResponseVersion
from tests.challenges.remiss.answering import ASSOCIATION, address, answer, begin, fill_in
from tests.challenges.remiss.referrals import make_draft, make_draft_attachment, make_referral
from tests.mailbox import text_of

pytestmark = pytest.mark.django_db


def ask(client, draft, email="cia@example.org"):
    return client.post(address(draft, "utkast/"), {"kollega-email": email, "ask": "1"})


def reader_address(reader, step=""):
    return f"/remiss/{reader.draft.referral.slug}/las/{reader.token}/{step}"


def hear(client, reader, **more):
    seen = client.get(reader_address(reader)).context["seen"]
    return client.post(reader_address(reader), {"seen": seen} | more)


@pytest.mark.parametrize("typed", ["", "cia", "cia@", "a\0@b.se"])
def test_a_wrong_address_is_said_beside_its_field(client, typed):
    draft = begin(client, make_referral())
    assert ask(client, draft, typed).status_code == 422
    page = client.post(address(draft, "utkast/"), {"lank-email": typed, "mail": "1"})
    assert page.status_code == 422
    assert not DraftReader.objects.exists()


def test_somebody_is_not_flooded_with_mail(client):
    draft = begin(client, make_referral())
    for _time in range(5):
        assert ask(client, draft).status_code == 302
    assert "Vänta en stund" in ask(client, draft).text


def test_the_link_comes_by_mail_and_goes_on_from_another_machine(client, smtp, run_jobs):
    draft = fill_in(client, make_referral())
    client.post(address(draft, "utkast/"), {"lank-email": "Alva@example.org", "mail": "1"})
    run_jobs()

    (mail,) = smtp.to("alva@example.org")
    path = re.search(r"https?://[^/]+(/remiss/\S+)", text_of(mail))[1]
    page = Client().get(path)  # a browser that knows nothing
    assert 'value="Möllans odlare"' in page.text


def test_a_mail_about_a_draft_that_is_gone_is_not_sent(client, smtp, run_jobs):
    draft = fill_in(client, make_referral())
    client.post(address(draft, "utkast/"), {"lank-email": "alva@example.org", "mail": "1"})
    ask(client, draft)
    client.post(address(draft, "kasta/"))
    run_jobs()
    assert smtp.messages == []


def test_a_colleague_reads_comments_and_approves_and_the_sender_sees_it(client, smtp, run_jobs):
    draft = fill_in(client, make_referral())
    file = make_draft_attachment(draft)
    ask(client, draft)
    run_jobs()
    assert "Läs utkastet" not in text_of(smtp.to("cia@example.org")[0])  # the link itself
    reader, colleague = DraftReader.objects.get(), Client()

    page = colleague.get(reader_address(reader))
    assert "Vi tycker om förslaget." in page.text
    assert colleague.get(reader_address(reader, f"bilagor/{file.pk}/")).status_code == 200
    hear(colleague, reader, comment="Bra skrivet.", approve="1")
    run_jobs()

    checked = client.get(address(draft, "kontrollera/"))
    assert "har godkänt" in checked.text
    assert "Bra skrivet." in checked.text
    assert "har godkänt" in smtp.to("alva@example.org")[-1]["Subject"]


def test_a_comment_alone_approves_nothing(client):
    draft = fill_in(client, make_referral())
    ask(client, draft)
    reader = DraftReader.objects.get()
    hear(Client(), reader, comment="Hmm.")
    reader.refresh_from_db()
    assert (reader.comment, reader.approved_at) == ("Hmm.", None)


def test_an_approval_is_of_the_text_as_it_read(client):
    draft = fill_in(client, make_referral())
    ask(client, draft)
    reader = DraftReader.objects.get()
    hear(Client(), reader, approve="1")
    client.post(address(draft, "svaret/"), {"summary": "Något annat"})
    assert "godkände en tidigare lydelse" in client.get(address(draft, "kontrollera/")).text


def test_what_changed_while_it_was_read_is_not_approved(client):
    draft = fill_in(client, make_referral())
    ask(client, draft)
    reader, colleague = DraftReader.objects.get(), Client()
    seen = colleague.get(reader_address(reader)).context["seen"]
    client.post(address(draft, "svaret/"), {"summary": "Något annat"})

    page = colleague.post(reader_address(reader), {"seen": seen, "approve": "1", "comment": "Ja"})

    assert page.status_code == 409
    assert "Ja" in page.text
    reader.refresh_from_db()
    assert reader.approved_at is None


def test_a_colleague_cannot_change_or_send(client):
    draft = fill_in(client, make_referral())
    ask(client, draft)
    reader = DraftReader.objects.get()
    for step in ["", "svaret/", "kontrollera/", "kvitto/"]:
        found = client.get(f"/remiss/{draft.referral.slug}/svara/{reader.token}/{step}")
        assert found.status_code == 404
    assert draft.token not in client.get(reader_address(reader)).text


def test_a_colleague_sees_only_the_own_draft(client):
    draft, other = fill_in(client, make_referral()), make_draft()
    ask(client, draft)
    reader, file = DraftReader.objects.get(), make_draft_attachment(other)
    assert client.get(reader_address(reader, f"bilagor/{file.pk}/")).status_code == 404
    elsewhere = f"/remiss/{other.referral.slug}/las/{reader.token}/"
    assert client.get(elsewhere).status_code == 404
    assert client.get(f"/remiss/{draft.referral.slug}/las/gissning/").status_code == 404


def test_after_sending_there_is_nothing_left_to_read(client, smtp):
    draft = begin(client, make_referral())
    ask(client, draft)
    sent = answer(client, smtp, draft.referral, ASSOCIATION, draft_id=str(draft.pk))
    assert sent.sent_version == ResponseVersion.objects.get()
    reader = DraftReader.objects.get()

    page = Client().get(reader_address(reader))
    assert "inskickat" in page.text
    assert "Vi tycker om" not in page.text
    late = Client().post(reader_address(reader), {"approve": "1", "seen": ""})
    assert late.status_code == 200
    reader.refresh_from_db()
    assert reader.approved_at is None
