// What this phone keeps: notes that wait (`outbox`), receipts of those that were sent (`kept`), the draft and small things (`small`).

const NAME = "langnghe-phone";

function open() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("outbox", { keyPath: "id" });
      asked.result.createObjectStore("kept", { keyPath: "receipt" });
      asked.result.createObjectStore("small");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

// Runs `work` with the named stores in one transaction, and answers once it is on the disk.
async function inside(names, mode, work) {
  const base = await open();
  try {
    return await new Promise((done, fail) => {
      const change = base.transaction(names, mode, { durability: "strict" });
      let answer;
      change.oncomplete = () => done(answer?.result);
      change.onerror = () => fail(change.error);
      change.onabort = () => fail(change.error);
      answer = work(...names.map((name) => change.objectStore(name)));
    });
  } finally {
    base.close();
  }
}

const byTime = (one, other) => one.written.localeCompare(other.written);

export async function waiting(owner) {
  const items = await inside(["outbox"], "readonly", (outbox) => outbox.getAll());
  return items.filter((item) => item.owner === owner).sort(byTime);
}

export const find = (id) => inside(["outbox"], "readonly", (outbox) => outbox.get(id));

// Puts a note into the outbox; in the same step the one that it replaces and the draft go.
export function put(item, { replaces = null, draft = null } = {}) {
  return inside(["outbox", "small"], "readwrite", (outbox, small) => {
    if (replaces && replaces !== item.id) outbox.delete(replaces);
    if (draft) small.delete(draft);
    outbox.put(item);
  });
}

export const discard = (id) => inside(["outbox"], "readwrite", (outbox) => outbox.delete(id));

// The server has it: the note goes, its receipt and first words stay.
export function settle(item, kept) {
  return inside(["outbox", "kept"], "readwrite", (outbox, receipts) => {
    outbox.delete(item.id);
    if (kept) receipts.put(kept);
  });
}

export async function receipts(owner) {
  const items = await inside(["kept"], "readonly", (kept) => kept.getAll());
  return items.filter((item) => item.owner === owner).sort(byTime).reverse();
}

export const keep = (item) => inside(["kept"], "readwrite", (kept) => kept.put(item));

export const read = (key) => inside(["small"], "readonly", (small) => small.get(key));
export const write = (key, value) => inside(["small"], "readwrite", (small) => small.put(value, key));
export const forget = (key) => inside(["small"], "readwrite", (small) => small.delete(key));

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// A secret of 80 bits that can be copied by hand.
export function newReceipt() {
  const letters = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => LETTERS[byte % 32]).join("");
  return letters.match(/.{4}/g).join("-");
}

export async function hashOf(receipt) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(receipt));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
