/** Where the person writes. Enter sends, shift and Enter breaks the line; not while an input method still composes. */

import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { strings } from "../i18n/language";
import { Icon } from "../items/Icon";

const LONGEST = 20_000;

interface ComposerProps {
  busy: boolean;
  input: RefObject<HTMLTextAreaElement | null>;
  onSay: (text: string) => void;
}

export function Composer({ busy, input, onSay }: ComposerProps) {
  const [text, setText] = useState("");
  const t = strings.value;
  const send = () => {
    if (busy || !text.trim()) return;
    onSay(text);
    setText("");
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        rows={1}
        maxLength={LONGEST}
        aria-label={t.inputLabel}
        placeholder={t.inputHint}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey) return;
          if (event.isComposing || event.keyCode === 229) return; // Safari says only 229
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="send" aria-label={t.send} title={t.send} disabled={busy || !text.trim()}>
        <Icon name="send" />
      </button>
    </form>
  );
}
