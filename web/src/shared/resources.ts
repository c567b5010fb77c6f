// Data on the screen: from memory at once, from the encrypted cache when there is no network, from
// the server always, and again whenever the live stream says that it changed.
import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { CallFailure } from "./api.ts";
import type { Access, AsOf, SourceKind } from "./api-types.ts";
import { type Address, read } from "./calls.ts";
import { learnServerTime, now, serverTime } from "./clock.ts";
import { type Freshness, freshness, kTooOld } from "./freshness.ts";
import { isReachable, liveSources, onChange, onReset } from "./live.ts";
import { drop, keep, recall } from "./offline-cache.ts";

export interface Loaded<Data> {
  data: Data;
  /** The server's time when it answered, or its best estimate for a kept copy. */
  answeredAt: number;
  from: "server" | "cache";
}

export interface Resource<Data> {
  loaded: Signal<Loaded<Data> | null>;
  failure: Signal<CallFailure | null>;
  isLoading: Signal<boolean>;
  refresh(): Promise<void>;
}

const kMaxEntries = 80;
/** Between two reads of one address that the live stream causes. */
const kLeastBetweenReads = 1_500;

class Entry<Data> implements Resource<Data> {
  readonly loaded = signal<Loaded<Data> | null>(null);
  readonly failure = signal<CallFailure | null>(null);
  readonly isLoading = signal(false);
  watchers = 0;
  topics: readonly string[] = [];
  private running: Promise<void> | null = null;
  private isOutdated = false;
  private lastRead = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private ending: ReturnType<typeof setTimeout> | null = null;
  private readonly from: Address<Data>;

  constructor(from: Address<Data>) {
    this.from = from;
  }

  /** One read at a time; a change reported meanwhile causes one more. */
  refresh(): Promise<void> {
    if (this.running) {
      this.isOutdated = true;
      return this.running;
    }
    this.running = this.readUntilCurrent().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** A part of the screen that is drawn anew needs no second look at what was read a moment ago. */
  refreshUnlessJustRead(): void {
    const isJustRead = Date.now() - this.lastRead < kLeastBetweenReads && this.failure.value === null;
    if (!isJustRead) void this.refresh();
  }

  /** A busy feed changes a ward many times a second; each look is noted, and none is needed that often. */
  refreshSoon(): void {
    if (this.timer !== null) return;
    const sinceLast = Date.now() - this.lastRead;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        if (this.watchers > 0) void this.refresh();
      },
      Math.max(0, kLeastBetweenReads - sinceLast),
    );
  }

  private async readUntilCurrent(): Promise<void> {
    this.isLoading.value = true;
    do {
      this.isOutdated = false;
      await this.readOnce();
    } while (this.isOutdated);
    this.isLoading.value = false;
  }

  private async readOnce(): Promise<void> {
    this.lastRead = Date.now();
    try {
      const data = await read(this.from);
      const asOf = asOfIn(data);
      if (asOf) learnServerTime(asOf.now);
      this.loaded.value = { data, answeredAt: asOf ? Date.parse(asOf.now) : serverTime(), from: "server" };
      this.failure.value = null;
      this.endWith(accessIn(data));
      // What is open for an hour must not be readable for longer, here either.
      const mayKeep = !this.from.isFleeting && !endsByItself(data);
      const keeping = mayKeep ? keep(this.from.path, data) : drop(this.from.path);
      keeping.catch(() => {
        // A full or blocked disk only costs the offline copy.
      });
    } catch (problem) {
      const failure = problem instanceof CallFailure ? problem : new CallFailure("broken");
      this.failure.value = failure;
      if (failure.kind === "unreachable") await this.useKeptCopy();
      // Access can be withdrawn while a screen is open: then what was shown must go.
      if (failure.kind === "no_access" || failure.kind === "not_found") {
        this.loaded.value = null;
        await drop(this.from.path).catch(() => {});
      }
    }
  }

  /** Access that ends by itself ends on the screen as well, whether or not the server can be asked. */
  private endWith(access: Access | null): void {
    if (this.ending !== null) clearTimeout(this.ending);
    this.ending = null;
    if (access?.until == null) return;
    this.ending = setTimeout(
      () => {
        this.loaded.value = null;
        if (this.watchers > 0) void this.refresh();
      },
      Math.max(0, Date.parse(access.until) - serverTime()),
    );
  }

  async useKeptCopy(): Promise<void> {
    if (this.loaded.value) return;
    const kept = await recall<Data>(this.from.path).catch(() => null);
    if (!kept || this.loaded.value) return;
    const elapsed = kept.elapsed < 0 ? kTooOld * 2 : kept.elapsed;
    this.loaded.value = { data: kept.data, answeredAt: serverTime() - elapsed, from: "cache" };
  }
}

