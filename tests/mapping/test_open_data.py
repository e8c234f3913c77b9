"""Open data: the page, the catalogue, the schemas and the API, judged by validators of others."""

import csv
import io
import json
from urllib.parse import urlsplit

import pytest
from csvw import CSVW
from django.conf import settings
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef

from challenges.models import ChallengeArea
from challenges.remiss.models import ReferralResponse
from mapping.open_data.registry import address_of, data_sets, path_of, registered
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.challenges.dialogues.dialogues import make_area, make_dialogue
from tests.challenges.remiss.referrals import (
    Publication,
    make_masking,
    make_referral,
    make_response,
)
from tests.challenges.seats import make_plan
from tests.factories import make_organisation, make_signature, make_user
from tests.mapping.cooperations import make_department, make_edition

pytestmark = pytest.mark.django_db
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
KEYS = [
    *["samverkan", "organisationer", "undertecknare", "utmaningar", "dialoger", "remisser"],
    "remissvar",
]
# Mandatory in DCAT-AP-SE 3.0.1, or recommended where we promise them. Its official shapes are in
# no package, so the properties are listed here from the text of the specification.
WANTED = {
    DCAT.Catalog: [
        *[DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license],
        *[DCAT.dataset, DCTERMS.language, DCAT.themeTaxonomy, FOAF.homepage],
    ],
    DCAT.Dataset: [
        *[DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.keyword],
        *[DCAT.theme, DCTERMS.language, DCTERMS.accessRights, DCAT.distribution],
        DCAT.landingPage,
    ],
    DCAT.Distribution: [
        *[DCAT.accessURL, DCAT.downloadURL, DCTERMS.license, DCTERMS.format, DCAT.mediaType],
        *[DCTERMS.title, DCTERMS.conformsTo],
    ],
    DCAT.DataService: [
        *[DCTERMS.title, DCTERMS.publisher, DCAT.endpointURL, DCAT.endpointDescription],
        *[DCTERMS.license, DCTERMS.accessRights, DCAT.contactPoint, DCAT.servesDataset],
    ],
    FOAF.Agent: [FOAF.name],
    VCARD.Organization: [VCARD.fn, VCARD.hasEmail],
}


@pytest.fixture
def rows():
    """A row in each data set, with what tables stumble over: commas, quotes, line ends, å."""
    department = make_department("Hälsa-, vård- och omsorgsförvaltningen")
    association = make_organisation(name='Föreningen "Å, ä & ö"', website="https://a.example.org/")
    make_signature(organisation=association)
    make_edition(title="Läxhjälp; två\nrader", parties=[association, department], description='"')
    make_plan("Trygghet, för alla")
    make_dialogue(title="Trygga torg", areas=[ChallengeArea.objects.get()])
    make_response(
        make_referral(publishes_at_once=True),
        publication=Publication.PUBLISHED,
        organisation=association,
        published_at=timezone.now(),
        published_by=make_user(),
    )


def graph(client):
    response = client.get("/oppna-data/katalog.rdf")
    assert response["Content-Type"] == "application/rdf+xml; charset=utf-8"
    return Graph().parse(data=response.content, format="xml")


def test_the_page_tells_of_every_data_set_and_its_fields(client, rows):
    response = client.get("/oppna-data/")
    html = response.content.decode()

    assert_well_formed(html)
    assert [data_set.key for data_set in data_sets()] == KEYS
    for data_set in data_sets():
        assert f'<h2 id="{data_set.key}">' in html
        for ending in ("csv", "xlsx", "json", "csv-metadata.json"):
            assert f'href="{path_of(data_set, ending)}"' in html
        for column in data_set.columns:
            assert f"<code>{column.key}</code>" in html
    assert "CC0 1.0" in html
    assert len(response.content) < 100_000


def test_an_empty_portal_has_open_data_too(client):
    assert_well_formed(client.get("/oppna-data/").content.decode())
    assert "samverkan" not in {data_set.key for data_set in data_sets()}
    for data_set in data_sets():
        for ending in ("csv", "xlsx", "json", "csv-metadata.json"):
            assert client.get(path_of(data_set, ending)).status_code == 200
    OpenAPIV31SpecValidator(client.get("/oppna-data/openapi.json").json()).validate()
    assert set(graph(client).subjects(RDF.type, DCAT.Dataset))


@pytest.mark.parametrize("kind", WANTED)
def test_the_catalogue_has_what_dcat_ap_se_asks_for(client, rows, kind):
    found = graph(client)
    subjects = list(found.subjects(RDF.type, kind))

    assert subjects
    for subject in subjects:
        for wanted in WANTED[kind]:
            values = list(found.objects(subject, wanted))
            assert values, f"{subject} lacks {wanted}"
            assert all(str(value).strip() for value in values)


def test_the_catalogue_is_whole(client, rows):
    """Whatever it points at within itself is there; titles are in both languages."""
    found = graph(client)
    catalogue = next(found.subjects(RDF.type, DCAT.Catalog))
    described = set(found.subjects(RDF.type, None))

    for link in (DCAT.dataset, DCAT.distribution, DCTERMS.publisher, DCAT.contactPoint,
                 DCAT.servesDataset, DCAT.accessService, DCAT.service):  # fmt: skip
        assert set(found.objects(None, link)) <= described
    assert set(found.objects(catalogue, DCAT.dataset)) == set(
        found.subjects(RDF.type, DCAT.Dataset)
    )
    for data_set in found.subjects(RDF.type, DCAT.Dataset):
        assert {title.language for title in found.objects(data_set, DCTERMS.title)} == {"sv", "en"}
    for licence in found.objects(None, DCTERMS.license):
        assert licence == URIRef("http://creativecommons.org/publicdomain/zero/1.0/")
    for day in found.objects(None, DCTERMS.modified):
        assert isinstance(day, Literal)
        assert day.toPython() is not None


