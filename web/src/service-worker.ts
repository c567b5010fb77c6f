// Keeps the app's shell (never clinical data) so that it opens without a network.
/// <reference lib="webworker" />
export {};

declare const self: ServiceWorkerGlobalScope & {
  __SHELL_FILES: { url: string; revision: string | null }[];
};

const files = self.__SHELL_FILES;
const kCachePrefix = "wardlight-shell-";
const cacheName = kCachePrefix + fingerprint(files.map((file) => file.url + (file.revision ?? "")).join());

/** Addresses that belong to the server even when a person opens them directly. */
const kServerOnly = /^\/(api|fhir|metrics|livez|readyz)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) =>
        cache.addAll(files.map((file) => new Request(file.url, { cache: file.revision ? "no-cache" : "default" }))),
      ),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isOurs = url.origin === self.location.origin && event.request.method === "GET";
  if (!isOurs || kServerOnly.test(url.pathname)) return;
  event.respondWith(fromShell(event.request));
});

// A new version waits until the person asks for it or the app is closed: screens never mix versions.
self.addEventListener("message", (event) => {
  if (event.data === "use-new-version") void self.skipWaiting();
});

async function fromShell(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const wanted = request.mode === "navigate" ? "/index.html" : request;
  const kept = await cache.match(wanted, { ignoreVary: true });
  return kept ?? fetch(request);
}

async function removeOldShells(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(kCachePrefix) && name !== cacheName) await caches.delete(name);
  }
}

function fingerprint(text: string): string {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return hash.toString(36);
}
