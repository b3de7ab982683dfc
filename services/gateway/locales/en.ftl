# Ways in that do not exist.
route-unknown = There is nothing at { $path }.
method-not-allowed = { $path } cannot be called with { $method }, only with { $allowed }.
not-json = The body must be JSON: send it with Content-Type: application/json.
not-grpc-web = This call speaks gRPC-Web: send it with Content-Type: application/grpc-web+proto.
too-large = The request is too large. A body may have at most { $bytes } bytes.
body-broken = The body ended before it was whole.
csrf = This request did not come from a page of Baton. Open Baton anew and try again.

# Values that do not fit their field.
not-an-object = must be an object
not-a-list = must be a list
not-text = must be a text
not-true-or-false = must be true or false
not-a-number = must be a number
not-a-whole-number = must be a whole number
not-a-choice = must be one of { $choices }
not-base64 = must be bytes in Base64
value-malformed = does not have the form that this field needs
chosen-twice = stands beside another field of which only one may be given

# Bodies, parameters and headers.
json-malformed = is not JSON: line { $line }, column { $column }
body-superfluous = must be empty: this call takes no body
parameter-unknown = is not a parameter of this call
parameter-twice = is given more than once
column-unknown = names no column of this list: { $column }
column-twice = names a column twice: { $column }
nothing-to-change = is empty: the body names no field that can be changed
header-malformed = comes in a header that cannot be read

# The page for whom a provider has sent back.
refused-title = You are not signed in
refused-back = Back to sign-in

# The page at the root.
page-title = Baton
page-what = Baton hands work on from the first lead to the paid order, and drops nothing on the way.
page-console = The web console is not part of this program: `make run` builds it, and starts Baton with it.
page-sign-in = Sign in
page-sign-in-how = Programs and command lines come in here. Send name and password; the answer holds a token, which goes with every further request.
page-api = The API
page-api-where = JSON over HTTP lies below /v1. The description of every call, for people and for tools:
page-errors = Errors are told in the language of Accept-Language: en or zh-CN.
