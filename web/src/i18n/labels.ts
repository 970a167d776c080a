/** Names of attributes, units and ranker features as people say them. What is not listed is shown by its own name. */

import type { Language } from "./strings";

const ATTRIBUTES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  price: ["price", "价格"], brand: ["brand", "品牌"], categories: ["category", "类别"], colour: ["colour", "颜色"],
  color: ["colour", "颜色"], material: ["material", "材质"], recipients: ["for whom", "送给谁"], occasions: ["occasion", "场合"],
  created_at: ["new since", "上架时间"], author: ["author", "作者"], genre: ["genre", "类型"], pages: ["pages", "页数"],
  pieces: ["pieces", "件数"], weight: ["weight", "重量"], length: ["length", "长度"], width: ["width", "宽度"],
  height: ["height", "高度"], depth: ["depth", "深度"], capacity: ["capacity", "容量"], battery: ["battery life", "续航"],
  screen: ["screen", "屏幕"], storage: ["storage", "存储"], power: ["power", "功率"], noise: ["noise", "噪音"],
  temperature_min: ["down to", "最低温度"], age_min: ["from age", "适用年龄"], waterproof: ["waterproof", "防水"],
  wireless: ["wireless", "无线"], noise_cancelling: ["noise cancelling", "降噪"], dishwasher_safe: ["dishwasher safe", "可用洗碗机"],
  machine_washable: ["machine washable", "可机洗"], rechargeable: ["rechargeable", "可充电"], refillable: ["refillable", "可续装"],
  foldable: ["foldable", "可折叠"], magnetic: ["magnetic", "磁性"], vegan: ["vegan", "纯素"], alcohol_free: ["alcohol free", "不含酒精"],
  fragrance_free: ["fragrance free", "无香"], caffeine_free: ["caffeine free", "无咖啡因"], contains_nuts: ["contains nuts", "含坚果"],
  scent: ["scent", "香型"], skin_type: ["skin type", "肤质"], flavour: ["flavour", "口味"], origin: ["origin", "产地"],
  tea_type: ["kind of tea", "茶类"], lasting: ["lasts", "持续"], warranty: ["warranty", "保修"], size: ["size", "尺寸"],
  form: ["form", "形态"], cord_length: ["cord length", "线长"], players_min: ["players from", "最少人数"],
  players_max: ["players up to", "最多人数"], play: ["playing time", "时长"], year: ["year", "年份"], directors: ["director", "导演"],
  actors: ["cast", "演员"], runtime: ["running time", "片长"], language: ["language", "语言"], pet: ["pet", "宠物"],
  movement: ["movement", "机芯"], case: ["case", "表径"], subject: ["subject", "主题"], description: ["description", "介绍"],
}; // prettier-ignore

const UNITS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  g: ["g", "克"], kg: ["kg", "千克"], ml: ["ml", "毫升"], l: ["l", "升"], mm: ["mm", "毫米"], cm: ["cm", "厘米"], m: ["m", "米"],
  inches: ["in", "英寸"], hours: ["h", "小时"], minutes: ["min", "分钟"], days: ["days", "天"], years: ["years", "年"], gb: ["GB", "GB"],
  tb: ["TB", "TB"], mah: ["mAh", "毫安时"], w: ["W", "瓦"], db: ["dB", "分贝"], c: ["°C", "°C"], percent: ["%", "%"], gsm: ["g/m²", "克/平方米"],
}; // prettier-ignore

const FEATURES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  lexical: ["your words", "你用的词"], dense: ["the meaning of your words", "你话里的意思"], content: ["like what you liked", "与你喜欢的相似"],
  item_knn: ["often taken together", "常被一起选"], als: ["people with similar taste", "口味相近的人"], ease: ["often taken together", "常被一起选"],
  sequential: ["what usually comes next", "接下来常选的"], popularity: ["popular now", "近期热门"], wish: ["your wishes", "你的要求"],
  repeated: ["shown before", "之前出现过"], generative: ["a suggestion of the language model", "语言模型的建议"],
}; // prettier-ignore

const column = (language: Language) => (language === "zh" ? 1 : 0);
const spaced = (name: string) => name.replaceAll("_", " ");

/** An attribute's name and the unit at its end: weight_g is [weight, g], 重量 and 克. */
export function attributeLabel(name: string, language: Language): { label: string; unit: string } {
  const whole = ATTRIBUTES[name];
  if (whole) return { label: whole[column(language)], unit: "" };
  const cut = name.lastIndexOf("_");
  const unit = cut > 0 ? UNITS[name.slice(cut + 1)] : undefined;
  const base = unit ? name.slice(0, cut) : name;
  return { label: ATTRIBUTES[base]?.[column(language)] ?? spaced(base), unit: unit?.[column(language)] ?? "" };
}

export function featureLabel(name: string, language: Language): string {
  return FEATURES[name]?.[column(language)] ?? spaced(name);
}
