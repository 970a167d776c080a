/** The chat page: header, conversation, the line to write in. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { strings, switchLanguage } from "../i18n/language";
import { Notice } from "../items/CardParts";
import { Icon } from "../items/Icon";
import { useShop } from "../shop";
import { Composer } from "./Composer";
import { EntryView } from "./EntryView";
import { ProfileDialog } from "./ProfileDialog";

export function Chat() {
  const { conversation } = useShop();
  const input = useRef<HTMLTextAreaElement>(null);
  const t = strings.value;
  const entries = conversation.entries.value;
  const busy = conversation.busy.value;
  const focus = useCallback(() => {
    if (matchMedia("(pointer: fine)").matches) input.current?.focus(); // elsewhere a keyboard would cover the page
  }, []);
  useEffect(focus, []);
  // stable, so that earlier entries are not drawn again with each word of the latest
  const say = useCallback((text: string) => {
    void conversation.say(text);
    focus(); // the button that was pressed may be gone
  }, []);
  const retry = useCallback((key: string) => void conversation.retry(key), []);
  const latest = entries.at(-1);
  return (
    <>
      <Header />
      <main>
        {entries.length === 0 && <Welcome onSay={say} />}
        {entries.map((entry) => (
          <EntryView
            key={entry.key}
            entry={entry}
            last={entry === latest}
            busy={busy}
            onSay={say}
            onRetry={retry}
          />
        ))}
        {/* read aloud once it is whole, not word by word */}
        <p class="sr-only" role="status" lang={latest?.turn?.understanding.language}>
          {latest?.status === "done" && `${latest.reply} ${t.answered(latest.items.length)}`}
        </p>
      </main>
      <footer>
        <Notice />
        <Composer busy={busy} input={input} onSay={say} />
      </footer>
    </>
  );
}

function Header() {
  const shop = useShop();
  const [profile, setProfile] = useState(false);
  const t = strings.value;
  return (
    <header>
      <h1>
        <svg class="mark" viewBox="0 0 32 24" aria-hidden="true">
          <circle cx="12" cy="11" r="9" />
          <circle cx="20" cy="14" r="9" />
        </svg>
        palate
      </h1>
      <p class="tagline">{t.tagline}</p>
      <button type="button" class="quiet" title={t.profileHint} onClick={() => setProfile(true)}>
        <Icon name="profile" />
        <span>{t.profileOpen}</span>
      </button>
      <button type="button" class="quiet" title={t.newPersonHint} onClick={() => confirm(t.newPersonAsk) && shop.startOver()}>
        <Icon name="person" />
        <span>{t.newPerson}</span>
      </button>
      <button type="button" class="quiet" aria-label={t.switchLanguage} lang={t.htmlLang === "en" ? "zh-CN" : "en"} onClick={switchLanguage}>
        {t.otherLanguage}
      </button>
      {profile && <ProfileDialog onClose={() => setProfile(false)} />}
    </header>
  );
}

function Welcome({ onSay }: { onSay: (text: string) => void }) {
  const t = strings.value;
  return (
    <section class="welcome">
      <h2>{t.welcome}</h2>
      <p>{t.welcomeText}</p>
      <div class="chips" role="group" aria-label={t.examplesLabel}>
        {t.examples.map((example) => (
          <button type="button" class="chip" key={example} onClick={() => onSay(example)}>{example}</button>
        ))}
      </div>
    </section>
  );
}
