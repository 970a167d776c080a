import { expect, test } from "vitest";
import type { Constraint, RecommendedItem } from "../api/types";
import { attributeRows, isSayable, money, safeUrl, wishText } from "./format";

const band: RecommendedItem = {
  item_id: "band-1",
  title: "鹿沫手环",
  score: 1,
  reasons: [],
  attributes: {
    description: "轻便的手环", categories: ["数码", "智能手环"], brand: "Lumo", price: 1299, currency: "CNY", weight_g: 24.5,
    waterproof: true, year: 2026, colour: null, url: "https://x.example/",
  }, // prettier-ignore
};

test("attributes are told in the page's words and units, what a card shows elsewhere left out", () => {
  expect(attributeRows(band, "zh")).toEqual([
    { label: "类别", value: "数码、智能手环" },
    { label: "品牌", value: "Lumo" },
    { label: "价格", value: "¥1,299" },
    { label: "重量", value: "24.5克" },
    { label: "防水", value: "是" },
    { label: "年份", value: "2026" },
  ]);
  expect(attributeRows(band, "en")[3]).toEqual({ label: "weight", value: "24.5 g" });
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

const wish = (attribute: string, op: Constraint["op"], value?: unknown, strength: Constraint["strength"] = "must") => ({
  attribute, op, value, strength,
}); // prettier-ignore

test("wishes are said in words", () => {
  const words = (one: Constraint, language: "en" | "zh") => wishText(one, [band], language);
  expect(words(wish("price", "<=", 500), "en")).toBe("price ≤ ¥500");
  expect(words(wish("price", "between", [100, 500]), "zh")).toBe("价格 ¥100 – ¥500");
  expect(words(wish("categories", "in", ["智能手环"]), "zh")).toBe("智能手环");
  expect(words(wish("categories", "not in", ["Smart bands"], "prefer"), "en")).toBe("preferably not Smart bands");
  expect(words(wish("recipients", "in", ["mother"]), "en")).toBe("for mother");
  expect(words(wish("waterproof", "=", true), "zh")).toBe("防水");
  expect(words(wish("waterproof", "not in", [true]), "en")).toBe("not waterproof");
  expect(words(wish("price", "lower"), "zh")).toBe("价格更低");
});

test("a wish whose value is in the catalogue's language only is not said in the other", () => {
  const sayable = (one: Constraint, language: "en" | "zh") => isSayable(one, [band], language);
  expect(sayable(wish("categories", "in", ["Watches"]), "zh")).toBe(false);
  expect(sayable(wish("categories", "in", ["Watches"]), "en")).toBe(true);
  expect(sayable(wish("categories", "in", ["手表"]), "en")).toBe(false);
  expect(sayable(wish("brand", "=", "Lumo"), "zh")).toBe(true); // as the card says it
  expect(sayable(wish("price", "<=", 500), "zh")).toBe(true);
  expect(sayable(wish("price", "lower"), "en")).toBe(true);
});
