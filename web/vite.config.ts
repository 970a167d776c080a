import { defineConfig } from "vitest/config";

// Everything is served from the shop itself under a strict Content-Security-Policy: relative addresses (so that a
// proxy may put the shop under a path), no inline script, style or picture.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/palate/service/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8000", "/healthz": "http://127.0.0.1:8000" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
