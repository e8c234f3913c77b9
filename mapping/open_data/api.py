"""The OpenAPI 3.1 description of the JSON addresses, made from the columns of the files."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from malmoandan.publishing.exports import Column
from malmoandan.publishing.open_data import DataSet
from mapping.open_data.registry import data_sets, path_of

# What the datatypes of CSV on the Web are in JSON Schema.
_TYPES: dict[str, dict[str, str]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "anyURI": {"type": "string", "format": "uri"},
}
LICENCE = {"name": "CC0 1.0 Universal", "identifier": "CC0-1.0"}


def description() -> dict[str, Any]:
    """The whole description, in the visitor's language."""
    found = data_sets()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Malmöandans öppna data"),
            "description": _("Alla adresser svarar utan nyckel och får användas fritt."),
            "version": "1.0.0",
            "license": LICENCE,
            "contact": {"email": settings.CONTACT_EMAIL},
        },
        "servers": [{"url": settings.BASE_URL}],
        "paths": {path_of(data_set, "json"): _path(data_set) for data_set in found},
        "components": {"schemas": {data_set.key: _schema(data_set) for data_set in found}},
    }


def _path(data_set: DataSet) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{data_set.key}"}
    responses: dict[str, Any] = {
        "200": {
            "description": _("Raderna, och vad fälten betyder."),
            "content": {"application/json": {"schema": schema}},
        }
    }
    if data_set.filter:
        responses["400"] = {
            "description": _("Filtret går inte att förstå. Svaret säger vad som är fel."),
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    operation = {
        "operationId": data_set.key,
        "summary": str(data_set.title),
        "description": str(data_set.description),
        "parameters": _parameters(data_set.filter()) if data_set.filter else [],
        "responses": responses,
    }
    return {"get": operation}


def _parameters(form: forms.Form) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": str(field.label or name),
            "schema": _parameter_schema(field),
        }
        for name, field in form.fields.items()
    ]


def _parameter_schema(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, forms.DateField):
        return {"type": "string", "format": "date"}
    if isinstance(field, forms.IntegerField):
        return {"type": "integer"}
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        # Choices of choices are groups; what a value means stands on the page.
        choices: Any = field.choices
        values = [str(value) for value, label in choices if not isinstance(label, list)]
        return {"type": "string", "enum": sorted({"", *values})}
    return {"type": "string"}


def _schema(data_set: DataSet) -> dict[str, Any]:
    """What an address answers; fields that are empty are null."""
    field = _object({name: {"type": "string"} for name in ("key", "title", "description")})
    row = _object({column.key: _field(column) for column in data_set.columns})
    return _object(
        {
            "title": {"type": "string"},
            "source": {"type": "string", "format": "uri"},
            "exported_at": {"type": "string", "format": "date-time"},
            "filter": {"type": "object", "additionalProperties": {"type": "string"}},
            "fields": {"type": "array", "items": field},
            "rows": {"type": "array", "items": row},
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = _TYPES.get(column.datatype, _TYPES["string"])
    return {
        **kind,
        "type": [kind["type"], "null"],
        "title": str(column.title),
        "description": str(column.description),
    }
