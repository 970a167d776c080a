import { expect, test } from "vitest";
import { Refused, Unreachable } from "./client";
import { EventQueue } from "./events";
import type { FeedbackEvent } from "./types";

const event = (id: string): FeedbackEvent => ({ event_id: id, user_id: "u", item_id: "i", event_type: "like", timestamp: 1 });

/** A queue whose n-th sending ends with the n-th outcome: an error, or null for "durable". */
function queueWith(outcomes: (Error | null)[]) {
  const sent: string[] = [];
  const queue = new EventQueue(async ({ event_id }) => {
    const outcome = outcomes[sent.length];
    sent.push(event_id);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (outcome) throw outcome;
  }, [1, 1]);
  return { queue, sent };
}

test("events go out one after the other, in their order", async () => {
  const { queue, sent } = queueWith([new Unreachable(), null, null]);
  await Promise.all([queue.push(event("a")), queue.push(event("b"))]);
  expect(sent).toEqual(["a", "a", "b"]);
});

test("what may pass is tried again under the same id, three times in all", async () => {
  const { queue, sent } = queueWith([new Refused(503, ""), new Refused(429, ""), new Unreachable()]);
  await expect(queue.push(event("a"))).rejects.toBeInstanceOf(Unreachable);
  expect(sent).toEqual(["a", "a", "a"]);
});

test("what is refused for good is not tried again, and holds nothing up", async () => {
  const { queue, sent } = queueWith([new Refused(422, "no such item"), null]);
  const refused = expect(queue.push(event("a"))).rejects.toMatchObject({ detail: "no such item" });
  await queue.push(event("b"));
  await refused;
  expect(sent).toEqual(["a", "b"]);
});

test("settled waits for all that was pushed, but not for ever", async () => {
  const { queue, sent } = queueWith([null, null]);
  void queue.push(event("a"));
  void queue.push(event("b"));
  await queue.settled(1000);
  expect(sent).toEqual(["a", "b"]);
  const stuck = new EventQueue(() => new Promise(() => undefined));
  void stuck.push(event("a"));
  await stuck.settled(5);
});