const entries = new Map<string, Entry<unknown>>();

function entryFor<Data>(from: Address<Data>): Entry<Data> {
  let entry = entries.get(from.path) as Entry<Data> | undefined;
  if (!entry) {
    entry = new Entry(from);
    entries.set(from.path, entry as Entry<unknown>);
    dropUnwatched();
  }
  return entry;
}

function dropUnwatched(): void {
  for (const [path, entry] of entries) {
    if (entries.size <= kMaxEntries) return;
    if (entry.watchers === 0) entries.delete(path);
  }
}

/** Everything shown and remembered is forgotten: another person may sit here next. */
export function forgetResources(): void {
  entries.clear();
}

/** Lets an act show its outcome at once in every list that holds the thing. */
export function updateLoaded(change: (data: unknown) => unknown): void {
  for (const entry of entries.values()) {
    const loaded = entry.loaded.value;
    if (!loaded) continue;
    const data = change(loaded.data);
    if (data !== loaded.data) entry.loaded.value = { ...loaded, data };
  }
}

/** After an act of this person: the lists follow without waiting for the live stream. */
export function refreshTopic(topic: string): void {
  for (const entry of entries.values()) {
    if (entry.topics.includes(topic) && entry.watchers > 0) void entry.refresh();
  }
}

export function startResources(): void {
  onChange((topics) => {
    for (const entry of entries.values()) {
      const concerns = entry.topics.some((topic) => topics.includes(topic));
      if (concerns && entry.watchers > 0) entry.refreshSoon();
    }
  });
  onReset(() => {
    for (const entry of entries.values()) if (entry.watchers > 0) void entry.refresh();
  });
}

/** Reads an address while the component is on the screen. `topics` are those of the live stream. */
export function useResource<Data>(from: Address<Data>, topics: readonly string[]): Resource<Data> {
  const entry = useMemo(() => entryFor(from), [from.path]);
  useEffect(() => {
    entry.watchers++;
    entry.topics = topics;
    if (!entry.loaded.value) void entry.useKeptCopy();
    entry.refreshUnlessJustRead();
    return () => {
      entry.watchers--;
    };
  }, [entry]);
  return entry;
}

/** How old the data of a resource is, as of now; null while there is none. */
export function freshnessOf(resource: Resource<unknown>, kinds: readonly SourceKind[]): Freshness | null {
  const loaded = resource.loaded.value;
  if (!loaded) return null;
  const isKept = loaded.from === "cache";
  const isChecking = isKept && resource.isLoading.value;
  return freshness({
    answeredAt: loaded.answeredAt,
    sources: liveSources.value ?? asOfIn(loaded.data)?.sources ?? [],
    kinds,
    now: now.value,
    isReachable: isReachable.value && (!isKept || isChecking),
    isChecking,
  });
}

function endsByItself(data: unknown): boolean {
  return accessIn(data)?.until != null;
}

function accessIn(data: unknown): Access | null {
  if (typeof data !== "object" || data === null || !("access" in data)) return null;
  return data.access as Access;
}

function asOfIn(data: unknown): AsOf | null {
  if (typeof data !== "object" || data === null || !("as_of" in data)) return null;
  return data.as_of as AsOf;
}
