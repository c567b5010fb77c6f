// The little that may be read offline: each record encrypted (AES-256-GCM, bound to its path) with
// a key that cannot be exported and lives as long as the session, 12 hours at most. Sign-out, another
// person signing in, or the end of the session wipes everything.
import type { Me } from "./api-types.ts";
import { kHour } from "./clock.ts";

const kDatabase = "wardlight";
const kRecords = "records";
const kKeys = "keys";
const kKeyName = "session";
const kLifetime = 12 * kHour;
/** About 200 patients with three records each; the oldest go first. */
export const kMaxRecords = 600;

interface StoredKey {
  key: CryptoKey;
  user: string;
  expiresAt: number;
}

interface StoredRecord {
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
  /** This device's clock. */
  savedAt: number;
}

export interface KeptRecord<Data> {
  data: Data;
  /** How long ago it was kept, by this device's clock; negative when the clock was set back. */
  elapsed: number;
}

let opening: Promise<IDBDatabase> | null = null;
let session: StoredKey | null = null;
let writes = 0;

/** Makes the cache usable for this person; wipes what another person or an older session left. */
export async function openFor(account: Me): Promise<void> {
  const user = account.account.id;
  const expiresAt = Math.min(Date.parse(account.expires_at) || Infinity, Date.now() + kLifetime);
  const stored = await storedKey();
  if (stored && stored.user === user && stored.expiresAt > Date.now()) {
    session = { ...stored, expiresAt };
  } else {
    await wipe();
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    session = { key, user, expiresAt };
  }
  await request((await store(kKeys, "readwrite")).put(session, kKeyName));
}

/** Opens what the last session kept, when the app starts without a network. False when there is nothing to open. */
export async function reopen(): Promise<boolean> {
  const stored = await storedKey();
  if (!stored) return false;
  if (stored.expiresAt <= Date.now()) {
    await wipe();
    return false;
  }
  session = stored;
  return true;
}

export async function keep(path: string, data: unknown): Promise<void> {
  if (!session) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(data));
  const sealed = await crypto.subtle.encrypt(cipher(iv, path), session.key, plain);
  const record: StoredRecord = { iv, sealed, savedAt: Date.now() };
  await request((await store(kRecords, "readwrite")).put(record, path));
  if (++writes % 50 === 0) await removeOldest();
}

export async function recall<Data>(path: string): Promise<KeptRecord<Data> | null> {
  if (!session || session.expiresAt <= Date.now()) return null;
  const record = (await request((await store(kRecords, "readonly")).get(path))) as StoredRecord | undefined;
  if (!record) return null;
  try {
    const plain = await crypto.subtle.decrypt(cipher(record.iv, path), session.key, record.sealed);
    return { data: JSON.parse(new TextDecoder().decode(plain)) as Data, elapsed: Date.now() - record.savedAt };
  } catch {
    return null;
  }
}

/** What may not be read any more goes, whatever was kept of it before. */
export async function drop(path: string): Promise<void> {
  if (!session) return;
  await request((await store(kRecords, "readwrite")).delete(path));
}

/** Removes the key first: without it the records are noise even if removing them fails. */
export async function wipe(): Promise<void> {
  session = null;
  await request((await store(kKeys, "readwrite")).clear());
  await request((await store(kRecords, "readwrite")).clear());
}

async function storedKey(): Promise<StoredKey | undefined> {
  return (await request((await store(kKeys, "readonly")).get(kKeyName))) as StoredKey | undefined;
}

async function removeOldest(): Promise<void> {
  const records = await store(kRecords, "readwrite");
  const surplus = (await request(records.count())) - kMaxRecords;
  if (surplus <= 0) return;
  const oldest = (await request(records.index("savedAt").getAllKeys(null, surplus))) as string[];
  for (const path of oldest) records.delete(path);
}

function cipher(iv: Uint8Array<ArrayBuffer>, path: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(path) };
}

async function store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const database = await (opening ??= open());
  return database.transaction(name, mode).objectStore(name);
}

function open(): Promise<IDBDatabase> {
  const opened = indexedDB.open(kDatabase, 1);
  opened.onupgradeneeded = () => {
    opened.result.createObjectStore(kKeys);
    opened.result.createObjectStore(kRecords).createIndex("savedAt", "savedAt");
  };
  return request(opened).then((database) => {
    // The browser may clear the site's data under a running app, as the server asks it to at sign-out.
    database.onclose = () => {
      opening = null;
    };
    return database;
  });
}

function request<Result>(pending: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    pending.onsuccess = () => resolve(pending.result);
    pending.onerror = () => reject(pending.error ?? new Error("indexedDB"));
  });
}
