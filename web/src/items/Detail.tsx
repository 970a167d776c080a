/** All about one item, in a dialog. Opening it is a click, and how long it stays open is a dwell. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { RecommendedItem } from "../api/types";
import { language, strings } from "../i18n/language";
import { useShop } from "../shop";
import { Facts, Notice, ReactionButtons } from "./CardParts";
import { Dialog } from "./Dialog";
import { attributeRows, safeUrl, text } from "./format";
import { Otherwise } from "./Otherwise";
import { Reasons } from "./Reasons";
import { Tile } from "./Tile";

interface DetailProps {
  item: RecommendedItem;
  turnId: string | undefined;
  spoken: string | undefined;
  onClose: () => void;
  onDislike: () => void;
}

export function Detail({ item, turnId, spoken, onClose, onDislike }: DetailProps) {
  const shop = useShop();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const t = strings.value;
  const place = { turn_id: turnId };
  const link = safeUrl(item.attributes.url, ["https:", "http:"]);
  const bought = shop.reactions.of(item.item_id).bought === true;

  useEffect(() => {
    dialog.current?.showModal();
    const opened = performance.now();
    let told = false;
    const quietly = () => undefined; // nothing on the screen depends on these two
    shop.reactions.react(item.item_id, "click", place).catch(quietly);
    const dwell = () => {
      if (told) return;
      told = true;
      const value = Math.round((performance.now() - opened) / 100) / 10;
      shop.reactions.react(item.item_id, "dwell", place, { value }).catch(quietly);
    };
    addEventListener("pagehide", dwell);
    return () => {
      removeEventListener("pagehide", dwell);
      dwell();
    };
  }, []);

  return (
    <Dialog dialog={dialog} titleId={titleId} onClose={onClose}>
      <Tile item={item} />
      <h2 id={titleId}>{item.title}</h2>
      <Facts item={item} />
      <p class="description">{text(item.attributes.description)}</p>
      <div class="actions">
        <ReactionButtons item={item} turnId={turnId} onDislike={() => { onDislike(); dialog.current?.close(); }} />
        <button
          type="button"
          class="quiet"
          aria-pressed={bought}
          onClick={() => {
            if (!bought) shop.reactions.react(item.item_id, "purchase", place).catch(() => shop.say(t.eventFailed(t.buy)));
          }}
        >
          {bought ? t.bought : t.buy}
        </button>
        {item.attributes.brand ? (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              onDislike();
              shop.reactions.react(item.item_id, "dislike", place, { scope: "brand" }).then(
                () => shop.say(t.brandRefused),
                () => shop.say(t.eventFailed(t.notThisBrand)),
              );
              dialog.current?.close();
            }}
          >
            {t.notThisBrand}
          </button>
        ) : null}
        {link && <a class="quiet" href={link} target="_blank" rel="noopener noreferrer">{t.link}</a>}
      </div>
      <h3>{t.reasonsTitle}</h3>
      <Reasons item={item} />
      <Otherwise itemId={item.item_id} turnId={turnId} spoken={spoken} />
      <h3>{t.details}</h3>
      <table class="attributes">
        <tbody>
          {attributeRows(item, language.value).map(({ label, value }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <CommentBox item={item} turnId={turnId} />
      <Notice />
    </Dialog>
  );
}

function CommentBox({ item, turnId }: { item: RecommendedItem; turnId: string | undefined }) {
  const shop = useShop();
  const [comment, setComment] = useState("");
  const [state, setState] = useState<"idle" | "sending" | "kept" | "failed">("idle");
  const id = useId();
  const t = strings.value;
  const send = async (event: Event) => {
    event.preventDefault();
    if (!comment.trim() || state === "sending") return;
    setState("sending");
    try {
      await shop.reactions.react(item.item_id, "comment", { turn_id: turnId }, { text: comment.trim() });
      setComment("");
      setState("kept");
    } catch {
      setState("failed");
    }
  };
  return (
    <form class="comment" onSubmit={send}>
      <label for={id}>{t.comment}</label>
      <textarea id={id} rows={2} maxLength={2000} placeholder={t.commentHint} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      <button type="submit" class="quiet" disabled={!comment.trim() || state === "sending"}>{t.sendComment}</button>
      <p role="status" class="muted">{state === "kept" ? t.commentThanks : state === "failed" ? t.commentFailed : ""}</p>
    </form>
  );
}
