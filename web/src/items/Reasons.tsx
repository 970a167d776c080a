/** Why an item came: its reasons with their exact shares of the score, and what each rests on. */

import type { Evidence, Reason, RecommendedItem } from "../api/types";
import { attributeLabel, featureLabel } from "../i18n/labels";
import { language, strings } from "../i18n/language";
import { useShop } from "../shop";
import { valueText } from "./format";

export function Reasons({ item }: { item: RecommendedItem }) {
  const t = strings.value;
  const { reasons } = item;
  const widest = Math.max(...reasons.map((reason) => Math.abs(reason.contribution)), 1e-9);
  const rest = item.score - reasons.reduce((sum, reason) => sum + reason.contribution, 0);
  if (reasons.length === 0) return <p class="muted">{t.noReasons}</p>;
  return (
    <div class="reasons">
      <ul>
        {reasons.map((reason, index) => (
          <li key={index}>
            <p>{reason.text}</p>
            {reason.contribution !== 0 && ( // a condition that was met weighs nothing
              <Bar
                share={reason.contribution / widest}
                exact={t.pair(featureLabel(reason.feature, language.value), signed(reason.contribution))}
              />
            )}
            {reason.evidence.map((evidence) => (
              <EvidenceText key={`${evidence.kind} ${evidence.id}`} evidence={evidence} reason={reason} item={item} />
            ))}
          </li>
        ))}
      </ul>
      <details>
        <summary>{t.exactNumbers}</summary>
        <table class="numbers">
          <tbody>
            {reasons.map((reason, index) => (
              <tr key={index}>
                <th scope="row">{featureLabel(reason.feature, language.value)}</th>
                <td>{reason.feature === "mask" ? t.met : signed(reason.contribution)}</td>
              </tr>
            ))}
            {Math.abs(rest) >= 0.00005 && (
              <tr>
                <th scope="row">{t.rest}</th>
                <td>{signed(rest)}</td>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t.total}</th>
              <td>{item.score.toFixed(4)}</td>
            </tr>
          </tfoot>
        </table>
      </details>
    </div>
  );
}

/** `share`: -1 to 1 of the largest contribution; what counts against the item is drawn in another colour. */
function Bar({ share, exact }: { share: number; exact: string }) {
  return (
    <svg class={share < 0 ? "bar against" : "bar"} width="100%" height="6" role="img" aria-label={exact}>
      <title>{exact}</title>
      <rect class="track" width="100%" height="6" rx="3" />
      <rect width={`${Math.max(Math.abs(share) * 100, 2)}%`} height="6" rx="3" />
    </svg>
  );
}

function EvidenceText({ evidence, reason, item }: { evidence: Evidence; reason: Reason; item: RecommendedItem }) {
  const { conversation } = useShop();
  const t = strings.value;
  const entries = conversation.entries.value;
  const words = (() => {
    switch (evidence.kind) {
      case "wish": {
        // the turn at hand has no id yet while it comes
        const said =
          entries.find((entry) => entry.turn && evidence.id.startsWith(`${entry.turn.turn_id}/`)) ??
          entries.find((entry) => entry.status === "waiting");
        return said ? t.evidenceWish(said.text) : "";
      }
      case "item": {
        const shown = entries.flatMap((entry) => entry.items).find((one) => one.item_id === evidence.id);
        const named = shown ? shown.title : "";
        // not once more what the reason or the card itself says
        return named && evidence.id !== item.item_id && !reason.text.includes(named) ? t.quote(named) : "";
      }
      case "field": {
        const { attributes } = item;
        const said = valueText(evidence.id, attributes[evidence.id], attributes.currency, language.value);
        return said && t.pair(attributeLabel(evidence.id, language.value).label, said);
      }
      case "event":
        return t.evidenceEvent;
      case "model":
        return t.evidenceModel(featureLabel(evidence.id, language.value));
    }
  })();
  return words ? <p class="evidence" title={`${evidence.kind} ${evidence.id}`}>{words}</p> : null;
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
