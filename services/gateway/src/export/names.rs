//! What the ids of a file stand for: members, territories, departments and the stages of sales processes, of which there are few, are
//! read once, and objects of the chain page by page, in as few calls as can be.

use std::collections::{BTreeSet, HashMap};

use baton_proto::{
    directory::v1::{
        ListDepartmentsRequest, ListMembersRequest, ListTerritoriesRequest,
        department_service_client::DepartmentServiceClient,
        member_service_client::MemberServiceClient,
        territory_service_client::TerritoryServiceClient,
    },
    insight::v1::{LookUpObjectsRequest, trace_service_client::TraceServiceClient},
    sales::v1::{ListProcessesRequest, process_service_client::ProcessServiceClient},
    r#type::v1::ObjectRef,
};
use serde_json::Value as Json;
use tonic::{Code, Request, Status};

use super::{
    columns::{BOOK, Column, Shows},
    sheet::at,
};
use crate::Link;

/// Entries of a page of the address book.
const BOOK_PAGE: i32 = 500;
/// Processes of a page.
const PROCESSES_PAGE: i32 = 200;
/// Objects that are looked up in one call.
const LOOKED_UP: usize = 200;

/// An object by its kind and id.
type Object = (String, String);

/// The names that are known.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The parts of the address book that were read.
    read: BTreeSet<&'static str>,
    book: HashMap<Object, String>,
    /// Those of one page.
    page: HashMap<Object, String>,
}

/// Asks somewhere in the name of whoever exports.
pub(crate) trait Asks {
    /// The way to a service.
    fn link(&self, service: &str) -> Result<Link, Status>;
    /// A message with his credentials.
    fn request<M>(&self, message: M) -> Request<M>;
}

/// Reads a list of the address book from the first page to the last.
macro_rules! book {
    ($names:ident, $kind:literal, $client:ident, $asks:ident, $list:ident, $request:ident, $rows:ident, $name:ident) => {{
        let mut client = $client::new($asks.link("directory")?);
        let mut token = String::new();
        loop {
            let request = $request {
                page_size: BOOK_PAGE,
                page_token: token,
                ..$request::default()
            };
            let page = client.$list($asks.request(request)).await?.into_inner();
            let entries = page.$rows.into_iter();
            let named = entries.map(|e| (($kind.to_owned(), e.id), e.$name));
            $names.book.extend(named);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
    }};
}

impl Names {
    /// Learns what these rows name in these columns.
    ///
    /// # Errors
    /// Whatever a service refuses, or that one of them does not answer: a file must not have gaps that nobody sees.
    pub(crate) async fn learn(
        &mut self,
        columns: &[Column],
        rows: &[Json],
        asks: &impl Asks,
    ) -> Result<(), Status> {
        let all = columns
            .iter()
            .flat_map(|column| rows.iter().filter_map(|row| object(column, row)));
        let objects: BTreeSet<Object> = all.collect();
        for kind in BOOK {
            let wanted = objects.iter().any(|(of, _)| of == kind);
            if wanted && self.read.insert(kind) {
                self.open(kind, asks).await?;
            }
        }
        self.page.clear();
        let in_chain = |(kind, _): &&Object| !BOOK.contains(&kind.as_str());
        let objects: Vec<_> = objects.iter().filter(in_chain).collect();
        for some in objects.chunks(LOOKED_UP) {
            let objects = some.iter().map(|(kind, id)| ObjectRef {
                kind: kind.clone(),
                id: id.clone(),
            });
            let request = LookUpObjectsRequest {
                objects: objects.collect(),
            };
            let mut insight = TraceServiceClient::new(asks.link("insight")?);
            let told = insight.look_up_objects(asks.request(request)).await?;
            let told = told.into_inner();
            if let Some(away) = told.away_services.first() {
                return Err(Status::unavailable(format!("{away} does not answer")));
            }
            let named = told.nodes.into_iter().map(|node| {
                let name = if node.title.is_empty() {
                    node.number
                } else {
                    node.title
                };
                ((node.kind, node.id), name)
            });
            self.page.extend(named);
        }
        Ok(())
    }

    /// Reads a part of the address book.
    async fn open(&mut self, kind: &str, asks: &impl Asks) -> Result<(), Status> {
        match kind {
            "MEMBER" => book!(
                self,
                "MEMBER",
                MemberServiceClient,
                asks,
                list_members,
                ListMembersRequest,
                members,
                display_name
            ),
            "TERRITORY" => book!(
                self,
                "TERRITORY",
                TerritoryServiceClient,
                asks,
                list_territories,
                ListTerritoriesRequest,
                territories,
                name
            ),
            "PROCESS" | "STAGE" => self.processes(asks).await?,
            _ => book!(
                self,
                "DEPARTMENT",
                DepartmentServiceClient,
                asks,
                list_departments,
                ListDepartmentsRequest,
                departments,
                name
            ),
        }
        Ok(())
    }

    /// Reads the processes and their stages. Whoever may not read them sees no more of them in a file either.
    async fn processes(&mut self, asks: &impl Asks) -> Result<(), Status> {
        let mut sales = ProcessServiceClient::new(asks.link("sales")?);
        let mut token = String::new();
        loop {
            let request = ListProcessesRequest {
                page_size: PROCESSES_PAGE,
                page_token: token,
                ..ListProcessesRequest::default()
            };
            let page = match sales.list_processes(asks.request(request)).await {
                Ok(page) => page.into_inner(),
                Err(status) if status.code() == Code::PermissionDenied => return Ok(()),
                Err(status) => return Err(status),
            };
            for process in page.processes {
                let stages = process.stages.into_iter();
                let stages = stages.map(|s| (("STAGE".to_owned(), s.id), s.name));
                self.book.extend(stages);
                let object = ("PROCESS".to_owned(), process.id);
                self.book.insert(object, process.name);
            }
            token = page.next_page_token;
            if token.is_empty() {
                return Ok(());
            }
        }
    }

    /// What a row names in a column; nothing if it names nothing that is known.
    pub(crate) fn of(&self, column: &Column, row: &Json) -> Option<&str> {
        let object = object(column, row)?;
        let known = self.book.get(&object).or_else(|| self.page.get(&object));
        known.map(String::as_str)
    }
}

/// The object that a row names in a column.
fn object(column: &Column, row: &Json) -> Option<Object> {
    let Shows::Name(kind) = column.shows else {
        return None;
    };
    let value = at(column, row)?;
    let (kind, id) = match kind {
        Some(kind) => (kind, value.as_str()?),
        None => (value["kind"].as_str()?, value["id"].as_str()?),
    };
    (!id.is_empty()).then(|| (kind.to_owned(), id.to_owned()))
}
