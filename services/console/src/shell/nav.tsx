import {
  ApartmentOutlined,
  AuditOutlined,
  BarChartOutlined,
  CalendarOutlined,
  ContactsOutlined,
  ContainerOutlined,
  DeploymentUnitOutlined,
  ExportOutlined,
  FileProtectOutlined,
  FileSearchOutlined,
  FlagOutlined,
  FunnelPlotOutlined,
  GlobalOutlined,
  HistoryOutlined,
  ImportOutlined,
  MessageOutlined,
  PhoneOutlined,
  ProfileOutlined,
  ProjectOutlined,
  SafetyOutlined,
  SettingOutlined,
  ShoppingCartOutlined,
  ShoppingOutlined,
  SolutionOutlined,
  SoundOutlined,
  SwapOutlined,
  TeamOutlined,
  TrophyOutlined,
  UsergroupAddOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { Access, Duty, useFirm, useMe } from "../api/me";
import type { Settings } from "../gen/baton/directory/v1/settings_pb";

type Me = ReturnType<typeof useMe>;

/** A page of the navigation. It appears by right and by what the firm has switched on. */
export interface PageEntry {
  key:
    | "today"
    | "tour"
    | "campaigns"
    | "prospects"
    | "verify"
    | "leads"
    | "opportunities"
    | "board"
    | "projects"
    | "contracts"
    | "orders"
    | "products"
    | "accounts"
    | "contacts"
    | "followUps"
    | "interactions"
    | "handoffs"
    | "chainFunnel"
    | "salesFunnel"
    | "members"
    | "departments"
    | "teams"
    | "territories"
    | "placements"
    | "functions"
    | "leavers"
    | "audit"
    | "exports"
    | "processes"
    | "settings"
    | "imports";
  to: string;
  icon: ReactNode;
  /** Whether this reader has it. */
  shown: (me: Me, firm: Settings | undefined) => boolean;
  /** Whether this reader can create what the page lists; its address then takes `?new=1`. */
  creates?: (me: Me, firm: Settings | undefined) => boolean;
  /** The two keys that lead there: "g l". */
  keys?: string;
}

/** A function of the firm and its pages; `undefined` for pages that belong to everybody. */
export interface Section {
  key: "marketing" | "sales" | "commerce" | "customers" | "insight" | "admin" | undefined;
  pages: PageEntry[];
}

const writes =
  (...duties: Duty[]) =>
  (me: Me) =>
    duties.some((d) => me.can(d, Access.WRITE));
const reads =
  (...duties: Duty[]) =>
  (me: Me) =>
    duties.some((d) => me.can(d, Access.READ));
const on = (flag: boolean | undefined) => flag !== false;

const leadPeople = reads(Duty.MARKETING, Duty.ROUTING, Duty.SALES);
const administers = writes(Duty.ADMINISTRATION);

export const SECTIONS: Section[] = [
  {
    key: undefined,
    pages: [{ key: "today", to: "/", icon: <CalendarOutlined />, shown: () => true, keys: "g t" }],
  },
  {
    key: "marketing",
    pages: [
      {
        key: "campaigns",
        to: "/campaigns",
        icon: <SoundOutlined />,
        shown: (me, firm) => reads(Duty.MARKETING)(me) && on(firm?.marketingEnabled),
        creates: (me, firm) => writes(Duty.MARKETING)(me) && on(firm?.marketingEnabled),
      },
      {
        key: "prospects",
        to: "/prospects",
        icon: <ContactsOutlined />,
        shown: reads(Duty.CUSTOMER),
        creates: writes(Duty.CUSTOMER),
      },
      { key: "verify", to: "/verify", icon: <PhoneOutlined />, shown: writes(Duty.CUSTOMER) },
      {
        key: "leads",
        to: "/leads",
        icon: <FlagOutlined />,
        shown: (me, firm) => leadPeople(me) && firm?.leadsEnabled !== false,
        creates: (me, firm) => writes(Duty.MARKETING)(me) && firm?.leadsEnabled !== false && on(firm?.marketingEnabled),
        keys: "g l",
      },
    ],
  },
  {
    key: "sales",
    pages: [
      {
        key: "board",
        to: "/opportunities/board",
        icon: <ProjectOutlined />,
        shown: (me, firm) => reads(Duty.SALES)(me) && on(firm?.salesEnabled),
        keys: "g b",
      },
      {
        key: "opportunities",
        to: "/opportunities",
        icon: <TrophyOutlined />,
        shown: (me, firm) => reads(Duty.SALES, Duty.COMMERCE)(me) && on(firm?.salesEnabled),
        creates: (me, firm) => writes(Duty.SALES)(me) && on(firm?.salesEnabled),
        keys: "g o",
      },
      {
        key: "projects",
        to: "/projects",
        icon: <DeploymentUnitOutlined />,
        shown: (me, firm) => reads(Duty.SALES, Duty.MARKETING)(me) && on(firm?.projectsEnabled),
        creates: (me, firm) => writes(Duty.SALES, Duty.MARKETING)(me) && on(firm?.projectsEnabled),
      },
    ],
  },
  {
    key: "commerce",
    pages: [
      {
        key: "contracts",
        to: "/contracts",
        icon: <FileProtectOutlined />,
        shown: (me, firm) => reads(Duty.COMMERCE)(me) && firm?.contractsEnabled !== false,
        creates: (me, firm) =>
          writes(Duty.COMMERCE)(me) && firm?.contractsEnabled !== false && on(firm?.commerceEnabled),
      },
      {
        key: "orders",
        to: "/orders",
        icon: <ShoppingCartOutlined />,
        shown: reads(Duty.COMMERCE),
        creates: (me, firm) => writes(Duty.COMMERCE)(me) && on(firm?.commerceEnabled),
      },
      {
        key: "products",
        to: "/products",
        icon: <ShoppingOutlined />,
        shown: reads(Duty.COMMERCE, Duty.SALES),
        creates: (me, firm) => writes(Duty.COMMERCE)(me) && on(firm?.commerceEnabled),
      },
    ],
  },
  {
    key: "customers",
    pages: [
      {
        key: "accounts",
        to: "/customers",
        icon: <ApartmentOutlined />,
        shown: reads(Duty.CUSTOMER),
        creates: writes(Duty.CUSTOMER),
        keys: "g c",
      },
      {
        key: "contacts",
        to: "/contacts",
        icon: <SolutionOutlined />,
        shown: reads(Duty.CUSTOMER),
        creates: writes(Duty.CUSTOMER),
      },
      {
        key: "followUps",
        to: "/follow-ups",
        icon: <ProfileOutlined />,
        shown: reads(Duty.CUSTOMER),
        creates: writes(Duty.CUSTOMER),
      },
      {
        key: "interactions",
        to: "/interactions",
        icon: <MessageOutlined />,
        shown: reads(Duty.CUSTOMER),
        creates: writes(Duty.CUSTOMER),
      },
    ],
  },
  {
    key: "insight",
    pages: [
      { key: "handoffs", to: "/handoffs", icon: <SwapOutlined />, shown: () => true, keys: "g h" },
      { key: "chainFunnel", to: "/funnels/chain", icon: <FunnelPlotOutlined />, shown: reads(Duty.ANALYSIS) },
      {
        key: "salesFunnel",
        to: "/funnels/sales",
        icon: <BarChartOutlined />,
        shown: (me, firm) => reads(Duty.SALES)(me) && on(firm?.salesEnabled),
      },
      { key: "tour", to: "/tour", icon: <AuditOutlined />, shown: () => true },
    ],
  },
  {
    key: "admin",
    pages: [
      { key: "members", to: "/admin/members", icon: <TeamOutlined />, shown: administers, creates: administers },
      { key: "departments", to: "/admin/departments", icon: <ContainerOutlined />, shown: administers },
      { key: "teams", to: "/admin/teams", icon: <UsergroupAddOutlined />, shown: administers },
      { key: "territories", to: "/admin/territories", icon: <GlobalOutlined />, shown: administers },
      { key: "placements", to: "/admin/placements", icon: <HistoryOutlined />, shown: administers },
      { key: "functions", to: "/admin/functions", icon: <SafetyOutlined />, shown: administers },
      {
        key: "leavers",
        to: "/admin/leaver-handovers",
        icon: <UserSwitchOutlined />,
        shown: administers,
        creates: administers,
      },
      { key: "audit", to: "/admin/audit", icon: <FileSearchOutlined />, shown: reads(Duty.ADMINISTRATION) },
      {
        key: "exports",
        to: "/admin/exports",
        icon: <ExportOutlined />,
        // Whoever administers sees everybody's, whoever exports his own.
        shown: reads(Duty.ADMINISTRATION, Duty.EXPORT),
      },
      { key: "processes", to: "/admin/processes", icon: <ProjectOutlined />, shown: administers },
      { key: "settings", to: "/admin/settings", icon: <SettingOutlined />, shown: administers },
      { key: "imports", to: "/imports", icon: <ImportOutlined />, shown: writes(Duty.IMPORT) },
    ],
  },
];

/** The navigation of the reader. */
export function usePages() {
  const me = useMe();
  const firm = useFirm();
  const sections = SECTIONS.map((s) => ({ ...s, pages: s.pages.filter((p) => p.shown(me, firm)) })).filter(
    (s) => s.pages.length > 0,
  );
  const pages = sections.flatMap((s) => s.pages);
  return { sections, pages, creating: pages.filter((p) => p.creates?.(me, firm)) };
}
