# Refusals
member-already-inactive = The member is deactivated already.
member-already-active = The member is active already.
member-inactive = The member is deactivated.
last-administrator = Somebody must be able to administer Baton, and there is no other active member who may.
department-archived = The department is archived.
department-has-members = Active members still belong to the department: { $count }. Move them first.
department-has-grants = Functions are still granted to the department: { $count }. Revoke the grants first.
territory-archived = The territory is archived.
territory-root = The root of the territories stays where it is.
territory-parent-archived = The territory above is archived.
territory-cycle = A territory cannot hang below itself.
territory-too-deep = The territories may have at most { $max } levels.
territory-has-members = Active members still work in the territory: { $count }. Move them first.
territory-has-territories = Territories still hang below this one: { $count }. Move or archive them first.
grant-scope-meaningless = Administration and import are granted on all records or not at all.
grant-already-revoked = The grant is revoked already.
session-already-over = The session is over already.
session-time-left = The session still has time left.
sign-in-failed = The name or the password is wrong.

# Rules that a field can break
sign-in-name-malformed = must be 2 to 64 small letters, digits, dots, dashes or underscores, beginning with a letter
role-malformed = must be 2 to 40 small letters, digits or underscores, beginning with a letter
role-unknown = names a role that no grant knows: { $role }
name-taken = is taken already
password-too-simple = is too easy to guess: use at least four different characters and more than the sign-in name
time-zone-unknown = is not a time zone (an IANA name such as Asia/Shanghai)
department-not-in-use = names a department that does not exist or is archived
territory-not-in-use = names a territory that does not exist or is archived
member-not-active = names a member who does not exist or is deactivated
external-id-repeated = comes twice in this load
password-wrong = is not the present password
