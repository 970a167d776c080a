import { afterEach, expect, test } from "vitest";
import { problem, sampleTurn, type Script, scriptedShop, sse } from "../testing/shop";
import { Client, CutOff, Refused, Unreachable } from "./client";
import type { ChatEvent, FeedbackEvent } from "./types";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function shop(script: Script) {
  const running = await scriptedShop(script);
  closers.push(running.close);
  return { ...running, client: new Client(running.base) };
}

async function all(events: AsyncGenerator<ChatEvent>): Promise<string[]> {
  const types: string[] = [];
  for await (const event of events) types.push(event.type);
  return types;
}

const said = { text: "茶", user_id: "u" };
const like: FeedbackEvent = { event_id: "e", user_id: "u", item_id: "i", event_type: "like", timestamp: 1 };

test("a turn streams from understanding to done, and what follows is not read", async () => {
  const { client, asked } = await shop((_, response) => {
    sse(response, "understanding", sampleTurn().understanding);
    sse(response, "items", { items: [] });
    sse(response, "token", { text: "茶" });
    sse(response, "done", sampleTurn());
    response.end("event: token\ndata: {}\n\n");
  });
  expect(await all(client.chat(said))).toEqual(["understanding", "items", "token", "done"]);
  expect(asked).toEqual([{ path: "/v1/chat", accept: "text/event-stream", body: { ...said, stream: true } }]);
});

test("a refusal tells status and detail, before the stream and within it", async () => {
  const { client } = await shop((_, response, nth) => {
    if (nth === 1) return problem(response, 422, "text is empty");
    sse(response, "error", { status: 503, detail: "busy" });
    return response.end();
  });
  await expect(all(client.chat(said))).rejects.toMatchObject({ status: 422, detail: "text is empty" });
  await expect(all(client.chat(said))).rejects.toMatchObject({ status: 503, detail: "busy" });
});

test("a refusal without problem details is a refusal still", async () => {
  const { client } = await shop((_, response) => response.writeHead(502).end("<html>"));
  await expect(client.sendEvent(like)).rejects.toEqual(new Refused(502, ""));
});

test("a stream that ends early, breaks or falls silent is cut off", async () => {
  const { client } = await shop((_, response, nth) => {
    sse(response, "token", { text: "a" });
    if (nth === 1) response.end();
    if (nth === 2) setTimeout(() => response.destroy(), 20);
  });
  await expect(all(client.chat(said))).rejects.toBeInstanceOf(CutOff);
  await expect(all(client.chat(said))).rejects.toBeInstanceOf(CutOff);
  await expect(all(client.chat(said, 100))).rejects.toBeInstanceOf(CutOff);
});

test("a shop that is not there, or never answers, is unreachable", async () => {
  const { client } = await shop(() => undefined);
  await expect(all(client.chat(said, 50))).rejects.toBeInstanceOf(Unreachable);
  await closers.pop()!();
  await expect(client.sendEvent(like)).rejects.toBeInstanceOf(Unreachable);
  expect(await client.alive()).toBe(false);
});

test("is alive when the shop says so", async () => {
  const { client, asked } = await shop((_, response) => response.end("{}"));
  expect(await client.alive()).toBe(true);
  expect(asked[0]!.path).toBe("/healthz");
});

test("the profile and the reasons are asked for, and a line is taken back", async () => {
  const { client, asked } = await shop((call, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(call.path.includes("/why") ? { counterfactuals: [] } : { user_id: "u/1", lines: [] }));
  });
  expect((await client.profile("u/1")).lines).toEqual([]);
  expect((await client.forget("u/1", ["item/a"])).lines).toEqual([]);
  expect((await client.why("a b", "u", "t", "zh")).counterfactuals).toEqual([]);
  expect(asked.map(({ path, body }) => [path, body])).toEqual([
    ["/v1/users/u%2F1/profile", {}],
    ["/v1/users/u%2F1/profile", { remove: ["item/a"] }],
    ["/v1/items/a%20b/why?user_id=u&turn_id=t&language=zh", {}],
  ]);
});

test("a profile that is refused says so", async () => {
  const { client } = await shop((_, response) => problem(response, 401, "a key is needed"));
  await expect(client.profile("u")).rejects.toBeInstanceOf(Refused);
});
