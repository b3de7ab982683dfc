# Sales processes.
process-archived = This sales process is archived.
process-missing = There is no sales process in use for this; name one
stage-occupied = Open deals stand in the stage "{ $stage }", so it cannot be taken out.
stage-id-superfluous = must be empty: a new process has new stages
stage-name-twice = is the name of another stage of this process
stage-twice = is named twice
stage-foreign = This stage belongs to another sales process.
stage-unchanged = The deal is in this stage already.
stage-retired = This stage is not in use any more; choose another one.

# Opportunities.
opportunity-won = This deal is won; reopen it to change it.
opportunity-lost = This deal is lost; reopen it to change it.
opportunity-open = This deal is open already.
opportunity-not-won = Only a won deal can be handed over.
opportunity-without-amount = A deal without an amount cannot be won: state one or add lines.
opportunity-without-account = A deal without an account cannot be won: name the account first.
opportunity-amount-follows-lines = The amount is the sum of the lines; change the lines instead.
opportunity-with-commerce = Commerce has this deal already.
opportunity-not-offered = This deal is not on offer to commerce.
opportunity-on-offer = This deal is on offer to commerce and waits for an answer.
opportunity-returned = Commerce has given this deal back; offer it again first.
opportunity-won-before = This deal was won before it came into Baton; there is nothing to hand over.
opportunity-worked-on = This deal was worked on since it was imported, so the import leaves it as it is.
opportunity-currencies-mixed = must be in the same currency as the rest of the deal
opportunity-needs-account = is a prospect; verify it first
opportunity-close-date-superfluous = must be empty while the deal is open
hand-over-running = This deal is being handed over to commerce.
hand-over-not-running = This deal is not being handed over.
