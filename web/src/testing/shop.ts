/** A scripted shop on loopback, for tests: real HTTP, real chunks, real broken connections. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Turn } from "../api/types";

export interface Asked {
  path: string;
  accept: string | undefined;
  body: Record<string, unknown>;
}

export type Script = (asked: Asked, response: ServerResponse, nth: number) => void;

export async function scriptedShop(script: Script) {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const call = { path: request.url ?? "", accept: request.headers.accept, body: text ? JSON.parse(text) : {} };
    asked.push(call);
    script(call, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}/`;
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(base); // same origin
  return {
    asked,
    base,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sse(response: ServerResponse, event: string, data: unknown): void {
  if (!response.headersSent) response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

export function problem(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { "Content-Type": "application/problem+json" });
  response.end(JSON.stringify({ type: "about:blank", title: "no", status, detail }));
}

export function sampleTurn(change: Partial<Turn> = {}): Turn {
  const understanding = { language: "zh", act: "recommend", query: "", keywords: [], mentions: [], constraints: [], references: [] };
  const item = { item_id: "tea-1", title: "Tea", score: 1, reasons: [], attributes: {} };
  return {
    turn_id: "t1", session_id: "s1", text: "茶", understanding, move: "recommend", reply: "这里有茶。", reply_parts: [], understood: [],
    items: [item], question: null, model_version: null, created_at: 0, ...change,
  }; // prettier-ignore
}
