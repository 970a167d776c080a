/** Who is talking: a random id that stays in this browser. Works, for one visit, where storage is forbidden. */

const KEY = "palate.user_id";

/** A random UUID (version 4); crypto.randomUUID is missing on pages served over plain HTTP from another machine. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function recall(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // full or forbidden: the value lives as long as the page
  }
}

/** The id of the person at this browser, made at the first visit. */
export function knownPerson(): string {
  return recall(localStorage, KEY) ?? newPerson();
}

/** A fresh id, which replaces the old one. */
export function newPerson(): string {
  const id = `web-${uuid()}`;
  keep(localStorage, KEY, id);
  return id;
}
