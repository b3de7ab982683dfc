# Parties.
party-found-invalid = The prospect was found invalid. Open it again first.
party-not-invalid = Only a prospect that was found invalid can be opened again.
account-stays = An account cannot be found invalid: other records rest on it.
parent-cycle = A company cannot belong to itself, not even by way of others.
parent-is-person = A person cannot be the company that something belongs to.

# Contacts.
contact-archived = The contact is archived.

# Follow-ups.
follow-up-closed = The follow-up is closed. Open it again first.
follow-up-open = The follow-up is open already.
follow-up-not-due = The time of the follow-up has not come.

# Rules that a field can break.
country-unknown = is not a country code of two letters (ISO 3166-1)
phone-malformed = is not a telephone number that can be dialled
website-malformed = is not the address of a web site
party-differs = is another customer than the one this is about
time-not-yet = must not lie in the future
time-in-past = must lie in the future

# People whose data are held.
kind-person = person
kind-erasure = erasure
person-erased = This person was erased. Nothing can be changed or added any more.
not-a-person = A company is no person. Erase the people there.
