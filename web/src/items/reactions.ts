/** What the person did with items: shown at once, undone where the shop refuses it. */

import { signal } from "@preact/signals";
import type { EventQueue } from "../api/events";
import { keep, recall, uuid } from "../api/person";
import type { EventType, FeedbackEvent } from "../api/types";

export interface Reaction {
  taste?: "like" | "dislike" | undefined;
  saved?: boolean | undefined;
  bought?: boolean | undefined;
}

/** Where the item was shown. */
export interface Place {
  turn_id?: string | undefined;
}

/** What an event says beside its type. */
export type More = Pick<FeedbackEvent, "value" | "text" | "scope">;

const MARKS: Partial<Record<EventType, Reaction>> = {
  like: { taste: "like" },
  dislike: { taste: "dislike" },
  favorite: { saved: true },
  purchase: { bought: true },
};

const KEY = "palate.reactions/1";

export class Reactions {
  /** By item_id; held by the tab over a reload, as the conversation is. */
  readonly all = signal(JSON.parse(recall(sessionStorage, KEY) ?? "{}") as Readonly<Record<string, Reaction>>);

  constructor(
    private readonly queue: EventQueue,
    private readonly who: () => { user_id: string; session_id?: string | undefined },
  ) {}

  of(itemId: string): Reaction {
    return this.all.value[itemId] ?? {};
  }

  /** Marks the item and tells the shop. Rejected, and unmarked, when the shop does not take it. */
  async react(itemId: string, type: EventType, place: Place, more: More = {}): Promise<void> {
    const mark = MARKS[type];
    const before = this.of(itemId);
    if (mark) this.set(itemId, { ...before, ...mark });
    try {
      await this.queue.push(this.event(itemId, type, place, more));
    } catch (error) {
      if (mark) this.unmark(itemId, mark, before);
      throw error;
    }
  }

  private event(itemId: string, type: EventType, place: Place, more: More): FeedbackEvent {
    const { user_id, session_id } = this.who();
    return {
      event_id: uuid(),
      user_id,
      item_id: itemId,
      event_type: type,
      timestamp: Date.now() / 1000,
      ...(session_id && { session_id }),
      ...(place.turn_id && { turn_id: place.turn_id }),
      ...more,
    };
  }

  /** Takes back what `mark` set, unless the person has meanwhile said something else. */
  private unmark(itemId: string, mark: Reaction, before: Reaction): void {
    const now = { ...this.of(itemId) };
    for (const key of Object.keys(mark) as (keyof Reaction)[]) {
      if (now[key] === mark[key]) Object.assign(now, { [key]: before[key] });
    }
    this.set(itemId, now);
  }

  clear(): void {
    this.hold({});
  }

  private set(itemId: string, reaction: Reaction): void {
    this.hold({ ...this.all.value, [itemId]: reaction });
  }

  private hold(all: Readonly<Record<string, Reaction>>): void {
    this.all.value = all;
    keep(sessionStorage, KEY, JSON.stringify(all));
  }
}
