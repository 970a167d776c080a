/** The language of the page: the browser's at first, then the one chosen. */

import { computed, effect, signal } from "@preact/signals";
import { keep, recall } from "../api/person";
import { type Language, STRINGS } from "./strings";

const KEY = "palate.language";

/** English unless Chinese comes first among the languages that we speak. */
export function preferredLanguage(chosen: string | null, browser: readonly string[]): Language {
  if (chosen === "en" || chosen === "zh") return chosen;
  const spoken = browser.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "en" || tag === "zh");
  return spoken === "zh" ? "zh" : "en";
}

export const language = signal<Language>(preferredLanguage(recall(localStorage, KEY), navigator.languages));
export const strings = computed(() => STRINGS[language.value]);

export function switchLanguage(): void {
  language.value = language.value === "en" ? "zh" : "en";
  keep(localStorage, KEY, language.value);
}

effect(() => {
  document.documentElement.lang = strings.value.htmlLang;
  document.title = strings.value.title;
});
