/** The shop's HTTP interface as the pages use it. Knows nothing of the screen. */

import { serverEvents } from "./sse";
import type { ChatEvent, ChatRequest, FeedbackEvent, Problem, Profile, Why } from "./types";

/** The shop answered, and said no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${status}: ${detail}`);
  }
}

/** No answer came; whether the request arrived is not known. */
export class Unreachable extends Error {}

/** The answer began and broke off: the request did arrive. */
export class CutOff extends Error {}

const SILENCE_MS = 60_000;
const EVENT_MS = 10_000;

export class Client {
  /** `base`: where the shop is, ending in "/"; the page's own address by default. */
  constructor(private readonly base: string = document.baseURI) {}

  /**
   * One turn, as it comes; ends after `done`. Never repeated by itself: a turn is not idempotent.
   * @throws Refused, Unreachable, CutOff
   */
  async *chat(request: ChatRequest, silenceMs = SILENCE_MS): AsyncGenerator<ChatEvent> {
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), silenceMs);
    const response = await this.post("v1/chat", { ...request, stream: true }, "text/event-stream", {
      signal: abort.signal,
    }).finally(() => clearTimeout(timer));
    if (!response.body) throw new CutOff();
    try {
      timer = setTimeout(() => abort.abort(), silenceMs);
      for await (const { event, data } of serverEvents(response.body)) {
        clearTimeout(timer);
        if (event === "error") throw refused(JSON.parse(data) as Problem, 500);
        yield { type: event, data: JSON.parse(data) } as ChatEvent;
        if (event === "done") return;
        timer = setTimeout(() => abort.abort(), silenceMs);
      }
    } catch (error) {
      throw error instanceof Refused ? error : new CutOff(String(error));
    } finally {
      clearTimeout(timer);
    }
    throw new CutOff();
  }

  /** Sends one event; resolved when it is durable. @throws Refused, Unreachable */
  async sendEvent(event: FeedbackEvent): Promise<void> {
    // keepalive: what is sent while the page closes still goes out
    await this.post("v1/events", event, "application/json", {
      keepalive: true,
      signal: AbortSignal.timeout(EVENT_MS),
    });
  }

  /** Why an item stands where it does in the list of a turn. @throws Refused, Unreachable */
  async why(itemId: string, userId: string, turnId: string, language: string): Promise<Why> {
    const asked = new URLSearchParams({ user_id: userId, turn_id: turnId, language });
    return (await this.ask(`v1/items/${encodeURIComponent(itemId)}/why?${asked}`)).json() as Promise<Why>;
  }

  /** What the shop believes of a person. @throws Refused, Unreachable */
  async profile(userId: string): Promise<Profile> {
    return (await this.ask(`v1/users/${encodeURIComponent(userId)}/profile`)).json() as Promise<Profile>;
  }

  /** Takes lines of the profile back; the profile after that. @throws Refused, Unreachable */
  async forget(userId: string, lineIds: readonly string[]): Promise<Profile> {
    const init = { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ remove: lineIds }) };
    return (await this.ask(`v1/users/${encodeURIComponent(userId)}/profile`, init)).json() as Promise<Profile>;
  }

  /** Whether the shop answers at all. */
  async alive(): Promise<boolean> {
    const signal = AbortSignal.timeout(EVENT_MS);
    return fetch(new URL("healthz", this.base), { signal, cache: "no-store" }).then(
      (response) => response.ok,
      () => false,
    );
  }

  private post(path: string, body: unknown, accept: string, init: RequestInit): Promise<Response> {
    return this.ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: accept },
      body: JSON.stringify(body),
      ...init,
    });
  }

  private async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const within = { signal: AbortSignal.timeout(SILENCE_MS), ...init };
    const response = await fetch(new URL(path, this.base), within).catch((error: unknown) => {
      throw new Unreachable(String(error));
    });
    if (response.ok) return response;
    throw refused((await response.json().catch(() => ({}))) as Problem, response.status);
  }
}

function refused(problem: Problem, status: number): Refused {
  return new Refused(problem.status ?? status, problem.detail ?? problem.title ?? "");
}
