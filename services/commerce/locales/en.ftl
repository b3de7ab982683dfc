# Products.
product-discontinued-already = This product is out of sale already.
product-active-already = This product is on sale already.
product-discontinued = is out of sale
sku-fixed = never changes: it is { $sku }
sku-taken = belongs to another product: { $sku }

# Contracts.
contract-state = { $state ->
    [DRAFT] a draft
    [ACTIVE] in force
    [FULFILLED] fulfilled
    [TERMINATED] terminated
   *[other] { $state }
}
contracts-switched-off = Your firm works without contracts. Make an order instead.
contract-not-draft = Only a draft can be changed like this; this contract is { contract-state }.
contract-not-active = The contract must be in force for this; it is { contract-state }.
contract-over = This contract is over: it is { contract-state }.
contract-without-lines = A contract without lines cannot come into force.
contract-dates-reversed = The contract would end before it begins.
contract-not-all-ordered = Not everything in this contract has been ordered. Order the rest or terminate it.
contract-orders-open = Orders of this contract that are still open: { $count }. Close or cancel them first.
contract-line-unknown = This contract has no line { $line }.
ordered-beyond-contract = Only { $left } of “{ $line }” is left to order from this contract.
contract-nothing-left = Everything in this contract has been ordered.

# Orders.
order-state = { $state ->
    [DRAFT] a draft
    [CONFIRMED] confirmed
    [ACCEPTED] accepted
    [PARTLY_SHIPPED] partly shipped
    [SHIPPED] shipped
    [INVOICED] invoiced
    [PAID] paid
    [CLOSED] closed
    [CANCELLED] cancelled
   *[other] { $state }
}
order-not-draft = Only a draft can be changed like this; this order is { order-state }.
order-not-confirmed = Only a confirmed order can be accepted; this one is { order-state }.
order-not-accepted = Only an accepted order can be shipped; this one is { order-state }.
order-not-shipped = Only a fully shipped order can be invoiced; this one is { order-state }.
order-not-invoiced = Payments belong to an invoiced order; this one is { order-state }.
order-not-paid = Only a fully paid order can be closed; this one is { order-state }.
order-shipped-already = Something of this order was shipped, so it cannot be cancelled; it is { order-state }.
order-over = This order is over: it is { order-state }.
order-without-lines = An order without lines cannot be confirmed.
order-line-unknown = This order has no line { $line }.
shipped-beyond-order = Only { $left } of “{ $line }” is left to ship.
order-nothing-left = Everything in this order has been shipped.
invoice-number-taken = There is already an invoice { $number }.
payment-in-other-currency = This order is in { $currency }; record the payment in that currency.
paid-beyond-total = This is more than is left to pay: { $due } ({ $currency }, in minor units).

order-not-partly-shipped = Only of a partly shipped order the rest can be called off; this one is { order-state }.
order-is-with-erp = This order is carried out by the ERP “{ $system }”: it is done there and reported from there.
order-not-offered = Only a confirmed order is on offer to an ERP; this one is { order-state }.
order-under-way = More is known of this order already, so it cannot be rejected as a whole; it is { order-state }. The rest of it can be cancelled.
reported-otherwise = The document { $document } was reported before with another content.

# Rules that a field can break.
erp-not-connected = is not the ERP that carries out orders: { $system }
commerce-needs-account = is not an account; verify it first
commerce-needs-won-deal = is neither a won deal nor a won sales project
commerce-deal-of-another = is of another account
commerce-out-of-reach = is beyond the records that you may work on
order-is-drawn-from-contract = cannot be CONTRACT: draw the order from the contract itself
line-currency-differs = must be in { $currency } like the whole document
line-amount-too-large = comes to more than can be kept
line-of-no-contract = must be empty: this document is not drawn from a contract
