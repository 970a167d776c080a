import { expect, test } from "vitest";
import type { RecommendedItem } from "../api/types";
import { attributeRows, money, safeUrl } from "./format";

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
