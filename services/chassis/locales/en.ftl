# Kinds of objects.
kind-member = member
kind-department = department
kind-territory = territory
kind-grant = grant
kind-settings = settings
kind-session = session
kind-identity = account at a provider
kind-provider = provider
kind-password-link = link
kind-saved-view = view
kind-api-key = key
kind-export = export
kind-collection = list
kind-account = customer
kind-contact = contact
kind-interaction = interaction
kind-follow-up = follow-up
kind-campaign = campaign
kind-lead = lead
kind-process = sales process
kind-opportunity = opportunity
kind-product = product
kind-contract = contract
kind-order = order
kind-operation = operation
kind-record = record

# Kinds of errors.
not-found = There is no { $kind } { $id }.
exists = There is already a { $kind } { $id }.
invalid = The request breaks { $count ->
    [one] a rule
   *[other] { $count } rules
}: { $fields }.
stale = Someone else has changed this in the meantime. Read it again and repeat.
denied = You have no right to do this.
unauthenticated = You are not signed in, or your session has ended.
second-factor-demanded = A second factor is demanded of you. Set it up first.
exhausted = Too much at once. Try again in { $seconds } s.
unavailable = Something needed is away for the moment. Try again.
service-away = This needs the service { $service }, which does not run or cannot be reached at the moment.
idempotency-key-reused = This request id was used for another request.
internal = Something went wrong on our side.
unknown-method = There is no such call.
deadline = It took too long and was given up.

# Rules that a field can break.
required = must not be empty
too-short = must have at least { $min } characters
too-long = must have at most { $max } characters
id-malformed = is not an id
number-out-of-range = must be between { $min } and { $max }
currency-unknown = is not an ISO 4217 currency
date-malformed = is not a date (YYYY-MM-DD)
time-malformed = is not a time
email-malformed = is not an e-mail address
quantity-malformed = is not a quantity (a number above 0 with up to three decimals)
source-kind-unknown = is not a kind of source
source-id-required = must name what it came from
source-id-superfluous = must be empty when the source is DIRECT
source-not-found = names something that does not exist
reference-not-found = names something that does not exist
choice-unknown = is not one of the choices
word-malformed = may only hold lower-case letters, digits and underscores
page-size-out-of-range = must be between 0 and { $max }
page-token-foreign = was not issued by this list
order-unknown = is not an order that this list has ({ $orders })
mask-unknown = names a field that cannot be changed: { $path }
too-many = may hold at most { $max }
date-reversed = ends before it begins
verb-without-kind = can only be looked for together with a kind
control-character = must not hold control characters
query-without-words = holds nothing that can be looked for

# Handoffs and operations.
handoff-not-open = Nothing is on offer here.
handoff-not-yours = This was offered to someone else.
operation-running = This is being worked on already.
number-blocks-exhausted = The numbers of this year are used up.

# The sales process of a deal: sales refuses it, and whoever plans a deal foresees that.
process-archived = This sales process is archived.
process-missing = There is no sales process in use for this; name one

# Switches: what the firm works without.
projects-switched-off = Your firm works without projects.
marketing-switched-off = Marketing is switched off in your firm: nothing new is made of it.
sales-switched-off = Sales is switched off in your firm: nothing new is made of it.
commerce-switched-off = Commerce is switched off in your firm: nothing new is made of it.

# Boards of handoffs.
handoff-of-another-function = is not what waits for this function
field-hidden = cannot be changed by whoever does not see it
not-by-phone = looks for a telephone number, which only who sees personal data may
