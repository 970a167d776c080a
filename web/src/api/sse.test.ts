import { expect, test } from "vitest";
import { type ServerEvent, serverEvents } from "./sse";

const TEXT =
  ": hello\r\nevent: token\r\ndata: 你好，\ndata:  世界🌏\n\nretry: 10\rid: 3\rdata: {\"a\":1}\r\rdata\n\n" +
  "event: nothing\n\nevent: done\ndata:x\ndata:\n\ndata: cut off";
const EVENTS: ServerEvent[] = [
  { event: "token", data: "你好，\n 世界🌏" },
  { event: "message", data: '{"a":1}' },
  { event: "message", data: "" },
  { event: "done", data: "x\n" },
];

async function parsed(bytes: Uint8Array, cuts: readonly number[]): Promise<ServerEvent[]> {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      edges.slice(1).forEach((end, index) => controller.enqueue(bytes.slice(edges[index], end)));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(stream)) events.push(event);
  return events;
}

test("reads the same events however the bytes are cut in two", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let cut = 0; cut <= bytes.length; cut++) expect(await parsed(bytes, [cut])).toEqual(EVENTS);
});

test("reads the same events from any chunks, with any line ends", async () => {
  let seed = 7;
  const below = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round++) {
    const end = ["\n", "\r\n", "\r"][below(3)]!;
    const bytes = new TextEncoder().encode(TEXT.replace(/\r\n|\n|\r/g, end));
    const cuts = Array.from({ length: below(12) }, () => below(bytes.length + 1));
    expect(await parsed(bytes, cuts)).toEqual(EVENTS);
  }
});

test("an event is given as soon as its blank line is there", async () => {
  let push!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (push = controller) });
  const events = serverEvents(stream);
  push.enqueue(new TextEncoder().encode("data: now\n\nevent: la"));
  expect((await events.next()).value).toEqual({ event: "message", data: "now" });
  await events.return(undefined);
});
