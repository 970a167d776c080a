/** Items in words: money, attributes, wishes. Titles and values come in the language of the turn. */

import type { Constraint, RecommendedItem } from "../api/types";
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

/** A wish in words: price ≤ ¥500, not Horror; `items`, those of the answer, tell the currency. */
export function wishText(wish: Constraint, items: readonly RecommendedItem[], language: Language): string {
  const strings = STRINGS[language];
  const { label } = attributeLabel(wish.attribute, language);
  const currency = items.find((item) => item.attributes.currency)?.attributes.currency;
  const one = (value: unknown) => valueText(wish.attribute, value, currency, language);
  const named = (words: string) => {
    if (wish.attribute === "recipients") return strings.forWhom(words);
    return wish.attribute === "categories" ? words : `${label} ${words}`;
  };
  const said = (() => {
    const values = Array.isArray(wish.value) ? wish.value : [wish.value];
    const only = values[0];
    switch (wish.op) {
      case "lower":
        return strings.lower(label);
      case "higher":
        return strings.higher(label);
      case "between":
        return `${label} ${values.map(one).join(" – ")}`;
      case "<=":
        return `${label} ≤ ${one(only)}`;
      case ">=":
        return `${label} ≥ ${one(only)}`;
      default: {
        const wanted = wish.op !== "not in";
        if (typeof only === "boolean") return only === wanted ? label : strings.not(label);
        const words = named(values.map(one).join(" / "));
        return wanted ? words : strings.not(words);
      }
    }
  })();
  return wish.strength === "prefer" ? strings.preferably(said) : said;
}

/**
 * Whether a wish can be said in the page's language. Wishes name values as the catalogue does: Watches, where the cards
 * of a Chinese answer say 手表. Such a value is told by its script, unless the cards say it so too.
 */
export function isSayable(wish: Constraint, items: readonly RecommendedItem[], language: Language): boolean {
  const shown = new Set(items.flatMap((item) => list(item.attributes[wish.attribute])));
  const foreign = language === "zh" ? /^(?=.*\p{L})(?!.*\p{Script=Han})/u : /\p{Script=Han}/u;
  const values = Array.isArray(wish.value) ? wish.value : [wish.value];
  return values.every((value) => typeof value !== "string" || !foreign.test(value) || shown.has(value));
}
