import { expect, test } from "vitest";
import type { Constraint, RecommendedItem } from "../api/types";
import { attributeRows, money, safeUrl, title, wishText } from "./format";

const band: RecommendedItem = {
  item_id: "band-1",
  title: "Lumo Band",
  score: 1,
  reasons: [],
  attributes: {
    title_zh: "鹿沫手环", description: "A band", categories: ["Electronics", "Smart bands"], categories_zh: ["数码", "智能手环"],
    price: 1299, currency: "CNY", weight_g: 24.5, waterproof: true, colour: null, url: "https://x.example/", page_up: "z",
  }, // prettier-ignore
};

test("an item speaks the page's language where the catalogue does", () => {
  expect(title(band, "zh")).toBe("鹿沫手环");
  expect(title(band, "en")).toBe("Lumo Band");
  expect(attributeRows(band, "zh")).toEqual([
    { label: "类别", value: "数码、智能手环" },
    { label: "价格", value: "¥1,299" },
    { label: "重量", value: "24.5克" },
    { label: "防水", value: "是" },
    { label: "page up", value: "z" }, // no localisation: there is no column "page"
  ]);
  expect(attributeRows(band, "en")[2]).toEqual({ label: "weight", value: "24.5 g" });
});

test("money has its sign, and decimals only where it needs them", () => {
  expect(money(239, "CNY", "en")).toBe("¥239");
  expect(money(1299.5, "EUR", "en")).toBe("€1,299.50");
  expect(money(5, "points", "en")).toBe("5 points");
  expect(money(5, undefined, "en")).toBe("5");
  expect(money(Number.NaN, "CNY", "en")).toBe("");
});

test("only addresses of the allowed kinds are followed", () => {
  expect(safeUrl("https://a.example/b c.png", ["https:"])).toBe("https://a.example/b%20c.png");
  for (const bad of ["http://a.example/", "javascript:alert(1)", "//a.example", "", null, 3]) {
    expect(safeUrl(bad, ["https:"])).toBeNull();
  }
});

test("wishes are said in words, in the page's language as far as the items pair the two", () => {
  const wish = (attribute: string, op: Constraint["op"], value?: unknown, strength: Constraint["strength"] = "must") => ({
    attribute, op, value, strength,
  }); // prettier-ignore
  const words = (one: Constraint, language: "en" | "zh") => wishText(one, [band], language);
  expect(words(wish("price", "<=", 500), "en")).toBe("price ≤ ¥500");
  expect(words(wish("price", "between", [100, 500]), "zh")).toBe("价格 ¥100 – ¥500");
  expect(words(wish("categories", "in", ["Smart bands"]), "zh")).toBe("智能手环");
  expect(words(wish("categories", "not in", ["Smart bands"], "prefer"), "en")).toBe("preferably not Smart bands");
  expect(words(wish("recipients", "in", ["mother"]), "en")).toBe("for mother");
  expect(words(wish("waterproof", "=", true), "zh")).toBe("防水");
  expect(words(wish("waterproof", "not in", [true]), "en")).toBe("not waterproof");
  expect(words(wish("price", "lower"), "zh")).toBe("价格更低");
});
