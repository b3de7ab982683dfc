import { BellOutlined, MenuOutlined, PlusOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Badge, Button, Dropdown, Grid, Layout, Menu, type MenuProps } from "antd";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../api/live";
import { useMe } from "../api/me";
import { signOut } from "../api/session";
import { Waiting } from "../blocks/states";
import { LANGUAGES, type Language, speak } from "../i18n";
import { useKeptFocus } from "./focus";
import { useShortcuts } from "./keys";
import { lazyDialog } from "./lazyPart";
import { usePages } from "./nav";
import { TourBar } from "./TourBar";
import { type Appearance, setAppearance, useAppearance } from "./theme";
import { useWaitingCount } from "./waiting";

const Palette = lazyDialog(() => import("./Palette").then((m) => m.Palette));
const Inbox = lazyDialog(() => import("./Inbox").then((m) => m.Inbox));
const KeySheet = lazyDialog(() => import("./KeySheet").then((m) => m.KeySheet));
const Beside = lazyDialog(() => import("./Beside").then((m) => m.Beside));

/** What stands around every page: navigation, search, new, inbox, language, me. */
export function Shell() {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [open, setOpen] = useState<"menu" | "palette" | "inbox" | "keys">();
  const close = () => setOpen(undefined);
  const { pages, creating } = usePages();
  const go = useNavigate();
  const waiting = useWaitingCount();
  useLive();
  useKeptFocus();

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen("palette");
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  const path = useRouterState({ select: (s) => s.location.pathname });
  const here = creating.find((p) => p.to === path) ?? creating[0];
  useShortcuts({
    "?": () => setOpen("keys"),
    "/": () => {
      const field = document.querySelector<HTMLElement>("#main input[data-key=filter], #main [data-key=filter] input");
      if (field) field.focus();
      else setOpen("palette");
    },
    c: here && (() => void go({ to: here.to as never, search: { new: "1" } as never })),
    ...Object.fromEntries(pages.filter((p) => p.keys).map((p) => [p.keys, () => void go({ to: p.to as never })])),
  });

  return (
    <Layout className="shell">
      <a className="skip" href="#main">
        {t("app.skip")}
      </a>
      {wide && (
        <Layout.Sider width={208} className="sider">
          <Brand />
          <nav aria-label={t("app.menu")}>
            <NavMenu />
          </nav>
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className="top">
          {!wide && <Brand />}
          <Button icon={<SearchOutlined />} onClick={() => setOpen("palette")} className="search-button">
            <span className="cut">{t("app.search")}</span>
            {wide && <kbd>Ctrl K</kbd>}
          </Button>
          <span className="grow" />
          {creating.length > 0 && (
            <Dropdown
              autoFocus
              trigger={["click"]}
              menu={{
                items: creating.map((p) => ({ key: p.to, icon: p.icon, label: t(`nav.${p.key}`) })),
                onClick: ({ key }) => void go({ to: key as never, search: { new: "1" } as never }),
              }}
            >
              <Button type="primary" icon={<PlusOutlined />} aria-label={t("app.new")}>
                {wide && t("app.new")}
              </Button>
            </Dropdown>
          )}
          <Badge count={waiting} size="small" overflowCount={99}>
            <Button
              type="text"
              icon={<BellOutlined />}
              aria-label={waiting ? t("app.inboxCount", { count: waiting }) : t("app.inbox")}
              onClick={() => setOpen("inbox")}
            />
          </Badge>
          <MeMenu onKeys={() => setOpen("keys")} />
        </Layout.Header>
        <Layout.Content id="main" role="main" tabIndex={-1}>
          <Suspense fallback={<PageWaiting />}>
            <Outlet />
          </Suspense>
        </Layout.Content>
        <Suspense>
          <TourBar />
        </Suspense>
        {!wide && <BottomBar onMore={() => setOpen("menu")} />}
      </Layout>
      <Beside open={open === "menu"} onClose={close} title={t("app.menu")}>
        <nav aria-label={t("app.menu")} onClickCapture={close}>
          <NavMenu />
        </nav>
      </Beside>
      <Palette open={open === "palette"} onClose={close} onKeys={() => setOpen("keys")} />
      <Inbox open={open === "inbox"} onClose={close} />
      <KeySheet open={open === "keys"} onClose={close} />
    </Layout>
  );
}

/** In place of a page whose texts are on the way. */
function PageWaiting() {
  return (
    <div className="page">
      <Waiting rows={8} />
    </div>
  );
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <img src="/logo.svg" alt="" width={22} height={22} /> Baton
    </Link>
  );
}

function NavMenu() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const { sections, pages } = usePages();
  const items = sections.flatMap((s): NonNullable<MenuProps["items"]> => {
    const children = s.pages.map((p) => ({
      key: p.to,
      icon: p.icon,
      label: <Link to={p.to as never}>{t(`nav.${p.key}`)}</Link>,
    }));
    return s.key ? [{ key: s.key, type: "group" as const, label: t(`nav.${s.key}`), children }] : children;
  });
  const at = pages
    .map((p) => p.to)
    .filter((to) => path === to || path.startsWith(`${to}/`))
    .sort((a, b) => b.length - a.length)[0];
  return <Menu mode="inline" selectedKeys={at ? [at] : []} items={items} className="nav-menu" />;
}

