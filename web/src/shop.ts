/** What the parts of a page share: the shop, the person, their reactions. Each page (chat, later widget) makes one. */

import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Client } from "./api/client";
import { EventQueue } from "./api/events";
import { knownPerson, newPerson } from "./api/person";
import { Conversation } from "./chat/conversation";
import { Reactions } from "./items/reactions";

export function createShop(client = new Client()) {
  const user = signal(knownPerson());
  const queue = new EventQueue((event) => client.sendEvent(event));
  const conversation = new Conversation(client, queue, () => user.value);
  const reactions = new Reactions(queue, () => ({ user_id: user.value, session_id: conversation.sessionId }));
  const notice = signal("");
  let timer = 0;
  return {
    client,
    user,
    conversation,
    reactions,
    /** A short message to the person, shown for some seconds and read aloud. */
    notice,
    say(message: string) {
      notice.value = message;
      clearTimeout(timer);
      timer = window.setTimeout(() => (notice.value = ""), 8000);
    },
    startOver() {
      user.value = newPerson();
      conversation.clear();
      reactions.clear();
    },
  };
}

export type ShopPage = ReturnType<typeof createShop>;
export const ShopContext = createContext<ShopPage | null>(null);

export function useShop(): ShopPage {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("no ShopContext above this component");
  return shop;
}
