import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the gateway is while the console is served from its sources: `make console`. */
const gateway = process.env.BATON_GATEWAY ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: "__CSP_NONCE__" },
  server: {
    proxy: {
      "^/(baton\\.[a-z]+\\.v1\\.|session|sign-in|demo|v1/|openapi\\.json|asyncapi\\.json)": {
        target: gateway,
        changeOrigin: false,
      },
    },
  },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 900,
    // Nothing is inlined: the policy of the gateway allows no data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "react",
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|use-sync-external-store)[\\/]/,
              priority: 30,
            },
            { name: "rpc", test: /node_modules[\\/](@bufbuild|@connectrpc)[\\/]/, priority: 20 },
            // What stands around every page is one file, not forty small ones.
            { name: "shell", tags: ["$initial"], priority: 10 },
            { name: "echarts", test: /node_modules[\\/](echarts|zrender)[\\/]/, priority: 20 },
          ],
        },
      },
    },
  },
});
