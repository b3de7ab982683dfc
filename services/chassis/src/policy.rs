//! Who may call what: one table for all calls of all services. A call that is not in it is refused.

use serde::{Deserialize, Serialize};

use crate::{Reason, caller::Caller, list::Scope};

/// What a firm does. Which department or role carries out which function is configuration, never code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Function {
    /// Finds and confirms demand.
    Marketing,
    /// Gives leads to salespeople, as a region manager does.
    Routing,
    /// Wins deals.
    Sales,
    /// Makes contracts and orders of them.
    Commerce,
    /// Knows the customers.
    Customer,
    /// Loads past facts.
    Import,
    /// Reads across functions.
    Analysis,
    /// Runs the system.
    Administration,
    /// Takes records out as files.
    Export,
    /// Sees how persons are reached; who does not, sees that masked. A right to fields, besides that to the record.
    PersonalData,
    /// Sees what things cost the firm; the same.
    Cost,
}

impl Function {
    /// All of them, in the order of their numbers in the contract (from 1).
    pub const ALL: [Self; 11] = [
        Self::Marketing,
        Self::Routing,
        Self::Sales,
        Self::Commerce,
        Self::Customer,
        Self::Import,
        Self::Analysis,
        Self::Administration,
        Self::Export,
        Self::PersonalData,
        Self::Cost,
    ];
}

