import { TransportProvider } from "@connectrpc/connect-query";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import type { Locale } from "antd/es/locale";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { isSignedOut, passing } from "./api/refusal";
import { transport } from "./api/transport";
import { placeOf } from "./blocks/menus";
import { fetchAllTexts, startSpeaking } from "./i18n";
import { router } from "./router";
import { fetchAhead } from "./shell/ahead";
import { carryNonce, nonce } from "./shell/csp";
import { Door, signedOut } from "./shell/Door";
import { takeSecret } from "./shell/joining";
import { lazyPart } from "./shell/lazyPart";
import { look, useAppearance } from "./shell/theme";
import "./style.css";

/** What a link holds by which somebody sets his password: he is not signed in, nor does he see any other page. */
const joining = takeSecret();
const Join = lazyPart(() => import("./shell/Join").then((m) => m.Join));

const antTexts: Record<string, () => Promise<{ default: Locale }>> = {
  "zh-CN": () => import("antd/es/locale/zh_CN"),
  en: () => import("antd/es/locale/en_US"),
};

function Root() {
  const { i18n } = useTranslation();
  const { isDark } = useAppearance();
  const [locale, setLocale] = useState<Locale>();
  useEffect(() => {
    void antTexts[i18n.language]?.().then((m) => setLocale(m.default));
  }, [i18n.language]);
  useEffect(() => {
    document.documentElement.dataset.look = isDark ? "dark" : "light";
  }, [isDark]);
  return (
    <ConfigProvider
      locale={locale}
      theme={look(isDark)}
      csp={nonce ? { nonce } : undefined}
      button={{ autoInsertSpace: false }}
      getPopupContainer={placeOf}
    >
      <AntApp>
        {joining === undefined ? (
          <Door>
            <RouterProvider router={router} />
          </Door>
        ) : (
          <Join secret={joining} />
        )}
      </AntApp>
    </ConfigProvider>
  );
}

/** Whoever is not signed in any more is asked to sign in; the page stays where it is. */
const onError = (cause: unknown) => {
  if (isSignedOut(cause)) signedOut();
};

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A service that is away comes back: it is asked again, ever more rarely, for as long as the page is open.
      retry: (failures, cause) => passing(cause) && failures < 3,
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 15_000),
      refetchInterval: (query) => (query.state.status === "error" && passing(query.state.error) ? 5_000 : false),
    },
  },
});

function show(root: HTMLElement) {
  createRoot(root).render(
    <StrictMode>
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queries}>
          <Root />
        </QueryClientProvider>
      </TransportProvider>
    </StrictMode>,
  );
}

carryNonce();
const root = document.getElementById("root");
// No page is drawn before there are words; nor does anything wait here: what pages import stands in the same file as this.
if (root) void startSpeaking().then(() => show(root));
fetchAhead(() => void fetchAllTexts().catch(() => undefined));
