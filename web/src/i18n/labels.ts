/** Names of attributes, units and ranker features as people say them. What is not listed is called by its own name. */

import words from "../../../src/palate/ranking/labels.toml"; // the very words of the replies
import type { Language } from "./strings";

const FEATURES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  mask: ["a condition", "硬性条件"],
  lexical: ["your words", "您用的词"],
  dense: ["the meaning of your words", "您话里的意思"],
  content: ["like what you liked", "与您喜欢的相似"],
  item_knn: ["often chosen together", "常被一起选"],
  text_knn: ["a text like those you liked", "介绍与您喜欢的相似"],
  ease: ["often chosen together", "常被一起选"],
  sequential: ["what people chose next", "接着常被选的"],
  attention: ["what people chose next", "接着常被选的"],
  als: ["people with similar taste", "口味相近的人"],
  popularity: ["popular now", "近期热门"],
  proposals: ["named by the language model", "语言模型提名"],
  rerank: ["the language model's order", "语言模型的排序"],
  wish: ["your wishes", "您的要求"],
  repeated: ["shown before", "之前出现过"],
  known: ["you know it already", "您已经知道它"],
  exploration: ["a try", "试一试"],
};

const spaced = (name: string) => name.replaceAll("_", " ");
/** An attribute may be called "constructor": only what the table itself holds counts. */
const held = <T>(table: Readonly<Record<string, T>>, key: string) => (Object.hasOwn(table, key) ? table[key] : undefined);

/** An attribute's name and the unit at its end: weight_g is [weight, g], 重量 and 克. */
export function attributeLabel(name: string, language: Language): { label: string; unit: string } {
  const whole = held(words[language], name);
  if (whole) return { label: whole, unit: "" };
  const [, base, suffix] = /^(.+)_([a-z]+)$/.exec(name) ?? [];
  const unit = Object.keys(words["units.zh"]).find((symbol) => symbol.toLowerCase() === suffix);
  if (!base || !unit) return { label: spaced(name), unit: "" };
  const label = held(words[language], base) ?? spaced(base);
  return { label, unit: held(words[`units.${language}`], unit) ?? unit };
}

export function featureLabel(name: string, language: Language): string {
  return held(FEATURES, name)?.[language === "zh" ? 1 : 0] ?? spaced(name);
}
