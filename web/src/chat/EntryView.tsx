/** One exchange: what the person said, how it was read, the reply, the cards, the question asked back. */

import { useEffect, useRef } from "preact/hooks";
import type { Strings } from "../i18n/strings";
import { STRINGS } from "../i18n/strings";
import { language, strings } from "../i18n/language";
import { Card } from "../items/Card";
import type { Entry, Failure } from "./conversation";

interface EntryProps {
  entry: Entry;
  last: boolean;
  busy: boolean;
  onSay: (text: string) => void;
  onRetry: (key: string) => void;
}

export function EntryView({ entry, last, busy, onSay, onRetry }: EntryProps) {
  const top = useRef<HTMLElement>(null);
  const t = strings.value;
  const { understanding, failure, items, reply } = entry;
  const spoken = understanding?.language;
  const question = entry.turn?.question;
  const waiting = entry.status === "waiting";
  // cards are read from the top; a mere word stays below the cards that it speaks of
  const place = items.length > 0 ? "start" : entry.status;
  useEffect(() => {
    if (last) top.current?.scrollIntoView({ block: place === "start" ? "start" : "end" });
  }, [place]);
  // a request of the page's own goes out in the language of the conversation
  const next = () => onSay(STRINGS[spoken === "zh" || spoken === "en" ? spoken : language.value].nextOnesText);
  return (
    <article class="entry" ref={top} aria-busy={waiting}>
      <div class="said">
        <h2 class="sr-only">{t.you}</h2>
        <p>{entry.text}</p>
      </div>
      <Understood entry={entry} />
      <div class="answer">
        <h2 class="sr-only">{t.shop}</h2>
        {(waiting || reply) && (
          <p class={waiting ? "reply waiting" : "reply"} lang={reply ? spoken : undefined}>
            {reply || <span class="thinking">{t.thinking}</span>}
          </p>
        )}
        {failure && (
          <div class="failure" role="alert">
            <p>{failureText(failure, t)}</p>
            <button type="button" class="quiet" disabled={busy} onClick={() => onRetry(entry.key)}>
              {failure.kind === "cutOff" ? t.askAgain : t.retry}
            </button>
          </div>
        )}
        {question && !reply.includes(question.text) && <p class="reply" lang={spoken}>{question.text}</p>}
        {question && last && !busy && (
          <div class="chips" role="group" aria-label={t.optionsLabel}>
            {question.options.map((option) => (
              <button type="button" class="chip" lang={spoken} key={option} onClick={() => onSay(option)}>{option}</button>
            ))}
          </div>
        )}
        {items.length > 0 && (
          <ol class="cards" aria-label={t.itemsLabel} lang={spoken}>
            {items.map((item, index) => (
              <Card key={item.item_id} item={item} position={index + 1} turnId={entry.turn?.turn_id} spoken={spoken} onNext={next} />
            ))}
          </ol>
        )}
      </div>
    </article>
  );
}

/** The wishes that the shop read out of the words. */
function Understood({ entry }: { entry: Entry }) {
  const wishes = entry.turn?.understood ?? [];
  if (wishes.length === 0) return null;
  return (
    <p class="understood">
      <span>{strings.value.understood}</span>
      {wishes.map((wish, index) => (
        <span class="wish" lang={entry.understanding?.language} key={index}>{wish}</span>
      ))}
    </p>
  );
}

function failureText(failure: Failure, t: Strings): string {
  if (failure.kind !== "refused") return t[failure.kind];
  if (failure.status === 401 || failure.status === 403) return t.keyNeeded;
  return failure.status === 429 ? t.tooMany : t.refused(failure.detail);
}
