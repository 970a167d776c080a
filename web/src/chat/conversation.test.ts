import { afterEach, beforeEach, expect, test } from "vitest";
import { Client, CutOff, Refused, Unreachable } from "../api/client";
import { EventQueue } from "../api/events";
import { knownPerson, newPerson, uuid } from "../api/person";
import { Reactions } from "../items/reactions";
import { problem, sampleTurn, type Script, scriptedShop, sse } from "../testing/shop";
import { Conversation, type Entry, failureOf, withEvent } from "./conversation";

const closers: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function talk(script: Script) {
  const shop = await scriptedShop(script);
  closers.push(shop.close);
  const client = new Client(shop.base);
  const queue = new EventQueue((event) => client.sendEvent(event), [1, 1]);
  const open = () => new Conversation(client, queue, () => "u");
  const reactions = new Reactions(queue, () => ({ user_id: "u", session_id: "s1" }));
  return { ...shop, open, reactions, conversation: open() };
}

const answer: Script = (asked, response) => {
  if (asked.path !== "/v1/chat") return void response.end("{}");
  sse(response, "done", sampleTurn({ text: asked.body.text as string }));
  response.end();
};

test("an entry grows with its stream, and the whole turn has the last word", () => {
  const turn = sampleTurn();
  let entry: Entry = {
    key: "k", text: "茶", status: "waiting", reply: "", items: [], understanding: null, turn: null, failure: null,
  }; // prettier-ignore
  entry = withEvent(entry, { type: "understanding", data: turn.understanding });
  entry = withEvent(entry, { type: "items", data: { items: turn.items } });
  entry = withEvent(entry, { type: "token", data: { text: "这里" } });
  entry = withEvent(entry, { type: "token", data: { text: "是" } });
  expect(entry).toMatchObject({ status: "waiting", reply: "这里是", items: turn.items, turn: null });
  entry = withEvent(entry, { type: "done", data: turn });
  expect(entry).toMatchObject({ status: "done", reply: "这里有茶。", turn });
});

test("failures tell whether the message arrived", () => {
  expect(failureOf(new Unreachable())).toEqual({ kind: "unreachable" });
  expect(failureOf(new CutOff())).toEqual({ kind: "cutOff" });
  expect(failureOf(new Refused(422, "empty"))).toEqual({ kind: "refused", status: 422, detail: "empty" });
});

test("the session goes on from turn to turn, and outlives a reload", async () => {
  const { conversation, asked, open } = await talk(answer);
  await conversation.say("  茶 ");
  await conversation.say("便宜点");
  const again = open();
  expect(again.entries.value.map((entry) => entry.text)).toEqual(["茶", "便宜点"]);
  await again.say("换一批");
  expect(asked.map(({ body }) => [body.text, body.session_id])).toEqual([
    ["茶", undefined],
    ["便宜点", "s1"],
    ["换一批", "s1"],
  ]);
});

test("nothing is said twice: not while an answer is on its way, and not blank", async () => {
  const { conversation, asked } = await talk(answer);
  await Promise.all([conversation.say("茶"), conversation.say("茶"), conversation.say("  ")]);
  expect(asked.length).toBe(1);
});

test("a broken answer keeps what came, and is asked for again in its place, only on demand", async () => {
  const { conversation, asked } = await talk((call, response, nth) => {
    if (nth > 1) return answer(call, response, nth);
    sse(response, "items", { items: sampleTurn().items });
    return void response.end();
  });
  await conversation.say("茶");
  const [broken] = conversation.entries.value;
  expect(broken).toMatchObject({ status: "failed", failure: { kind: "cutOff" }, items: [{ item_id: "tea-1" }] });
  await Promise.all([conversation.retry(broken!.key), conversation.retry(broken!.key)]);
  expect(asked.map(({ path }) => path)).toEqual(["/v1/chat", "/healthz", "/v1/chat"]);
  expect(conversation.entries.value).toMatchObject([{ text: "茶", status: "done" }]);
  await conversation.retry(broken!.key);
  expect(asked.length).toBe(3);
});

test("a shop that does not answer a knock is sent nothing", async () => {
  const { conversation, asked } = await talk((call, response) =>
    call.path === "/healthz" ? void response.writeHead(503).end() : void response.destroy(),
  );
  await conversation.say("茶");
  await conversation.retry(conversation.entries.value[0]!.key);
  expect(asked.map(({ path }) => path)).toEqual(["/v1/chat", "/healthz"]);
  expect(conversation.entries.value).toMatchObject([{ status: "failed", failure: { kind: "stillUnreachable" } }]);
  expect(conversation.busy.value).toBe(false);
});

test("where the shop has forgotten the session, a new one begins", async () => {
  const { conversation, asked } = await talk((call, response, nth) =>
    call.body.session_id ? problem(response, 404, "there is no session") : answer(call, response, nth),
  );
  await conversation.say("茶");
  await conversation.say("便宜点");
  expect(asked.map(({ body }) => body.session_id)).toEqual([undefined, "s1", undefined]);
  expect(conversation.entries.value.map((entry) => entry.status)).toEqual(["done", "done"]);
});

test("an answer to a person who has left is dropped, and nothing more is sent for him", async () => {
  let arrived!: () => void;
  const underway = new Promise<void>((resolve) => (arrived = resolve));
  const { conversation, asked } = await talk((call, response, nth) => {
    arrived();
    setTimeout(() => answer(call, response, nth), 20);
  });
  const saying = conversation.say("茶");
  await underway;
  conversation.clear();
  await saying;
  const unsent = conversation.say("茶");
  conversation.clear();
  await unsent;
  expect(asked.length).toBe(1);
  expect(conversation.entries.value).toEqual([]);
  expect(conversation.sessionId).toBeUndefined();
  expect(conversation.busy.value).toBe(false);
});

test("a reaction shows at once, reaches the shop before the next words, and carries its place", async () => {
  const { conversation, reactions, asked } = await talk(answer);
  const reacting = reactions.react("tea-1", "dislike", { turn_id: "t1" });
  expect(reactions.of("tea-1")).toEqual({ taste: "dislike" });
  await conversation.say("换一批");
  await reacting;
  expect(asked.map(({ path }) => path)).toEqual(["/v1/events", "/v1/chat"]);
  expect(asked[0]!.body).toMatchObject({ user_id: "u", item_id: "tea-1", event_type: "dislike", turn_id: "t1", session_id: "s1" });
  expect(asked[0]!.body.timestamp).toBeCloseTo(Date.now() / 1000, -1);
});

test("a refused reaction is undone, but not what the person said since", async () => {
  const { reactions } = await talk((call, response, nth) =>
    call.body.event_type === "like" ? problem(response, 422, "no such item") : answer(call, response, nth),
  );
  await expect(reactions.react("tea-1", "like", {})).rejects.toBeInstanceOf(Refused);
  expect(reactions.of("tea-1").taste).toBeUndefined();
  const liking = reactions.react("tea-1", "like", {});
  const saving = reactions.react("tea-1", "favorite", {});
  const disliking = reactions.react("tea-1", "dislike", {});
  await expect(liking).rejects.toBeInstanceOf(Refused);
  await Promise.all([saving, disliking]);
  expect(reactions.of("tea-1")).toEqual({ taste: "dislike", saved: true });
});

test("a person is known again until a new one begins; ids are random UUIDs", () => {
  const first = knownPerson();
  expect(knownPerson()).toBe(first);
  expect(newPerson()).not.toBe(first);
  expect(knownPerson()).not.toBe(first);
  expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
