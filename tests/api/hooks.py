"""What the run knows of Baton beyond its description."""

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import AcceptedNegativeData

# What the edge says of a form that it cannot read; everything else is a rule of the trade.
FORM = {
    "BODY_SUPERFLUOUS", "CHOSEN_TWICE", "HEADER_MALFORMED", "JSON_MALFORMED", "NOT_AN_OBJECT", "NOT_A_CHOICE",
    "NOT_A_LIST", "NOT_A_NUMBER", "NOT_A_WHOLE_NUMBER", "NOT_BASE64", "NOT_JSON", "NOT_TEXT", "NOT_TRUE_OR_FALSE",
    "PARAMETER_TWICE", "PARAMETER_UNKNOWN", "TIME_MALFORMED", "VALUE_MALFORMED",
}


@schemathesis.check
def described_form_is_read(ctx, response, case):
    """A request that the description allows is not refused for its form."""
    if case.meta is None or case.meta.generation.mode.is_negative or response.status_code not in (400, 415):
        return
    told = response.json()
    for detail in told["details"]:
        violations = detail.get("fieldViolations", [detail])
        wrong = [v for v in violations if v.get("reason") in FORM]
        if wrong:
            raise Failure(
                operation=case.operation.label,
                title="A form that is described is not read",
                message=f"{wrong}",
            )


@schemathesis.check
def refusals_say_why(ctx, response, case):
    """Whatever is refused names a reason for programs and a sentence for people, in the answer's own language."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return
    kinds = {detail["@type"].rpartition(".")[2]: detail for detail in response.json()["details"]}
    assert kinds["ErrorInfo"]["reason"], "no reason"
    assert kinds["LocalizedMessage"]["message"], "no sentence"
    assert response.headers["content-language"] == [kinds["LocalizedMessage"]["locale"]], "another language"


@schemathesis.hook
def filter_headers(context, headers):
    """Means to the client's own library that there is no such header, and makes it fail."""
    return "@@@SKIP_HEADER@@@" not in (headers or {}).values()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Proto3 JSON takes more than the description names, so that clients made from it write one form: the number of a
    choice where its name stands, and null where nothing is."""
    if not isinstance(failure, AcceptedNegativeData):
        return True
    # A stale etag is told before what else is wrong with a change: it was not accepted.
    if response.status_code == 412:
        return False
    broken = case.meta.phase.data.parameter
    asked = (case.query or {}).get(broken)
    return not (str(asked).lstrip("-").isdigit() or has_null(case.body))


def has_null(value):
    if isinstance(value, dict):
        return any(has_null(v) for v in value.values())
    if isinstance(value, list):
        return any(has_null(v) for v in value)
    return value is None
