import { expect, test } from "vitest";
import { attributeLabel, featureLabel } from "./labels";
import { preferredLanguage } from "./language";
import { STRINGS, type Strings } from "./strings";

const HAN = /\p{Script=Han}/u;
const ANY_LANGUAGE = ["htmlLang", "otherLanguage", "switchLanguage", "listSeparator"];

function said(table: Strings, key: keyof Strings): string {
  const value = table[key];
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "function" ? (value as (...words: unknown[]) => string)(7, "7") : (value as string);
}

test("both tables say everything, each in its own language", () => {
  expect(Object.keys(STRINGS.zh)).toEqual(Object.keys(STRINGS.en));
  for (const key of Object.keys(STRINGS.en) as (keyof Strings)[]) {
    for (const language of ["en", "zh"] as const) expect(said(STRINGS[language], key), key).not.toBe("");
    if (ANY_LANGUAGE.includes(key)) continue;
    expect(said(STRINGS.en, key), key).not.toMatch(HAN);
    if (key !== "quote" && key !== "pair") expect(said(STRINGS.zh, key), key).toMatch(HAN);
  }
  expect(STRINGS.zh.examples.length).toBe(STRINGS.en.examples.length);
});

test("the language is the one chosen, else the first of the browser's that we speak", () => {
  expect(preferredLanguage("zh", ["en-GB"])).toBe("zh");
  expect(preferredLanguage(null, ["zh-TW", "en"])).toBe("zh");
  expect(preferredLanguage(null, ["fr", "en-US", "zh"])).toBe("en");
  expect(preferredLanguage("xx", ["fr"])).toBe("en");
});

test("attributes are called as in the replies, their unit apart", () => {
  expect(attributeLabel("weight_g", "zh")).toEqual({ label: "重量", unit: "克" });
  expect(attributeLabel("weight_g", "en")).toEqual({ label: "weight", unit: "g" });
  expect(attributeLabel("age_min", "zh")).toEqual({ label: "最低适用年龄", unit: "" });
  expect(attributeLabel("hat_size", "en")).toEqual({ label: "hat size", unit: "" });
  expect(attributeLabel("constructor", "zh")).toEqual({ label: "constructor", unit: "" });
  expect(featureLabel("als", "zh")).toBe("口味相近的人");
});
