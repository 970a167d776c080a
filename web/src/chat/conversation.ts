/** The state of a conversation: what was said, what came back, what went wrong. Knows nothing of the screen. */

import { signal } from "@preact/signals";
import { type Client, CutOff, Refused } from "../api/client";
import type { EventQueue } from "../api/events";
import { keep, recall, uuid } from "../api/person";
import type { ChatEvent, RecommendedItem, Turn, Understanding } from "../api/types";

/** Why an answer is missing. `unreachable`: it may not even have arrived; `stillUnreachable`: nor could it be tried again. */
export type Failure =
  | { kind: "unreachable" | "stillUnreachable" | "cutOff" }
  | { kind: "refused"; status: number; detail: string };

export interface Entry {
  key: string;
  text: string;
  status: "waiting" | "done" | "failed";
  reply: string;
  items: readonly RecommendedItem[];
  understanding: Understanding | null;
  turn: Turn | null;
  failure: Failure | null;
}

const fresh = (key: string, text: string): Entry => ({
  key, text, status: "waiting", reply: "", items: [], understanding: null, turn: null, failure: null,
}); // prettier-ignore

/** The entry after one more event of its stream. */
export function withEvent(entry: Entry, event: ChatEvent): Entry {
  switch (event.type) {
    case "understanding":
      return { ...entry, understanding: event.data };
    case "items":
      return { ...entry, items: event.data.items };
    case "token":
      return { ...entry, reply: entry.reply + event.data.text };
    case "done": {
      const { data: turn } = event;
      const { understanding, items, reply } = turn;
      return { ...entry, status: "done", turn, understanding, items, reply, failure: null };
    }
    default:
      return entry; // an event that a newer shop sends
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Refused) return { kind: "refused", status: error.status, detail: error.detail };
  return { kind: error instanceof CutOff ? "cutOff" : "unreachable" };
}

const KEY = "palate.conversation/1"; // the number changes with the shape of what is held
const SETTLE_MS = 3000;

export class Conversation {
  readonly entries = signal<readonly Entry[]>([]);
  readonly busy = signal(false);
  sessionId: string | undefined;
  private epoch = 0; // an answer to a person who has left is dropped

  /** Takes up what this tab held before a reload. */
  constructor(
    private readonly client: Client,
    private readonly queue: EventQueue,
    private readonly userId: () => string,
  ) {
    const held = JSON.parse(recall(sessionStorage, KEY) ?? "null") as { session: string; entries: Entry[] } | null;
    if (held) {
      this.sessionId = held.session;
      this.entries.value = held.entries;
    }
  }

  /** Says `text`, unless an answer is still on its way. */
  async say(text: string): Promise<void> {
    const said = text.trim();
    if (!said || this.busy.value) return;
    const entry = fresh(uuid(), said);
    this.entries.value = [...this.entries.value, entry];
    await this.ask(entry);
  }

  /** Asks again for an answer that failed, in its place. Where the shop does not even answer a knock, nothing is sent. */
  async retry(key: string): Promise<void> {
    const entry = this.entries.value.find((one) => one.key === key && one.status === "failed");
    if (!entry || this.busy.value) return;
    const epoch = this.epoch;
    this.busy.value = true;
    const alive = await this.client.alive();
    if (epoch !== this.epoch) return;
    this.busy.value = false;
    if (alive) await this.ask(fresh(key, entry.text));
    else this.replace({ ...entry, failure: { kind: "stillUnreachable" } });
  }

  /** Forgets everything: the next word opens a new session. */
  clear(): void {
    this.epoch += 1;
    this.sessionId = undefined;
    this.entries.value = [];
    this.busy.value = false;
    this.hold();
  }

  private async ask(asked: Entry): Promise<void> {
    let entry = asked;
    const epoch = this.epoch;
    const show = (next: Entry) => this.replace((entry = next));
    this.busy.value = true;
    show(entry);
    try {
      await this.queue.settled(SETTLE_MS); // what was liked a moment ago counts in this answer
      if (epoch !== this.epoch) return;
      for await (const event of this.answer(entry.text)) {
        if (epoch !== this.epoch) return;
        show(withEvent(entry, event));
        if (event.type === "done") this.sessionId = event.data.session_id;
      }
    } catch (error) {
      if (epoch === this.epoch) show({ ...entry, status: "failed", failure: failureOf(error) });
    }
    if (epoch !== this.epoch) return;
    this.busy.value = false;
    this.hold();
  }

  /** In the session at hand; in a new one where the shop no longer knows it (refused, so nothing is said twice). */
  private async *answer(text: string): AsyncGenerator<ChatEvent> {
    const said = { text, user_id: this.userId() };
    if (this.sessionId) {
      try {
        return yield* this.client.chat({ ...said, session_id: this.sessionId });
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) throw error;
        this.sessionId = undefined;
      }
    }
    yield* this.client.chat(said);
  }

  private replace(entry: Entry): void {
    this.entries.value = this.entries.value.map((one) => (one.key === entry.key ? entry : one));
  }

  private hold(): void {
    const entries = this.entries.value.filter((entry) => entry.status !== "waiting");
    keep(sessionStorage, KEY, JSON.stringify({ session: this.sessionId, entries }));
  }
}