/** The five places of a phone. */
function BottomBar({ onMore }: { onMore: () => void }) {
  const { t } = useTranslation();
  const { pages } = usePages();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const wanted = ["today", "leads", "accounts", "board"];
  const four = [...wanted.flatMap((key) => pages.filter((p) => p.key === key)), ...pages.slice(1)];
  const shown = [...new Set(four)].slice(0, 4);
  return (
    <nav className="bottom-bar" aria-label={t("app.often")}>
      {shown.map((p) => (
        <Link key={p.key} to={p.to as never} aria-current={path === p.to ? "page" : undefined}>
          {p.icon}
          <span>{t(`nav.${p.key}`)}</span>
        </Link>
      ))}
      <button type="button" onClick={onMore}>
        <MenuOutlined />
        <span>{t("app.more")}</span>
      </button>
    </nav>
  );
}

function MeMenu({ onKeys }: { onKeys: () => void }) {
  const { t, i18n } = useTranslation();
  const { member } = useMe();
  const cache = useQueryClient();
  const go = useNavigate();
  const { appearance } = useAppearance();
  const items: MenuProps["items"] = [
    { key: "name", type: "group", label: member?.displayName || member?.name },
    { key: "me", label: t("app.me") },
    {
      key: "language",
      label: t("app.language"),
      children: LANGUAGES.map((l) => ({
        key: `speak ${l}`,
        label: `${l === "zh-CN" ? "中文" : "English"}${l === i18n.language ? " ✓" : ""}`,
      })),
    },
    {
      key: "theme",
      label: t("app.theme"),
      children: (["auto", "light", "dark"] as const).map((a) => ({
        key: `look ${a}`,
        label: `${t(`app.theme${a === "auto" ? "Auto" : a === "light" ? "Light" : "Dark"}`)}${a === appearance ? " ✓" : ""}`,
      })),
    },
    { key: "keys", label: t("app.keys") },
    { type: "divider" },
    { key: "out", label: t("app.signOut") },
  ];
  const act = async (key: string) => {
    const [verb, what] = key.split(" ");
    if (verb === "speak") {
      await speak(what as Language);
      await cache.invalidateQueries();
    }
    if (verb === "look") setAppearance(what as Appearance);
    if (verb === "keys") onKeys();
    if (verb === "me") await go({ to: "/me" });
    if (verb === "out") {
      await signOut();
      cache.clear();
      location.assign("/");
    }
  };
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      placement="bottomRight"
      menu={{ items, onClick: ({ key }) => void act(key) }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t("app.me")} />
    </Dropdown>
  );
}
