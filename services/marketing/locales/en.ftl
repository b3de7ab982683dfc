# Kinds of objects.
kind-conversion = conversion

# Campaigns.
campaign-running = The campaign is running already.
campaign-not-running = The campaign has not begun yet; it can be cancelled.
campaign-over = The campaign { $state ->
    [CANCELLED] was cancelled
   *[other] has ended
} and cannot be changed.

# Leads.
leads-switched-off = Leads are switched off in this firm.
lead-converting = The lead is being converted. Nothing can be changed until that is over.
lead-converted = The lead has become an opportunity or a project and cannot be changed.
lead-disqualified = The lead was disqualified. Reopen it first.
lead-open = The lead is open.
lead-already-identified = The lead is identified already.
lead-not-identified = The lead is not identified yet.
lead-already-contacted = The customer has been contacted already.
lead-not-contacted = The customer has not been contacted yet.
lead-already-accepted = The lead is accepted already.
lead-not-accepted = The lead is not accepted yet.
lead-with-salesperson = The lead is with a salesperson already.
lead-already-routed = The lead is with the manager of this territory already.
lead-already-assigned = The lead is with this salesperson already.
lead-not-assigned = The lead is with no salesperson yet.
lead-not-yours-to-convert = Only the salesperson who has the lead, or someone who acts for marketing and sales, may convert it.
lead-not-converting = The lead is not being converted.

# Conversion of a lead.
party-invalid = The customer was found to be invalid. Correct it, or link an account.
party-not-account = The customer to link is not a verified account.
party-of-another = The lead's customer belongs to somebody else, and you may not open it. Ask its owner, or link an account of your own.
contact-elsewhere = belongs to another customer
conversion-not-running = No conversion of this lead is under way.
conversion-past-pivot = The opportunity or project is being created; the conversion cannot be cancelled any more.

# Rules that a field can break.
one-of = must be empty, because another field says the same
member-does-not-sell = does not act for sales
lead-quality-not-imported = cannot be loaded: load the opportunity instead
disqualify-reason-superfluous = must be empty unless the lead was disqualified
time-in-future = lies in the future
lead-already-outside = This lead was handed on outside Baton already.
join-opportunity-closed = The opportunity to join is not open any more.
join-opportunity-elsewhere = The opportunity to join is of another customer. Link its account, or choose an opportunity of this customer.
join-opportunity-denied = You may read the opportunity to join, but not change it. Ask its owner.
lead-not-converted = The lead is not converted, so there is nothing to undo.
conversion-too-old = This conversion was made before conversions could be undone.
join-says-all = must be empty, because the lead joins an opportunity that there is
conversion-not-yours-to-undo = Only the salesperson who has the lead, or someone who acts for marketing and sales, may undo its conversion.
project-says-all = must be empty, because the lead becomes a project
