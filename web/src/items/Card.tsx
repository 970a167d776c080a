/** An item of an answer: what it is, what it costs, why it came, and what the person makes of it. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { RecommendedItem } from "../api/types";
import { strings } from "../i18n/language";
import { useShop } from "../shop";
import { Facts, ReactionButtons } from "./CardParts";
import { Detail } from "./Detail";
import { Icon } from "./Icon";
import { Otherwise } from "./Otherwise";
import { Reasons } from "./Reasons";
import { Tile } from "./Tile";

interface CardProps {
  item: RecommendedItem;
  position: number;
  turnId: string | undefined;
  /** The language of the conversation. */
  spoken: string | undefined;
  onNext: () => void;
}

export function Card({ item, position, turnId, spoken, onNext }: CardProps) {
  const { reactions } = useShop();
  const [detailed, setDetailed] = useState(false);
  const [why, setWhy] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const whyId = useId();
  const t = strings.value;
  if (reactions.of(item.item_id).taste === "dislike" && !unfolded) {
    return <Folded name={item.title} position={position} onNext={onNext} onUnfold={() => setUnfolded(true)} />;
  }
  // that a wish is met holds for all of the list: what sets this one apart says more
  const told = item.reasons.find((reason) => reason.feature !== "mask") ?? item.reasons[0];
  return (
    <li class="card">
      <div class="card-top">
        <Tile item={item} />
        <Position position={position} />
        <div class="card-words">
          <h3>
            <button type="button" class="title" aria-label={t.open(item.title)} onClick={() => setDetailed(true)}>{item.title}</button>
          </h3>
          <Facts item={item} />
          {told && <p class="reason">{told.text}</p>}
        </div>
      </div>
      <div class="actions">
        <ReactionButtons item={item} turnId={turnId} onDislike={() => setUnfolded(false)} />
        <button type="button" class="react why" aria-expanded={why} aria-controls={whyId} onClick={() => setWhy(!why)}>
          <Icon name="why" />
          <span>{t.why}</span>
        </button>
      </div>
      <div id={whyId} class="why-panel" hidden={!why}>
        {why && (
          <>
            <Reasons item={item} />
            <Otherwise itemId={item.item_id} turnId={turnId} spoken={spoken} />
          </>
        )}
      </div>
      {detailed && (
        <Detail item={item} turnId={turnId} spoken={spoken} onClose={() => setDetailed(false)} onDislike={() => setUnfolded(false)} />
      )}
    </li>
  );
}

function Position({ position }: { position: number }) {
  return <span class="position" role="img" aria-label={strings.value.position(position)}>{position}</span>;
}

interface FoldedProps {
  name: string;
  position: number;
  onNext: () => void;
  onUnfold: () => void;
}

/** What is left of a card that was disliked. */
function Folded({ name, position, onNext, onUnfold }: FoldedProps) {
  const next = useRef<HTMLButtonElement>(null);
  const t = strings.value;
  useEffect(() => {
    if (document.activeElement === document.body) next.current?.focus(); // the button that was pressed is gone
  }, []);
  return (
    <li class="card folded">
      <Position position={position} />
      <div role="status">
        <strong>{name}</strong>
        <p class="muted">{t.disliked}</p>
      </div>
      <div class="folded-actions">
        <button type="button" class="primary" ref={next} onClick={onNext}>{t.nextOnes}</button>
        <button type="button" class="quiet" onClick={onUnfold}>{t.unfold}</button>
      </div>
    </li>
  );
}
