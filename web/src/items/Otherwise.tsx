/** Where the item would stand without something that the person did or said: the shop ranks again to tell. */

import { useEffect, useState } from "preact/hooks";
import type { Counterfactual } from "../api/types";
import { language, strings } from "../i18n/language";
import { useShop } from "../shop";

const MOST = 5;

export function Otherwise({ itemId, turnId, spoken }: { itemId: string; turnId: string | undefined; spoken: string | undefined }) {
  const { client, user } = useShop();
  const [found, setFound] = useState<Counterfactual[] | "waiting" | "failed">("waiting");
  const t = strings.value;
  const inWords = spoken === "en" || spoken === "zh" ? spoken : language.value;
  useEffect(() => {
    if (!turnId) return undefined; // the turn is still coming
    let gone = false;
    setFound("waiting");
    client.why(itemId, user.value, turnId, inWords).then(
      (why) => gone || setFound(why.counterfactuals.slice(0, MOST)),
      () => gone || setFound("failed"),
    );
    return () => void (gone = true);
  }, [itemId, turnId, inWords]);
  if (found === "failed") return <p class="muted">{t.otherwiseFailed}</p>;
  if (found === "waiting") return <p class="muted">{t.otherwiseWaiting}</p>;
  if (found.length === 0) return null;
  return (
    <section class="otherwise">
      <h4>{t.otherwise}</h4>
      <ul>
        {found.map((one) => (
          <li key={`${one.evidence.kind} ${one.evidence.id}`} title={`${one.evidence.kind} ${one.evidence.id}`}>{one.text}</li>
        ))}
      </ul>
    </section>
  );
}
