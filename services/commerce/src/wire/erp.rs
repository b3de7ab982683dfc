//! What an ERP tells as a message; every violation is told at once, those against the order included.

use baton_chassis::{
    Date, Result, Time, Violation, Violations,
    ids::{HandoffId, LineId},
    people::Settings,
    wire::{AMOUNT_MINOR_MAX, timestamp},
    words::Word as _,
};
use baton_proto::{
    commerce::v1::{self as pb, report_order_request::Fact as Told},
    r#type::v1::Money,
};

use super::{
    NOTE_MAX, note,
    order::{INVOICE_NUMBER_MAX, REFERENCE_MAX, TAX_ID_MAX},
};
use crate::{
    line::Part,
    order::{Bill, CalledOff, CancellationReason, Dispatch, Fact, Order, Origin, Receipt},
};

/// Longest id of a document.
const DOCUMENT_MAX: usize = 100;

/// What a request tells.
#[derive(Clone, Debug)]
pub enum Reported {
    /// A fact.
    Fact(Fact),
    /// The answer to an offer: no.
    Rejected {
        /// The offer.
        handoff: HandoffId,
        /// Why.
        reason: String,
    },
}

/// Reads what an ERP tells of an order, and the document that says so.
pub fn report(
    request: &pb::ReportOrderRequest,
    order: &Order,
    settings: &Settings,
) -> Result<(Origin, Reported)> {
    let mut v = Violations::new();
    let system = v.text("system", &request.system, 1..=DOCUMENT_MAX);
    if !system.is_empty() && system != settings.erp_system {
        // Whoever is not connected carries nothing out: it is done by hand, or by another ERP.
        v.push(Violation::new("system", "ERP_NOT_CONNECTED").with("system", system.clone()));
    }
    let origin = Origin {
        erp_system: system,
        erp_document: v.text("document_id", &request.document_id, 1..=DOCUMENT_MAX),
        erp_at: v.time("time", request.time.as_ref()),
    };
    if request.time.is_none() {
        v.add("time", "REQUIRED");
    }
    let day = origin
        .erp_at
        .unwrap_or(Time::UNIX_EPOCH)
        .with_timezone(&settings.time_zone)
        .date_naive();
    let reported = Reading { order, day }.told(&mut v, request.fact.as_ref());
    v.done()?;
    reported
        .map(|reported| (origin, reported))
        .ok_or_else(|| baton_chassis::Error::invalid("fact", "REQUIRED"))
}

/// What a fact is read against.
struct Reading<'o> {
    order: &'o Order,
    /// Day of the fact where the firm is.
    day: Date,
}

