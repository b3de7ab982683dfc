# Sales processes.
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

# Projects.
project-completed = This project is completed; reopen it to change it.
project-cancelled = This project was cancelled; reopen it to change it.
project-open = This project is open already.
project-begun = The work on this project was begun before.
project-not-active = The work on this project is not under way.
project-not-on-hold = This project is not on hold.
project-not-sales = Only a sales project is a deal: other projects have no amount, chance or closing day and are neither won nor lost.
project-deal-open = Win or lose the deal of this project first.
project-deal-won = The deal of this project is won; reopen the project to change it.
project-deal-lost = The deal of this project is lost; reopen the project to change it.
project-tasks-open = { $count } tasks of this project are still open; complete them or call them off first.
project-tasks-full = This project has as many tasks as a project can have.
project-task-ended = This task is done or called off; reopen it to change it.
project-task-open = This task is open already.
project-without-amount = A project without an amount cannot be won: state one or add lines.
project-without-account = A project without an account cannot be won: name the account first.
project-amount-follows-lines = The amount is the sum of the lines; change the lines instead.
project-with-commerce = Commerce has this project already.
project-source-unfit = must be a lead, an opportunity, a campaign or nothing at all: a project comes from nothing else
project-type-fixed = follows from the source: a lead or an opportunity makes a sales project, a campaign a marketing project
project-member-twice = is in the team in this role already
milestone-twice = is named twice
