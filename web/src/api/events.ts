/** Events on their way to the shop: one after the other, each tried a few times under the same event_id, so that it counts once. */

import { Refused } from "./client";
import type { FeedbackEvent } from "./types";

type Send = (event: FeedbackEvent) => Promise<void>;

export class EventQueue {
  private tail: Promise<unknown> = Promise.resolve();

  /** `pauses`: milliseconds before each further try. */
  constructor(
    private readonly send: Send,
    private readonly pauses: readonly number[] = [500, 2000],
  ) {}

  /** Resolved when the event is durable; rejected when it was refused, or given up. */
  push(event: FeedbackEvent): Promise<void> {
    const sent = this.tail.then(() => this.deliver(event));
    this.tail = sent.catch(() => undefined); // a lost event does not stop those behind it
    return sent;
  }

  /** Resolved when all that was pushed is durable or given up, at the latest after `ms`. */
  async settled(ms: number): Promise<void> {
    await Promise.race([this.tail, new Promise((resolve) => setTimeout(resolve, ms))]);
  }

  private async deliver(event: FeedbackEvent): Promise<void> {
    for (const pause of this.pauses) {
      try {
        return await this.send(event);
      } catch (error) {
        if (isFinal(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return this.send(event);
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof Refused && error.status < 500 && error.status !== 429;
}