impl Reading<'_> {
    fn told(&self, v: &mut Violations, told: Option<&Told>) -> Option<Reported> {
        let fact = match told {
            None => {
                v.add("fact", "REQUIRED");
                return None;
            }
            Some(Told::Rejected(r)) => {
                return Some(Reported::Rejected {
                    handoff: v.id("rejected.handoff_id", &r.handoff_id),
                    reason: v.text("rejected.reason", &r.reason, 1..=NOTE_MAX),
                });
            }
            Some(Told::Accepted(a)) => Fact::Accepted {
                number: v.optional_text("accepted.number", &a.number, INVOICE_NUMBER_MAX),
            },
            Some(Told::LinesRejected(r)) => Fact::LinesRejected(self.rejected(v, &r.lines)),
            Some(Told::Shipped(s)) => self.shipped(v, s),
            Some(Told::Invoiced(i)) => Fact::Invoiced {
                bill: Bill {
                    number: v.text("invoiced.number", &i.number, 1..=INVOICE_NUMBER_MAX),
                    tax_id: v.optional_text("invoiced.tax_id", &i.tax_id, TAX_ID_MAX),
                    invoice_date: self.date(v, "invoiced.invoice_date", &i.invoice_date),
                },
                amount_minor: self.amount(v, "invoiced.amount", i.amount.as_ref(), 0),
            },
            Some(Told::Paid(p)) => Fact::Paid(Receipt {
                amount_minor: self.amount(v, "paid.amount", p.amount.as_ref(), 1),
                payment_date: self.date(v, "paid.payment_date", &p.payment_date),
                reference: v.optional_text("paid.reference", &p.reference, REFERENCE_MAX),
            }),
            Some(Told::Cancelled(c)) => self.cancelled(v, c),
        };
        Some(Reported::Fact(fact))
    }

    fn shipped(&self, v: &mut Violations, s: &pb::ErpShipment) -> Fact {
        if s.lines.is_empty() {
            v.add("shipped.lines", "REQUIRED");
        }
        Fact::Shipped {
            number: String::new(),
            parts: self.parts(v, "shipped.lines", &s.lines),
            dispatch: Dispatch {
                ship_date: self.date(v, "shipped.ship_date", &s.ship_date),
                carrier: v.optional_text("shipped.carrier", &s.carrier, REFERENCE_MAX),
                tracking_number: v.optional_text(
                    "shipped.tracking_number",
                    &s.tracking_number,
                    REFERENCE_MAX,
                ),
            },
        }
    }

    fn cancelled(&self, v: &mut Violations, c: &pb::ErpCancellation) -> Fact {
        let reason = v.choice("cancelled.reason", c.reason, CancellationReason::numbered);
        let parts = self.parts(v, "cancelled.lines", &c.lines);
        let needed = reason == Some(CancellationReason::Other);
        Fact::Cancelled {
            parts: parts
                .into_iter()
                .map(|part| CalledOff {
                    part,
                    note: String::new(),
                })
                .collect(),
            reason: reason.unwrap_or(CancellationReason::Other),
            note: note(v, "cancelled.note", &c.note, needed),
        }
    }

    fn rejected(&self, v: &mut Violations, lines: &[pb::RejectedLine]) -> Vec<CalledOff> {
        if lines.is_empty() {
            v.add("lines_rejected.lines", "REQUIRED");
        }
        let mut rejected = Vec::with_capacity(lines.len());
        for (n, told) in lines.iter().enumerate() {
            let field = format!("lines_rejected.lines[{n}]");
            let line = self.line(v, &field, &told.line_id);
            let ordered = self.order.lines.iter().find(|l| l.id == line);
            let quantity_milli = match (told.quantity.trim(), ordered) {
                ("", ordered) => ordered.map_or(0, |l| l.quantity_milli),
                (quantity, _) => v.quantity(&format!("{field}.quantity"), quantity),
            };
            rejected.push(CalledOff {
                part: Part {
                    line,
                    quantity_milli,
                },
                note: v.text(&format!("{field}.reason"), &told.reason, 1..=NOTE_MAX),
            });
        }
        rejected
    }

    /// How much of each line, in the order of the lines: so the same is told alike however often.
    fn parts(&self, v: &mut Violations, field: &str, lines: &[pb::LineQuantity]) -> Vec<Part> {
        let mut told = Vec::with_capacity(lines.len());
        for (n, part) in lines.iter().enumerate() {
            let field = format!("{field}[{n}]");
            let line = self.line(v, &field, &part.line_id);
            told.push((
                line,
                v.quantity(&format!("{field}.quantity"), &part.quantity),
            ));
        }
        let part = |line: LineId| Part {
            line,
            quantity_milli: told
                .iter()
                .filter(|(l, _)| *l == line)
                .fold(0, |sum, (_, q)| i64::saturating_add(sum, *q)),
        };
        let parts = self.order.lines.iter().map(|l| part(l.id));
        parts.filter(|p| p.quantity_milli > 0).collect()
    }

    /// A line of the order: what is told of others cannot be put down to it.
    fn line(&self, v: &mut Violations, field: &str, id: &str) -> LineId {
        let line: LineId = v.id(&format!("{field}.line_id"), id);
        let named = id.trim().parse::<LineId>().is_ok();
        if named && !self.order.lines.iter().any(|l| l.id == line) {
            v.push(
                Violation::new(format!("{field}.line_id"), "ORDER_LINE_UNKNOWN").with("line", line),
            );
        }
        line
    }

    /// An amount in the currency of the order: others cannot be added to it.
    fn amount(&self, v: &mut Violations, field: &str, money: Option<&Money>, least: i64) -> i64 {
        let Some(money) = money else {
            v.add(field, "REQUIRED");
            return 0;
        };
        let currency = v.currency(&format!("{field}.currency_code"), &money.currency_code);
        if !currency.is_empty() && currency != self.order.currency {
            v.push(
                Violation::new(format!("{field}.currency_code"), "LINE_CURRENCY_DIFFERS")
                    .with("currency", &self.order.currency),
            );
        }
        let range = least..=AMOUNT_MINOR_MAX;
        v.in_range(&format!("{field}.amount_minor"), money.amount_minor, range)
    }

    fn date(&self, v: &mut Violations, field: &str, date: &str) -> Date {
        v.optional_date(field, date).unwrap_or(self.day)
    }
}

/// Writes the document that says something; none for what was done by hand.
pub fn document(origin: &Origin) -> Option<pb::ErpDocument> {
    (!origin.is_by_hand()).then(|| pb::ErpDocument {
        system: origin.erp_system.clone(),
        document_id: origin.erp_document.clone(),
        time: origin.erp_at.map(timestamp),
    })
}
