// The live stream from the server. It only says what changed; data is then read again.
// The browser's own "online" is not trusted (it stays true in a dead spot): heartbeats are.
import { computed, signal } from "@preact/signals";
import { lastCallArrived } from "./api.ts";
import type { AsOf, LiveChange, Source } from "./api-types.ts";
import { learnServerTime } from "./clock.ts";

/** Heartbeats come every 15 s; three missed in a row means the stream is dead. */
export const kSilenceLimit = 45_000;
const kCheckEvery = 5_000;
/** A hidden page gives its connection back after this long. */
const kHiddenLimit = 60_000;

export type StreamState = "closed" | "connecting" | "live" | "lost";

export const streamState = signal<StreamState>("closed");

/** What each feed last said, from the newest heartbeat. */
export const liveSources = signal<Source[] | null>(null);

/** Whether what is on the screen can be trusted to follow the server. */
export const isReachable = computed(() => streamState.value !== "lost" && lastCallArrived.value);

type ChangeListener = (topics: readonly string[]) => void;
/** Told when everything should be read again, whatever it is. */
type ResetListener = () => void;

const changeListeners = new Set<ChangeListener>();
const resetListeners = new Set<ResetListener>();
let onSignedOut: () => void = () => {};

let stream: EventSource | null = null;
let lastHeard = 0;
let watch: ReturnType<typeof setInterval> | null = null;
let hiddenTimer: ReturnType<typeof setTimeout> | null = null;
let failures = 0;

export function onChange(listener: ChangeListener): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

export function onReset(listener: ResetListener): () => void {
  resetListeners.add(listener);
  return () => resetListeners.delete(listener);
}

export function startLive(signedOut: () => void): void {
  onSignedOut = signedOut;
  stopLive();
  document.addEventListener("visibilitychange", followVisibility);
  addEventListener("online", reopen);
  addEventListener("pageshow", followVisibility);
  watch = setInterval(checkSilence, kCheckEvery);
  open();
  // Screens that waited behind the sign-in form are old by now.
  resetAll();
}

export function stopLive(): void {
  document.removeEventListener("visibilitychange", followVisibility);
  removeEventListener("online", reopen);
  removeEventListener("pageshow", followVisibility);
  if (watch) clearInterval(watch);
  if (hiddenTimer) clearTimeout(hiddenTimer);
  watch = hiddenTimer = null;
  close();
  streamState.value = "closed";
  liveSources.value = null;
}

function open(): void {
  close();
  if (streamState.value !== "lost") streamState.value = "connecting";
  lastHeard = Date.now();
  stream = new EventSource("/api/live");
  stream.addEventListener("open", heard);
  stream.addEventListener("change", (event) => {
    heard();
    const topics = parse<LiveChange>(event)?.topics ?? [];
    for (const listener of changeListeners) listener(topics);
  });
  stream.addEventListener("heartbeat", (event) => {
    const beat = parse<AsOf>(event);
    if (beat) {
      learnServerTime(beat.now);
      liveSources.value = beat.sources;
    }
    heard();
  });
  stream.addEventListener("reset", () => {
    heard();
    resetAll();
  });
  stream.addEventListener("signed_out", () => onSignedOut());
  stream.addEventListener("error", () => {
    // CONNECTING: the browser tries again by itself, with Last-Event-ID. CLOSED: it gave up.
    failures++;
    if (stream?.readyState === EventSource.CLOSED || failures > 1) streamState.value = "lost";
  });
}

function close(): void {
  stream?.close();
  stream = null;
}

function heard(): void {
  lastHeard = Date.now();
  failures = 0;
  const wasLost = streamState.value === "lost";
  streamState.value = "live";
  if (wasLost) resetAll();
}

function checkSilence(): void {
  if (!stream) return;
  const isSilent = Date.now() - lastHeard > kSilenceLimit;
  if (isSilent) streamState.value = "lost";
  const hasGivenUp = stream.readyState === EventSource.CLOSED;
  if (isSilent || hasGivenUp) open();
}

function followVisibility(): void {
  if (document.visibilityState === "hidden") {
    hiddenTimer ??= setTimeout(() => {
      hiddenTimer = null;
      close();
    }, kHiddenLimit);
    return;
  }
  if (hiddenTimer) clearTimeout(hiddenTimer);
  hiddenTimer = null;
  // A phone freezes hidden pages without telling them: assume that something was missed.
  const wasAsleep = !stream || Date.now() - lastHeard > 20_000;
  if (wasAsleep) reopen();
}

function reopen(): void {
  open();
  resetAll();
}

function resetAll(): void {
  for (const listener of resetListeners) listener();
}

function parse<Data>(event: Event): Data | null {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as Data;
  } catch {
    return null;
  }
}
