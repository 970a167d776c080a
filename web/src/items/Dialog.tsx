/** A modal dialog with a heading of its own and a button that closes it; a click beside it closes it too. */

import type { ComponentChildren, RefObject } from "preact";
import { strings } from "../i18n/language";
import { Icon } from "./Icon";

interface DialogProps {
  dialog: RefObject<HTMLDialogElement | null>;
  kind?: string;
  titleId: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ dialog, kind = "", titleId, onClose, children }: DialogProps) {
  const t = strings.value;
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class={`detail ${kind}`.trim()}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="detail-body">
        <button type="button" class="close" aria-label={t.close} title={t.close} onClick={close}>
          <Icon name="close" />
        </button>
        {children}
      </div>
    </dialog>
  );
}
