/** Items in words: money, attributes, wishes. Titles and values come in the language of the turn. */

import type { RecommendedItem } from "../api/types";
import { attributeLabel } from "../i18n/labels";
import { type Language, STRINGS } from "../i18n/strings";

/** Shown elsewhere on a card, or no matter of a person's. */
const HIDDEN = new Set(["item_id", "title", "description", "image_url", "url", "currency", "language", "available"]);

export function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(text).filter(Boolean);
}

/** A price with its currency's sign; without decimals where it has none. */
export function money(value: unknown, currency: unknown, language: Language): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return "";
  const digits = { minimumFractionDigits: Number.isInteger(value) ? 0 : 2, maximumFractionDigits: 2 };
  try {
    const style = { style: "currency", currency: text(currency), currencyDisplay: "narrowSymbol" } as const;
    return new Intl.NumberFormat(language, { ...digits, ...style }).format(value);
  } catch {
    return `${new Intl.NumberFormat(language, digits).format(value)} ${text(currency)}`.trim(); // no ISO 4217 code
  }
}

/** Any attribute's value as a person would read it. */
export function valueText(name: string, value: unknown, currency: unknown, language: Language): string {
  const strings = STRINGS[language];
  if (typeof value === "boolean") return value ? strings.yes : strings.no;
  if (Array.isArray(value)) {
    return value.map((one) => valueText(name, one, currency, language)).filter(Boolean).join(strings.listSeparator);
  }
  if (typeof value !== "number") return text(value);
  if (name === "price") return money(value, currency, language);
  const number = new Intl.NumberFormat(language, { useGrouping: name !== "year", maximumFractionDigits: 2 }).format(value);
  const { unit } = attributeLabel(name, language);
  return unit && language === "en" && unit !== "°C" ? `${number} ${unit}` : number + unit;
}

/** All that a person may want to know of an item, as rows of a table. */
export function attributeRows(item: RecommendedItem, language: Language): { label: string; value: string }[] {
  const { attributes } = item;
  return Object.keys(attributes)
    .filter((name) => !HIDDEN.has(name))
    .map((name) => ({
      label: attributeLabel(name, language).label,
      value: valueText(name, attributes[name], attributes.currency, language),
    }))
    .filter(({ value }) => value !== "");
}

/** An address that may be followed or shown, or null: only https for pictures, http besides for pages. */
export function safeUrl(value: unknown, schemes: readonly string[]): string | null {
  try {
    const url = new URL(text(value));
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
