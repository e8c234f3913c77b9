"""Many at the same moment."""

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import at_once, place_of
from tests.endurance.visitors import Visitor, organisation_number

OFFICE = "127.0.9.9"  # the one address of all who sign at a meeting


def crowd(house: House, ledger: Ledger) -> str:
    """60 sign at a meeting, 20 for one organisation; 30 want one seat; a body answers 20 times."""
    place = place_of(house, "crowd")
    at_once(ledger, [Visitor(place, ledger, OFFICE).sign for _one in range(60)])
    before = len(ledger.of("signature"))
    one = organisation_number(899_999)
    at_once(ledger, [lambda: Visitor(place, ledger).sign(number=one) for _one in range(20)])
    signatures = {each.key for each in ledger.of("signature")[before:]}
    seat = house.rows["last_seat"]
    at_once(ledger, [lambda: Visitor(place, ledger).sign_up(seat) for _one in range(30)])
    token = house.rows["recipient"]
    at_once(ledger, [lambda: Visitor(place, ledger).answer(token=token) for _one in range(20)])
    seated = house.query(
        "SELECT p.state, count(*) FROM challenges_participant p JOIN challenges_dialogue d"
        " ON d.id = p.dialogue_id WHERE d.slug = %s GROUP BY 1 ORDER BY 1",
        seat,
    )
    if dict(seated) != {"signed_up": 1, "waiting": 29}:
        ledger.is_wrong(f"the last seat: {seated}")
    answers = house.query(
        "SELECT count(DISTINCT r.id), count(v.id) FROM remiss_referralresponse r"
        " JOIN remiss_responseversion v ON v.response_id = r.id"
        " JOIN remiss_referralrecipient i ON i.id = r.recipient_id WHERE i.token = %s",
        token,
    )
    if answers != [(1, 20)]:
        ledger.is_wrong(f"one body's answers: {answers}")
    return (
        f"60 signings behind one address; 20 for one organisation: {len(signatures)} signature; "
        f"30 for the last seat: {dict(seated)}; 20 answers of one body: "
        f"{answers[0][0]} answer with {answers[0][1]} versions"
    )
