// The values of a note as the server reads them. This knows no page: the service worker makes notes by it too.

import { hashOf } from "./store.js";

export const WORDS = ["text", "channel", "setting", "place", "topic", "kind", "tendency", "heard_from", "sex", "age_band", "livelihood"];
const ANSWERS = ["public_case", "general", "day_sure"];

// From the fields of a form, without number and receipt.
export function valuesOf(data) {
  const values = Object.fromEntries(WORDS.map((name) => [name, String(data.get(name) ?? "")]));
  values.text = values.text.normalize("NFC").trim();
  if (values.setting === "overheard") values.text = "";
  return {
    ...values, day: String(data.get("other_day") || data.get("day")), moods: data.getAll("moods").map(String),
    intensity: data.get("intensity") ? Number(data.get("intensity")) : null, unsafe_to_ask: data.get("unsafe_to_ask") !== null,
  };
}

// A note that waits to be sent, in the name of `owner`.
export async function noteOf(values, { id = crypto.randomUUID(), owner, receipt, topic = "" }) {
  return {
    id, owner, what: "note", state: "waiting", written: new Date().toISOString(), receipt, topic,
    body: { ...values, id, receipt_hash: await hashOf(receipt) },
  };
}

// The same from a form that was sent as it is, before its script had come: under the number and the receipt that the form holds,
// so that it arrives once even where the server had it already.
export function noteOfForm(data) {
  if (data.has("mended")) data.set("text", data.get("mended"));
  const answers = Object.fromEntries(ANSWERS.map((name) => [name, data.get(name) !== null]));
  return noteOf({ ...valuesOf(data), ...answers }, { id: data.get("id"), owner: data.get("owner"), receipt: data.get("receipt") });
}
