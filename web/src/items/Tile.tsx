/** The picture of an item; where there is none, a quiet drawn tile of its category. */

import { useState } from "preact/hooks";
import type { RecommendedItem } from "../api/types";
import { list, safeUrl } from "./format";

const HUES = 8;
const SHAPES = [
  "M-10 74C20 40 44 96 76 62s52-18 70-30v78H-10Z",
  "M104 -6a38 38 0 1 1 0 76 38 38 0 0 1 0-76ZM14 62a30 30 0 1 1 0 60 30 30 0 0 1 0-60Z",
  "M-8 96 40 30 76 78 96 52 136 100V120H-8Z",
  "M70 -10 130 50 70 110 10 50ZM-6 64 24 94-6 124-36 94Z",
];

/** FNV-1a, folded: the same category always has the same colour and shape. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.codePointAt(0)!, 0x01000193);
  return (value ^ (value >>> 13)) >>> 0;
}

export function Tile({ item }: { item: RecommendedItem }) {
  const [broken, setBroken] = useState(false);
  const picture = safeUrl(item.attributes.image_url, ["https:"]);
  if (picture && !broken) {
    return <img class="tile" src={picture} alt="" loading="lazy" onError={() => setBroken(true)} />;
  }
  const categories = list(item.attributes.categories);
  const root = categories[0] ?? item.title;
  const leaf = categories.at(-1) ?? item.title;
  return (
    <svg class={`tile drawn hue-${hash(leaf) % HUES}`} viewBox="0 0 120 90" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path d={SHAPES[hash(root) % SHAPES.length]} />
      <text x="60" y="47" text-anchor="middle" dominant-baseline="central">
        {(Array.from(leaf)[0] ?? "").toUpperCase()}
      </text>
    </svg>
  );
}
