/** What a card and the detail of an item have in common. */

import type { EventType, RecommendedItem } from "../api/types";
import { language, strings } from "../i18n/language";
import { useShop } from "../shop";
import { list, money } from "./format";
import { Icon } from "./Icon";

/** Price and brand. */
export function Facts({ item }: { item: RecommendedItem }) {
  const { attributes } = item;
  const price = money(attributes.price, attributes.currency, language.value);
  const brand = list(attributes.brand).join(" ");
  return (
    <p class="facts">
      {price && <span class="price">{price}</span>}
      {brand && <span class="brand">{brand}</span>}
    </p>
  );
}

interface ReactionProps {
  item: RecommendedItem;
  turnId: string | undefined;
  onDislike: () => void;
}

export function ReactionButtons({ item, turnId, onDislike }: ReactionProps) {
  const shop = useShop();
  const t = strings.value;
  const { taste, saved } = shop.reactions.of(item.item_id);
  const button = (type: EventType, icon: "like" | "dislike" | "save", label: string, pressed: boolean) => (
    <button
      type="button"
      class={`react ${icon}`}
      aria-pressed={pressed}
      aria-label={label}
      title={label}
      onClick={() => {
        if (type === "dislike") onDislike();
        if (pressed) return;
        shop.reactions.react(item.item_id, type, { turn_id: turnId }).catch(() => shop.say(t.eventFailed(label)));
      }}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <>
      {button("like", "like", t.like, taste === "like")}
      {button("dislike", "dislike", t.dislike, taste === "dislike")}
      {button("favorite", "save", saved ? t.saved : t.save, saved === true)}
    </>
  );
}

/** What went wrong with a reaction, for some seconds. Also inside the dialog, which covers the page's own. */
export function Notice() {
  return <p class="notice" role="status">{useShop().notice.value}</p>;
}