def test_every_address_in_the_catalogue_answers_with_its_media_type(client, rows):
    found = graph(client)
    distributions = list(found.subjects(RDF.type, DCAT.Distribution))

    assert len(distributions) == 3 * len(KEYS)
    for distribution in distributions:
        address = urlsplit(str(found.value(distribution, DCAT.downloadURL)))
        assert f"{address.scheme}://{address.netloc}" == settings.BASE_URL
        response = client.get(address.path)
        assert response.status_code == 200
        media_type = str(found.value(distribution, DCTERMS.format))
        assert response["Content-Type"].partition(";")[0] == media_type
        for link in (DCAT.accessURL, DCTERMS.conformsTo):
            path = urlsplit(str(found.value(distribution, link))).path
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("key", KEYS)
def test_the_table_schema_fits_the_csv(client, rows, key, tmp_path):
    """By the package csvw, which reads metadata and rows as the W3C's standard says."""
    data_set = registered()[key]
    table = client.get(path_of(data_set, "csv"))
    described = client.get(path_of(data_set, "csv-metadata.json")).json()
    assert described["url"] == address_of(data_set, "csv")
    assert address_of(data_set, "csv-metadata.json") in table["Link"]

    described["url"] = "t.csv"
    (tmp_path / "t.csv").write_bytes(table.content.removeprefix("\ufeff".encode()))
    (tmp_path / "t.csv-metadata.json").write_text(json.dumps(described))
    read = CSVW(str(tmp_path / "t.csv-metadata.json"), validate=True)

    assert read.is_valid, read.warnings
    cells = list(read.tables[0])
    expected = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(cells) == len(expected) > 0
    assert list(cells[0]) == [column.key for column in data_set.columns]


def test_the_api_is_described_as_openapi_asks(client, rows):
    described = client.get("/oppna-data/openapi.json").json()

    OpenAPIV31SpecValidator(described).validate()
    assert set(described["paths"]) == {path_of(data_set, "json") for data_set in data_sets()}
    assert described["info"]["license"]["identifier"] == "CC0-1.0"
    names = {p["name"] for p in described["paths"]["/organisationer.json"]["get"]["parameters"]}
    assert names == {"q", "sektor", "slag", "omrade"}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_real_answers_are_what_the_api_says(client, rows, key, language):
    client.get(f"/?sprak={language}")
    described = client.get("/oppna-data/openapi.json").json()
    schema = {**described["components"]["schemas"][key], "components": described["components"]}
    Draft202012Validator.check_schema(schema)

    answer = client.get(path_of(registered()[key], "json")).json()

    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer)
    assert answer["rows"]


def test_the_fields_are_the_same_in_all_descriptions(client, rows):
    schemas = client.get("/oppna-data/openapi.json").json()["components"]["schemas"]

    for data_set in data_sets():
        keys = [column.key for column in data_set.columns]
        row = schemas[data_set.key]["properties"]["rows"]["items"]
        described = client.get(path_of(data_set, "csv-metadata.json")).json()
        assert list(row["properties"]) == keys
        assert [column["name"] for column in described["tableSchema"]["columns"]] == keys


def test_what_the_filter_asks_is_said_with_its_values(client, rows):
    paths = client.get("/oppna-data/openapi.json").json()["paths"]

    for path, item in paths.items():
        for parameter in item["get"]["parameters"]:
            for value in parameter["schema"].get("enum", []):
                assert client.get(path, {parameter["name"]: value}).status_code == 200


@pytest.mark.parametrize(
    "bad", ["finns-inte.csv", "undertecknare.csv", "dialoger.exe", "dialoger", "..%2fx.csv"]
)
def test_unknown_files_are_not_found(client, bad):
    assert client.get(f"/oppna-data/{bad}").status_code == 404


def test_everything_is_read_only_and_asks_for_no_cookie(client):
    for address in ("", "katalog.rdf", "openapi.json", "dialoger.csv"):
        assert client.get(f"/oppna-data/{address}").cookies == {}
        assert client.post(f"/oppna-data/{address}").status_code == 405


def test_no_draft_and_no_hidden_name_is_in_the_files(client, rows):
    make_dialogue(title="Hemlig dialog", state="planned")
    make_masking(ReferralResponse.objects.get().versions.get(), start=0, end=6)
    ReferralResponse.objects.update(
        kind="person", organisation=None, name="Hemlig Person", name_public=False
    )

    told = "".join(
        client.get(path_of(data_set, ending)).content.decode()
        for data_set in data_sets()
        for ending in ("csv", "json")
    )

    assert "Hemlig" not in told
    assert "Privatperson" in told
    assert "[maskerat]" in told
    assert "Vi är för" not in told
    assert "example.org/" in told  # the website, but no person's address
    assert "@" not in told


def test_the_files_take_the_same_queries_for_any_number(
    client, rows, django_assert_max_num_queries
):
    for number in range(30):
        make_dialogue(title=f"Dialog {number}", areas=[make_area()])

    with django_assert_max_num_queries(4):
        assert len(client.get("/oppna-data/dialoger.json").json()["rows"]) == 31
    with django_assert_max_num_queries(4):
        client.get("/oppna-data/remissvar.json")


@pytest.mark.django_db(transaction=True)
def test_the_page_is_accessible_in_every_look(live_server, browser_page, rows):
    browser_page.goto(f"{live_server.url}/oppna-data/")

    # axe also measures what is folded, against whatever lies there: unfold it first.
    browser_page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert findings_in_all_looks(browser_page) == []
