/** Flat tables of texts by the name of the table, as the plug-in in vite.config.ts reads them. */
declare module "*labels.toml" {
  type Words = Readonly<Record<string, string>>;
  const tables: Readonly<Record<"en" | "zh" | "units.en" | "units.zh", Words>>;
  export default tables;
}
