"""The description of the JSON interface, judged by a validator that is not ours."""

import json
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator


def test_the_description_is_valid_openapi(firm):
    with urllib.request.urlopen(f"{firm.http}/openapi.json") as answer:
        description = json.load(answer)
    OpenAPIV31SpecValidator(description).validate()
    assert "/v1/leads/{id}:convert" in description["paths"]