/// How a function is used. To write includes to read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Access {
    /// To look.
    Read,
    /// To change.
    Write,
}

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anyone, even unknown.
    Public,
    /// Anyone who is signed in, on every row; where that is too much, the call itself decides further.
    SignedIn,
    /// The same, but nobody who shows an API key: what a key may not do whatever it is limited to.
    InPerson,
    /// Any service, as itself or in the name of whoever is signed in; nobody from outside.
    Within,
    /// Services only.
    Services(&'static [&'static str]),
    /// Whoever has one of these functions; and these services as themselves.
    Any(&'static [(Function, Access)], &'static [&'static str]),
}

use Access::{Read, Write};
use Function::{
    Administration, Analysis, Commerce, Customer, Export, Import, Marketing, Routing, Sales,
};
use Rule::{Any, InPerson, Public, Services, SignedIn, Within};

/// Name of the command line as a caller: it holds the keys of the deployment and acts as a service.
pub const COMMAND_LINE: &str = "command-line";

/// Name of the connector of an ERP as a caller.
pub const ERP_BRIDGE: &str = "erp-bridge";

/// Every service that may ask for events or nodes of the chain.
const EVERY_SERVICE: &[&str] = &[
    "directory",
    "customer",
    "marketing",
    "sales",
    "commerce",
    "insight",
    "gateway",
    ERP_BRIDGE,
    COMMAND_LINE,
];

/// The table: calls of one service together, `(service, [(call, rule)])`.
#[rustfmt::skip]
pub const TABLE: &[(&str, &[(&str, Rule)])] = &[
    // --- chassis
    ("baton.log.v1.EventLogService", &[("ReadEvents", Services(EVERY_SERVICE)), ("ListHeads", Services(EVERY_SERVICE))]),
    // Each node is shown under the rights of the reader, but that there is one is told of all. What is found he may read.
    ("baton.chain.v1.ChainService", &[("CheckNodes", Within), ("FindNodes", Within)]),
    // Each handoff is shown to whom it concerns.
    ("baton.handoff.v1.LedgerService", &[("ListHandoffs", Within)]),
    // What a member holds is moved for the directory alone; who looks at it is asked for administration besides.
    ("baton.holding.v1.HoldingService", &[
        ("SurveyHoldings", Services(&["directory"])),
        ("ListHoldings", Within),
        ("MoveHoldings", Services(&["directory"])),
        ("RestoreHoldings", Services(&["directory"])),
        ("CountMoves", Services(&["directory"])),
    ]),
    // Customer knows who the person is, and asks for him once it has found that he may be asked about.
    ("baton.personal.v1.PersonalService", &[
        ("ListRecords", Services(&["customer"])),
        ("EraseRecords", Services(&["customer"])),
        ("ForgetAnswers", Services(&["customer"])),
        ("ListResting", Services(&["customer"])),
        ("GetDealings", Services(&["customer"])),
    ]),
    // The changes of a record are shown to who may read it; the call decides.
    ("baton.audit.v1.AuditService", &[("ListChanges", Within), ("ListAudit", Within)]),
    // --- directory
    // The directory is the firm's own address book: everybody who is signed in may read it. What one may do to oneself (own
    // e-mail address, language, password, sessions) is decided by the call, which asks for administration otherwise.
    ("baton.directory.v1.MemberService", &[
        ("CreateMember", Any(&[(Administration, Write)], &[])),
        ("GetMember", SignedIn),
        ("ListMembers", SignedIn),
        ("UpdateMember", SignedIn),
        ("DeactivateMember", Any(&[(Administration, Write)], &[])),
        ("ReactivateMember", Any(&[(Administration, Write)], &[])),
        ("SetPassword", InPerson),
        ("RevokeSessions", InPerson),
    ]),
    ("baton.directory.v1.DepartmentService", &[
        ("CreateDepartment", Any(&[(Administration, Write)], &[])),
        ("GetDepartment", SignedIn),
        ("ListDepartments", SignedIn),
        ("UpdateDepartment", Any(&[(Administration, Write)], &[])),
        ("ArchiveDepartment", Any(&[(Administration, Write)], &[])),
    ]),
    ("baton.directory.v1.TerritoryService", &[
        ("CreateTerritory", Any(&[(Administration, Write)], &[])),
        ("GetTerritory", SignedIn),
        ("ListTerritories", SignedIn),
        ("UpdateTerritory", Any(&[(Administration, Write)], &[])),
        ("MoveTerritory", Any(&[(Administration, Write)], &[])),
        ("ArchiveTerritory", Any(&[(Administration, Write)], &[])),
    ]),
    ("baton.directory.v1.PlacementService", &[
        ("PlanPlacement", Any(&[(Administration, Write)], &[])),
        ("GetPlacement", SignedIn),
        ("ListPlacements", SignedIn),
        ("CancelPlacement", Any(&[(Administration, Write)], &[])),
    ]),
    ("baton.directory.v1.TeamService", &[
        ("CreateTeam", Any(&[(Administration, Write)], &[])),
        ("GetTeam", SignedIn),
        ("ListTeams", SignedIn),
        ("UpdateTeam", Any(&[(Administration, Write)], &[])),
        ("ArchiveTeam", Any(&[(Administration, Write)], &[])),
    ]),
    // Who may show a record to others is known by the service that keeps it, which the calls ask.
    ("baton.directory.v1.ShareService", &[
        ("CreateShare", SignedIn),
        ("ListShares", SignedIn),
        ("RevokeShare", SignedIn),
    ]),
    ("baton.directory.v1.GrantService", &[
        ("CreateGrant", Any(&[(Administration, Write)], &[])),
        ("GetGrant", Any(&[(Administration, Read)], &[])),
        ("ListGrants", Any(&[(Administration, Read)], &[])),
        ("RevokeGrant", Any(&[(Administration, Write)], &[])),
    ]),
    ("baton.directory.v1.SettingsService", &[
        ("GetSettings", SignedIn),
        ("UpdateSettings", Any(&[(Administration, Write)], &[])),
    ]),
    ("baton.directory.v1.SessionService", &[
        ("CreateSession", Public),
        ("GetMe", SignedIn),
        // What is asked of a browser's session is decided by the call: one's own, or anybody's for administration.
        ("ListMySessions", InPerson),
        ("ListSessions", Any(&[(Administration, Read)], &[])),
        ("RevokeSession", InPerson),
        // A browser holds a secret that only the gateway shows, and goes to a provider and back by way of the gateway.
        ("OpenSession", Services(&["gateway"])),
        ("ListProviders", Services(&["gateway"])),
        ("BeginProviderSignIn", Services(&["gateway"])),
        ("OpenProviderSession", Services(&["gateway"])),
        ("ResumeSession", Services(&["gateway"])),
        ("CloseSession", Services(&["gateway"])),
        ("IssueToken", Services(&[COMMAND_LINE])),
    ]),
    // To hand somebody a link to his account is administration, which the calls ask for: no key may do it.
    ("baton.directory.v1.PasswordLinkService", &[
        ("CreatePasswordLink", InPerson),
        ("ListPasswordLinks", Any(&[(Administration, Read)], &[])),
        ("RevokePasswordLink", InPerson),
        ("UsePasswordLink", Public),
    ]),
    // One's own, or as administration anybody's: that is decided by the call.
    ("baton.directory.v1.ApiKeyService", &[
        ("CreateApiKey", InPerson),
        ("ListApiKeys", InPerson),
        ("RevokeApiKey", InPerson),
        ("ExchangeApiKey", Public),
    ]),
    // Accounts at providers are administration, which the calls ask for: no key may touch them.
    ("baton.directory.v1.IdentityService", &[
        ("ListIdentities", Any(&[(Administration, Read)], &[])),
        ("RemoveIdentity", InPerson),
        ("RestoreIdentity", InPerson),
    ]),
    ("baton.directory.v1.SecondFactorService", &[
        ("GetSecondFactor", InPerson),
        ("StartTotp", InPerson),
        ("ConfirmTotp", InPerson),
        ("RemoveTotp", InPerson),
    ]),
    // One's own, and what others show; what everybody sees is decided by the call. A program has no lists to look at.
    ("baton.directory.v1.SavedViewService", &[
        ("CreateSavedView", InPerson),
        ("GetSavedView", InPerson),
        ("ListSavedViews", InPerson),
        ("UpdateSavedView", InPerson),
        ("DeleteSavedView", InPerson),
    ]),
    // Who leaves is for administration; it sees of his records no more than it may read, and moves them all the same.
    ("baton.directory.v1.LeaverHandoverService", &[
        ("CreateLeaverHandover", Any(&[(Administration, Write)], &[])),
        ("GetLeaverHandover", Any(&[(Administration, Read)], &[])),
        ("ListLeaverHandovers", Any(&[(Administration, Read)], &[])),
        ("UpdateLeaverHandover", Any(&[(Administration, Write)], &[])),
        ("CancelLeaverHandover", Any(&[(Administration, Write)], &[])),
        ("PreviewLeaverHandover", Any(&[(Administration, Write)], &[])),
        ("ListHeldRecords", Any(&[(Administration, Write)], &[])),
        ("ExecuteLeaverHandover", Any(&[(Administration, Write)], &[])),
        ("RollBackLeaverHandover", Any(&[(Administration, Write)], &[])),
    ]),
    // One's own exports, or to look at what is administered everybody's: that is decided by the call.
    ("baton.directory.v1.ExportService", &[
        ("BeginExport", Any(&[(Export, Read)], &[])),
        ("EndExport", Services(&["gateway"])),
        ("GetExport", SignedIn),
        ("ListExports", SignedIn),
    ]),
    // Whom one loads may come to hold any function: both calls ask for administration besides.
    ("baton.directory.v1.ImportService", &[
        ("ImportMembers", Any(&[(Import, Write)], &[])),
        ("ImportTerritories", Any(&[(Import, Write)], &[])),
    ]),
    // --- customer
    // Marketing makes and verifies customers when it takes up or converts a lead, on behalf of whoever does.
    ("baton.customer.v1.PartyService", &[
        ("CreateProspect", Any(&[(Customer, Write)], &["marketing"])),
        ("CreateAccount", Any(&[(Customer, Write)], &["marketing"])),
        ("GetParty", Any(&[(Customer, Read)], &["marketing", "sales", "commerce"])),
        ("ListProspects", Any(&[(Customer, Read)], &[])),
        ("ListAccounts", Any(&[(Customer, Read)], &[])),
        ("UpdateParty", Any(&[(Customer, Write)], &[])),
        ("VerifyProspect", Any(&[(Customer, Write)], &["marketing"])),
        ("ReopenProspect", Any(&[(Customer, Write)], &[])),
        ("ListVerifications", Any(&[(Customer, Read)], &[])),
        ("ProbeDuplicates", Any(&[(Customer, Read)], &["marketing"])),
    ]),
    ("baton.customer.v1.ContactService", &[
        ("CreateContact", Any(&[(Customer, Write)], &["marketing"])),
        ("GetContact", Any(&[(Customer, Read)], &["marketing", "sales", "commerce"])),
        ("ListContacts", Any(&[(Customer, Read)], &["marketing"])),
        ("UpdateContact", Any(&[(Customer, Write)], &[])),
        ("ArchiveContact", Any(&[(Customer, Write)], &[])),
    ]),
    // Whose data are held is for administration; the calls ask besides that the record may be read.
    ("baton.customer.v1.PersonService", &[
        ("GetPersonalData", Any(&[(Administration, Write)], &[])),
        ("ErasePerson", Any(&[(Administration, Write)], &[])),
        ("GetErasure", Any(&[(Administration, Read)], &[])),
    ]),
    ("baton.customer.v1.RetentionService", &[("GetRetention", Any(&[(Administration, Read)], &[]))]),
    ("baton.customer.v1.InteractionService", &[
        ("CreateInteraction", Any(&[(Customer, Write)], &["marketing"])),
        ("GetInteraction", Any(&[(Customer, Read)], &[])),
        ("ListInteractions", Any(&[(Customer, Read)], &[])),
        ("UpdateInteraction", Any(&[(Customer, Write)], &[])),
    ]),
    ("baton.customer.v1.FollowUpService", &[
        ("CreateFollowUp", Any(&[(Customer, Write)], &["marketing"])),
        ("GetFollowUp", Any(&[(Customer, Read)], &[])),
        ("ListFollowUps", Any(&[(Customer, Read)], &[])),
        ("UpdateFollowUp", Any(&[(Customer, Write)], &[])),
        ("CompleteFollowUp", Any(&[(Customer, Write)], &[])),
        ("CancelFollowUp", Any(&[(Customer, Write)], &[])),
        ("ReopenFollowUp", Any(&[(Customer, Write)], &[])),
    ]),
    ("baton.customer.v1.HistoryService", &[("ListHistory", Any(&[(Customer, Read)], &[]))]),
    ("baton.customer.v1.ImportService", &[("ImportParties", Any(&[(Import, Write)], &[]))]),
    // --- marketing
    // Leads pass through three functions: marketing finds them, region managers route them, sales confirms them.
    ("baton.marketing.v1.CampaignService", &[
        ("CreateCampaign", Any(&[(Marketing, Write)], &[])),
        ("GetCampaign", Any(&[(Marketing, Read)], &[])),
        ("ListCampaigns", Any(&[(Marketing, Read)], &[])),
        ("UpdateCampaign", Any(&[(Marketing, Write)], &[])),
        ("StartCampaign", Any(&[(Marketing, Write)], &[])),
        ("EndCampaign", Any(&[(Marketing, Write)], &[])),
        ("CancelCampaign", Any(&[(Marketing, Write)], &[])),
    ]),
    ("baton.marketing.v1.LeadService", &[
        ("CreateLead", Any(&[(Marketing, Write)], &[])),
        ("GetLead", Any(&[(Marketing, Read), (Routing, Read), (Sales, Read)], &[])),
        ("ListLeads", Any(&[(Marketing, Read), (Routing, Read), (Sales, Read)], &[])),
        ("UpdateLead", Any(&[(Marketing, Write), (Routing, Write), (Sales, Write)], &[])),
        ("IdentifyLead", Any(&[(Marketing, Write), (Routing, Write), (Sales, Write)], &[])),
        ("ContactLead", Any(&[(Marketing, Write), (Routing, Write), (Sales, Write)], &[])),
        ("AcceptLead", Any(&[(Marketing, Write), (Routing, Write), (Sales, Write)], &[])),
        ("DisqualifyLead", Any(&[(Marketing, Write), (Routing, Write), (Sales, Write)], &[])),
        ("ReopenLead", Any(&[(Marketing, Write), (Routing, Write), (Sales, Write)], &[])),
        ("RouteLead", Any(&[(Marketing, Write), (Routing, Write)], &[])),
        ("AssignLead", Any(&[(Routing, Write)], &[])),
        ("ReceiveLead", Any(&[(Routing, Write), (Sales, Write)], &[])),
        ("ReturnLead", Any(&[(Routing, Write), (Sales, Write)], &[])),
        ("WithdrawLead", Any(&[(Marketing, Write), (Routing, Write)], &[])),
        ("ListLeadHandoffs", Any(&[(Marketing, Read), (Routing, Read), (Sales, Read)], &[])),
        ("ConvertLead", Any(&[(Sales, Write)], &[])),
        ("GetConversion", Any(&[(Marketing, Read), (Sales, Read)], &[])),
        ("CancelConversion", Any(&[(Sales, Write)], &[])),
        ("UndoConversion", Any(&[(Sales, Write)], &[])),
    ]),
    ("baton.marketing.v1.ImportService", &[("ImportLeads", Any(&[(Import, Write)], &[]))]),
    // --- sales
    // Deals follow a process whoever reads them; which processes there are is for those who run the system.
    ("baton.sales.v1.ProcessService", &[
        ("CreateProcess", Any(&[(Administration, Write)], &[])),
        ("GetProcess", Any(&[(Sales, Read), (Marketing, Read), (Import, Write), (Administration, Read)], &["marketing"])),
        ("ListProcesses", Any(&[(Sales, Read), (Marketing, Read), (Import, Write), (Administration, Read)], &["marketing"])),
        ("UpdateProcess", Any(&[(Administration, Write)], &[])),
        ("ArchiveProcess", Any(&[(Administration, Write)], &[])),
    ]),
    ("baton.sales.v1.OpportunityService", &[
        // A lead that is converted becomes an opportunity by the hand of marketing.
        ("CreateOpportunity", Any(&[(Sales, Write)], &["marketing"])),
        // Commerce reads what is won: that is decided by the call.
        ("GetOpportunity", Any(&[(Sales, Read), (Commerce, Read)], &["marketing", "commerce"])),
        ("ListOpportunities", Any(&[(Sales, Read), (Commerce, Read)], &[])),
        ("UpdateOpportunity", Any(&[(Sales, Write)], &[])),
        ("MoveOpportunity", Any(&[(Sales, Write)], &[])),
        ("SetOpportunityLines", Any(&[(Sales, Write)], &[])),
        ("WinOpportunity", Any(&[(Sales, Write)], &[])),
        ("LoseOpportunity", Any(&[(Sales, Write)], &[])),
        ("ReopenOpportunity", Any(&[(Sales, Write)], &[])),
        ("AcceptOpportunity", Any(&[(Commerce, Write)], &[])),
        ("ReturnOpportunity", Any(&[(Commerce, Write)], &[])),
        ("OfferOpportunity", Any(&[(Sales, Write)], &[])),
        ("HandOverOpportunity", Any(&[(Sales, Write), (Commerce, Write)], &[])),
        ("GetHandOver", Any(&[(Sales, Read), (Commerce, Read)], &[])),
        ("ListStageVisits", Any(&[(Sales, Read), (Commerce, Read)], &[])),
        ("ListOpportunityHandoffs", Any(&[(Sales, Read), (Commerce, Read)], &[])),
        // A lead joins, leaves or takes back a deal only together with its conversion, which marketing carries out.
        ("JoinOpportunity", Services(&["marketing"])),
        ("LeaveOpportunity", Services(&["marketing"])),
        ("RetractOpportunity", Services(&["marketing"])),
    ]),
    // Of these functions the one counts that the type of the project belongs to (`Noun::function`). What is given to
    // somebody he may see and do whatever his function: the calls of tasks decide that themselves. Commerce reads what is
    // won: that is decided by the call too.
    ("baton.sales.v1.ProjectService", &[
        // A lead that is converted may become a project by the hand of marketing.
        ("CreateProject", Any(&[(Sales, Write), (Marketing, Write)], &["marketing"])),
        ("GetProject", Any(&[(Sales, Read), (Marketing, Read), (Commerce, Read)], &["commerce"])),
        ("ListProjects", Any(&[(Sales, Read), (Marketing, Read), (Commerce, Read)], &[])),
        ("UpdateProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("SetProjectLines", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("StartProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("HoldProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("ResumeProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("CompleteProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("CancelProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("WinProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("LoseProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("ReopenProject", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("AddProjectTask", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("UpdateProjectTask", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("CompleteProjectTask", SignedIn),
        ("CancelProjectTask", Any(&[(Sales, Write), (Marketing, Write)], &[])),
        ("ReopenProjectTask", SignedIn),
        ("ListProjectTasks", SignedIn),
        ("ListProjectHandoffs", Any(&[(Sales, Read), (Marketing, Read), (Commerce, Read)], &[])),
        ("AcceptProject", Any(&[(Commerce, Write)], &[])),
        ("ReturnProject", Any(&[(Commerce, Write)], &[])),
        ("OfferProject", Any(&[(Sales, Write)], &[])),
        ("HandOverProject", Any(&[(Sales, Write), (Commerce, Write)], &[])),
        ("GetProjectHandOver", Any(&[(Sales, Read), (Commerce, Read)], &[])),
        // A project is taken back only together with the conversion that made it, which marketing carries out.
        ("RetractProject", Services(&["marketing"])),
    ]),
    // A figure counts what its reader may list as deals of sales, and no more.
    ("baton.sales.v1.FunnelService", &[
        ("GetStageFunnel", Any(&[(Sales, Read)], &[])),
        ("ListFunnelVisits", Any(&[(Sales, Read)], &[])),
        ("ListFunnelOpportunities", Any(&[(Sales, Read)], &[])),
    ]),
    ("baton.sales.v1.ImportService", &[("ImportOpportunities", Any(&[(Import, Write)], &[]))]),
    // --- commerce
    // Deals name products too, so sales may read the catalogue.
    ("baton.commerce.v1.ProductService", &[
        ("CreateProduct", Any(&[(Commerce, Write)], &[])),
        ("GetProduct", Any(&[(Commerce, Read), (Sales, Read), (Import, Write)], &["sales"])),
        ("ListProducts", Any(&[(Commerce, Read), (Sales, Read), (Import, Write)], &["sales"])),
        ("UpdateProduct", Any(&[(Commerce, Write)], &[])),
        ("DiscontinueProduct", Any(&[(Commerce, Write)], &[])),
        ("ReinstateProduct", Any(&[(Commerce, Write)], &[])),
    ]),
    // A won deal becomes a contract or an order by the hand of sales.
    ("baton.commerce.v1.ContractService", &[
        ("CreateContract", Any(&[(Commerce, Write)], &["sales"])),
        ("GetContract", Any(&[(Commerce, Read)], &["sales"])),
        ("ListContracts", Any(&[(Commerce, Read)], &[])),
        ("UpdateContract", Any(&[(Commerce, Write)], &[])),
        ("SetContractLines", Any(&[(Commerce, Write)], &[])),
        ("ActivateContract", Any(&[(Commerce, Write)], &[])),
        ("FulfilContract", Any(&[(Commerce, Write)], &[])),
        ("TerminateContract", Any(&[(Commerce, Write)], &[])),
        ("CreateContractOrder", Any(&[(Commerce, Write)], &[])),
    ]),
    ("baton.commerce.v1.OrderService", &[
        ("CreateOrder", Any(&[(Commerce, Write)], &["sales"])),
        ("GetOrder", Any(&[(Commerce, Read)], &["sales", ERP_BRIDGE])),
        ("ListOrders", Any(&[(Commerce, Read)], &[ERP_BRIDGE])),
        ("UpdateOrder", Any(&[(Commerce, Write)], &[])),
        ("SetOrderLines", Any(&[(Commerce, Write)], &[])),
        ("ConfirmOrder", Any(&[(Commerce, Write)], &[])),
        ("AcceptOrder", Any(&[(Commerce, Write)], &[])),
        ("ShipOrder", Any(&[(Commerce, Write)], &[])),
        ("InvoiceOrder", Any(&[(Commerce, Write)], &[])),
        ("RecordPayment", Any(&[(Commerce, Write)], &[])),
        ("CloseOrder", Any(&[(Commerce, Write)], &[])),
        ("CancelOrder", Any(&[(Commerce, Write)], &[])),
        ("ListOrderHandoffs", Any(&[(Commerce, Read)], &[])),
        ("CloseOrderShort", Any(&[(Commerce, Write)], &[])),
    ]),
    // The connector tells what the ERP did, as itself. Who acts for commerce may tell it too, on the orders that he may
    // change: from a connector that signs in as a member, or by hand while the connector is away.
    ("baton.commerce.v1.ErpService", &[("ReportOrder", Any(&[(Commerce, Write)], &[ERP_BRIDGE]))]),
    ("baton.commerce.v1.ImportService", &[("ImportProducts", Any(&[(Import, Write)], &[]))]),
    // --- insight
    // Each object is shown under the rights that the reader has at its owner.
    ("baton.insight.v1.TraceService", &[
        ("GetTrace", Any(&[(Analysis, Read)], &[COMMAND_LINE])),
        ("ListChainHistory", Any(&[(Analysis, Read)], &[])),
        // Each object is told under the rights that the reader has at its owner.
        ("LookUpObjects", SignedIn),
    ]),
    // Each object is counted under the rights that the reader has at its owner.
    ("baton.insight.v1.ChainFunnelService", &[
        ("GetChainFunnel", Any(&[(Analysis, Read)], &[])),
        ("ListChainFunnelObjects", Any(&[(Analysis, Read)], &[])),
    ]),
    // The changes of a record are shown under the rights that the reader has at its owner.
    ("baton.insight.v1.AuditService", &[
        ("ListChanges", SignedIn),
        ("ListAudit", Any(&[(Administration, Read)], &[])),
    ]),
    // Everybody has a board: what is on it is decided row by row.
    ("baton.insight.v1.BoardService", &[("ListHandoffs", SignedIn)]),
    // Everybody looks for records: what he finds is decided row by row.
    ("baton.insight.v1.SearchService", &[("Search", SignedIn)]),
    // Everybody may be told that something has changed where he has any right.
    ("baton.insight.v1.WatchService", &[("Watch", SignedIn)]),
];

/// The rule of a call, by its gRPC path `/package.Service/Method`.
#[must_use]
pub fn rule(path: &str) -> Option<Rule> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let (_, calls) = TABLE.iter().find(|(name, _)| *name == service)?;
    calls
        .iter()
        .find(|(name, _)| *name == method)
        .map(|(_, rule)| *rule)
}

/// The call that reads an object of a kind, as `(package of the service, path)`: its service owns the kind, and whoever
/// may make it may see such objects anywhere, e.g. in the picture of a chain.
#[must_use]
pub fn reading(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "CAMPAIGN" => (
            "marketing",
            "/baton.marketing.v1.CampaignService/GetCampaign",
        ),
        "LEAD" => ("marketing", "/baton.marketing.v1.LeadService/GetLead"),
        "OPPORTUNITY" => ("sales", "/baton.sales.v1.OpportunityService/GetOpportunity"),
        "PROJECT" => ("sales", "/baton.sales.v1.ProjectService/GetProject"),
        "PRODUCT" => ("commerce", "/baton.commerce.v1.ProductService/GetProduct"),
        "CONTRACT" => ("commerce", "/baton.commerce.v1.ContractService/GetContract"),
        // What was shipped, invoiced and paid is read with its order.
        "ORDER" | "SHIPMENT" | "INVOICE" | "PAYMENT" => {
            ("commerce", "/baton.commerce.v1.OrderService/GetOrder")
        }
        "ACCOUNT" => ("customer", "/baton.customer.v1.PartyService/GetParty"),
        "CONTACT" => ("customer", "/baton.customer.v1.ContactService/GetContact"),
        "INTERACTION" => (
            "customer",
            "/baton.customer.v1.InteractionService/GetInteraction",
        ),
        "FOLLOW_UP" => ("customer", "/baton.customer.v1.FollowUpService/GetFollowUp"),
        _ => return None,
    })
}

/// Kinds of objects that are found, and the package of the service that does.
pub const FOUND: &[(&str, &str)] = &[
    ("ACCOUNT", "customer"),
    ("CONTACT", "customer"),
    ("OPPORTUNITY", "sales"),
    ("PROJECT", "sales"),
    ("LEAD", "marketing"),
    ("CAMPAIGN", "marketing"),
    ("CONTRACT", "commerce"),
    ("ORDER", "commerce"),
    ("PRODUCT", "commerce"),
    ("MEMBER", "directory"),
];

/// The functions under which an object of a kind is read, e.g. in the picture of a chain: those of the call that reads it,
/// unless that depends on how the object stands. What is not won yet is nothing for commerce. A project stands as its type
/// says, or as won.
#[must_use]
pub fn readers(kind: &str, standing: &str) -> &'static [(Function, Access)] {
    match (kind, standing) {
        ("OPPORTUNITY" | "PROJECT", "WON") => return &[(Sales, Read), (Commerce, Read)],
        ("OPPORTUNITY", _) | ("PROJECT", "SALES") => return &[(Sales, Read)],
        ("PROJECT", "MARKETING") => return &[(Marketing, Read)],
        ("PROJECT", _) => return &[(Sales, Read), (Marketing, Read)],
        _ => {}
    }
    match reading(kind).and_then(|(_, path)| rule(path)) {
        Some(Any(functions, _)) => functions,
        _ => &[],
    }
}

/// What somebody may call who has to set up a second factor before anything else.
const TO_ENROL: &[&str] = &[
    "/baton.directory.v1.SessionService/GetMe",
    "/baton.directory.v1.SecondFactorService/GetSecondFactor",
    "/baton.directory.v1.SecondFactorService/StartTotp",
    "/baton.directory.v1.SecondFactorService/ConfirmTotp",
];

/// Whether a call serves to set up a second factor, or is open to anybody.
#[must_use]
pub fn serves_to_enrol(path: &str) -> bool {
    TO_ENROL.contains(&path) || rule(path) == Some(Public)
}

/// A second factor is demanded of the caller, and he has set up none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a second factor is demanded before anything else")]
pub struct SecondFactorDemanded;

impl Reason for SecondFactorDemanded {
    fn reason(&self) -> &'static str {
        "SECOND_FACTOR_DEMANDED"
    }
}

/// Whether somebody has a right in a service: one of the functions that its calls are for. The directory is open to all.
#[must_use]
pub fn has_any(caller: &Caller, service: &str) -> bool {
    let package = format!("baton.{service}.");
    let of_service = TABLE.iter().filter(|(name, _)| name.starts_with(&package));
    let mut rules = of_service.flat_map(|(_, calls)| calls.iter().map(|(_, rule)| *rule));
    rules.any(|rule| match rule {
        Any(functions, _) => caller.scope_of_any(functions) != Scope::Nothing,
        // What else is open to all who are signed in is decided row by row.
        SignedIn | InPerson => service == "directory" && caller.person().is_some(),
        Public | Within | Services(_) => false,
    })
}

/// How a call uses a function, if its rule names that function.
#[must_use]
pub fn access(path: &str, function: Function) -> Option<Access> {
    match rule(path)? {
        Any(functions, _) => functions
            .iter()
            .find(|(f, _)| *f == function)
            .map(|(_, a)| *a),
        Public | SignedIn | InPerson | Within | Services(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;

    #[test]
    fn a_call_that_is_not_in_the_table_has_no_rule() {
        assert_eq!(rule("/baton.sales.v1.OpportunityService/Fly"), None);
        assert_eq!(rule("baton"), None);
        assert_eq!(
            rule("/baton.log.v1.EventLogService/ListHeads"),
            Some(Services(EVERY_SERVICE))
        );
    }

    #[test]
    fn every_call_of_the_contracts_has_a_rule_and_every_rule_a_call() {
        let contracts = FileDescriptorSet::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        let mut calls = Vec::new();
        for file in contracts
            .file
            .iter()
            .filter(|f| f.package().starts_with("baton."))
        {
            for service in &file.service {
                let name = format!("{}.{}", file.package(), service.name());
                calls.extend(
                    service
                        .method
                        .iter()
                        .map(|m| format!("{name}/{}", m.name())),
                );
            }
        }
        let mut rules: Vec<_> = TABLE
            .iter()
            .flat_map(|(service, rules)| rules.iter().map(move |(m, _)| format!("{service}/{m}")))
            .collect();
        calls.sort_unstable();
        rules.sort_unstable();
        assert_eq!(calls, rules);
    }

    #[test]
    fn every_kind_of_the_chain_is_read_by_a_call_that_asks_for_a_function() {
        for kind in crate::SourceKind::ALL {
            let Some((service, path)) = reading(kind.as_str()) else {
                continue;
            };
            assert!(path.starts_with(&format!("/baton.{service}.v1.")), "{path}");
            assert!(matches!(rule(path), Some(Any(..))), "{path}");
        }
    }

    #[test]
    fn what_is_sold_is_for_commerce_once_it_is_won() {
        let commerce = |kind, standing| readers(kind, standing).contains(&(Commerce, Read));
        for kind in ["OPPORTUNITY", "PROJECT"] {
            assert!(commerce(kind, "WON"));
            for standing in ["OPEN", "LOST", "SALES", "MARKETING", "OTHER"] {
                assert!(!commerce(kind, standing), "{kind} {standing}");
            }
        }
        assert_eq!(readers("PROJECT", "SALES"), [(Sales, Read)]);
        assert_eq!(readers("PROJECT", "MARKETING"), [(Marketing, Read)]);
        let both = [(Sales, Read), (Marketing, Read)];
        assert_eq!(readers("PROJECT", "OTHER"), both);
    }

    #[test]
    fn who_has_to_set_up_a_second_factor_may_do_that_and_nothing_else() {
        for path in TO_ENROL {
            assert!(rule(path).is_some(), "{path}");
        }
        assert!(serves_to_enrol(
            "/baton.directory.v1.SessionService/CreateSession"
        ));
        for path in [
            "/baton.directory.v1.SecondFactorService/RemoveTotp",
            "/baton.directory.v1.ApiKeyService/CreateApiKey",
            "/baton.directory.v1.MemberService/SetPassword",
            "/baton.sales.v1.OpportunityService/ListOpportunities",
        ] {
            assert!(rule(path).is_some() && !serves_to_enrol(path), "{path}");
        }
    }

    #[test]
    fn no_call_has_two_rules() {
        let mut names: Vec<_> = TABLE
            .iter()
            .flat_map(|(s, calls)| calls.iter().map(move |c| (*s, c.0)))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
