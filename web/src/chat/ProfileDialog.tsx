/** What the shop believes of the person, line by line, each with its source; a line can be taken back. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ProfileLine } from "../api/types";
import { language, strings } from "../i18n/language";
import { Dialog } from "../items/Dialog";
import { useShop } from "../shop";

export function ProfileDialog({ onClose }: { onClose: () => void }) {
  const { client, user } = useShop();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [lines, setLines] = useState<ProfileLine[] | null>(null);
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState("");
  const t = strings.value;

  useEffect(() => {
    dialog.current?.showModal();
    client.profile(user.value).then(
      (profile) => setLines(profile.lines),
      () => setFailed(strings.value.profileFailed),
    );
  }, []);

  const remove = async (line: ProfileLine) => {
    setBusy(line.line_id);
    setFailed("");
    try {
      setLines((await client.forget(user.value, [line.line_id])).lines);
    } catch {
      setFailed(strings.value.forgetFailed);
    }
    setBusy("");
  };

  return (
    <Dialog dialog={dialog} kind="profile" titleId={titleId} onClose={onClose}>
      <h2 id={titleId}>{t.profile}</h2>
      <p class="muted">{t.profileText}</p>
      {lines?.length === 0 && <p class="empty">{t.profileEmpty}</p>}
      {lines && lines.length > 0 && (
        <ul class="lines">
          {lines.map((line) => {
            const words = line.text[language.value];
            return (
              <li key={line.line_id}>
                <div>
                  <p>{words}</p>
                  <p class="evidence">{source(line)}</p>
                </div>
                <button type="button" class="quiet" disabled={busy !== ""} aria-label={t.forgetLine(words)} onClick={() => void remove(line)}>
                  {t.forget}
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <p role="status" class="muted">{failed || (lines ? "" : t.otherwiseWaiting)}</p>
    </Dialog>
  );
}

/** Where a line comes from, and when. */
function source(line: ProfileLine): string {
  const t = strings.value;
  const { kind, at } = line.source;
  const from = kind === "event" ? t.sourceEvent : t.sourceTurn;
  if (!at) return from;
  const day = new Date(at).toLocaleDateString(t.htmlLang, { dateStyle: "medium" });
  return t.pair(from, day);
}
