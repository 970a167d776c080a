/** What travels between the page and the shop (docs/contract: HTTP). Names are those of the JSON. */

export interface Constraint {
  attribute: string;
  op: "in" | "not in" | "=" | "<=" | ">=" | "between" | "lower" | "higher";
  value?: unknown;
  strength: "must" | "prefer";
}

export interface Understanding {
  language: string;
  act: string;
  query: string;
  keywords: string[];
  mentions: { text: string; item_id: string; sentiment: "like" | "dislike" | "neutral" }[];
  constraints: Constraint[];
  references: number[];
}

/** `id` names the evidence within its kind: an event's id, `<turn_id>/<n>` of a wish, an item, a field, a source. */
export interface Evidence {
  kind: "event" | "wish" | "item" | "field" | "model";
  id: string;
}

export interface Reason {
  text: string;
  feature: string;
  contribution: number;
  evidence: Evidence[];
}

/** Where an item would stand without `evidence`; `place` from 1, null where it would not come at all. */
export interface Counterfactual {
  text: string;
  evidence: Evidence;
  place: number | null;
  score: number | null;
}

export interface Why {
  item_id: string;
  title: string;
  place: number | null;
  counterfactuals: Counterfactual[];
}

/** A line of the profile. `line_id`: by which it is taken back; `at` (ISO 8601) is null where only an order is known. */
export interface ProfileLine {
  line_id: string;
  kind: string;
  text: { en: string; zh: string };
  source: { kind: string; id: string | null; at: string | null };
}

export interface Profile {
  user_id: string;
  lines: ProfileLine[];
}

export type Attributes = Readonly<Record<string, unknown>>;

export interface RecommendedItem {
  item_id: string;
  title: string;
  score: number;
  reasons: Reason[];
  attributes: Attributes;
}

export interface Question {
  attribute: string;
  text: string;
  options: string[];
}

export interface Turn {
  turn_id: string;
  session_id: string;
  text: string;
  understanding: Understanding;
  move: string;
  reply: string;
  reply_parts: { text: string; evidence: Evidence[] }[];
  understood: string[];
  items: RecommendedItem[];
  question: Question | null;
  model_version: string | null;
  created_at: number;
}

export interface ChatRequest {
  text: string;
  user_id: string;
  session_id?: string;
}

/** The events of a streamed turn, in the order in which they come; `token` repeats. */
export type ChatEvent =
  | { type: "understanding"; data: Understanding }
  | { type: "items"; data: { items: RecommendedItem[] } }
  | { type: "token"; data: { text: string } }
  | { type: "done"; data: Turn };

export type EventType = "like" | "dislike" | "favorite" | "purchase" | "click" | "dwell" | "comment";

/** A person's reaction. `timestamp`: epoch seconds; `value`: seconds of a dwell; `text`: a comment; `scope` of a dislike: an attribute. */
export interface FeedbackEvent {
  event_id: string;
  user_id: string;
  item_id: string;
  event_type: EventType;
  timestamp: number;
  session_id?: string;
  turn_id?: string;
  value?: number;
  text?: string;
  scope?: string;
}

/** Problem details, RFC 9457. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
}
