// The service worker: installed once, and a new version only when the person asks for it.
import { signal } from "@preact/signals";

export const newVersionWaits = signal(false);

const kWorkerAddress = "/service-worker.js";
let waiting: ServiceWorker | null = null;

export function startServiceWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  // After the page itself has everything it needs: keeping the shell must not slow the first view.
  if (document.readyState === "complete") void register();
  else addEventListener("load", () => void register());
}

async function register(): Promise<void> {
  try {
    const address = trustedAddress();
    watchForNewVersion(await navigator.serviceWorker.register(address, { type: "module", scope: "/" }));
  } catch {
    // Without a service worker the app works, but does not open offline.
  }
}

export function useNewVersion(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  waiting?.postMessage("use-new-version");
}

function watchForNewVersion(registration: ServiceWorkerRegistration): void {
  const note = () => {
    waiting = registration.waiting;
    newVersionWaits.value = waiting !== null && navigator.serviceWorker.controller !== null;
  };
  note();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", note));
}

interface TrustedTypesFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): {
    createScriptURL(address: string): unknown;
  };
}

/** Under Trusted Types a worker's address must come from a policy; ours lets through this one only. */
function trustedAddress(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypesFactory };
  if (!trustedTypes) return kWorkerAddress;
  trusted ??= trustedTypes
    .createPolicy("wardlight", { createScriptURL: (address) => (address === kWorkerAddress ? address : "") })
    .createScriptURL(kWorkerAddress);
  return trusted as string;
}

/** A policy's name can be used once only. */
let trusted: unknown = null;
