import { defineConfig } from "vitest/config";

/** Reads TOML as far as labels.toml goes: tables of `name = "text"`. Any other line stops the build. */
const toml = {
  name: "toml",
  transform(source: string, id: string) {
    if (!id.endsWith(".toml")) return null;
    const tables: Record<string, Record<string, string>> = {};
    let table: Record<string, string> = {};
    for (const line of source.split(/\r?\n/)) {
      const header = /^\[(.+)\]$/.exec(line);
      const entry = /^(\w+) = (".*")$/.exec(line);
      if (header) table = tables[header[1]!] = {};
      else if (entry) table[entry[1]!] = JSON.parse(entry[2]!) as string;
      else if (line !== "" && !line.startsWith("#")) throw new Error(`${id}: cannot read ${line}`);
    }
    return { code: `export default ${JSON.stringify(tables)}`, map: null };
  },
};

// Everything is served from the shop itself under a strict Content-Security-Policy: relative addresses (so that a
// proxy may put the shop under a path), no inline script, style or picture.
export default defineConfig({
  base: "./",
  plugins: [toml],
  build: {
    outDir: "../src/palate/service/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8000", "/healthz": "http://127.0.0.1:8000" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], silent: "passed-only" },
});
