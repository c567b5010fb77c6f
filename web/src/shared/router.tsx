// Addresses of screens. Keeps the scroll position of each entry in the history, so that going
// back to a long list lands where it was left.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type Params, matchPattern } from "./routes.ts";

export const path = signal(typeof location === "undefined" ? "/" : location.pathname);

/** Where to scroll once the screen of the current entry is drawn. */
let scrollTarget = 0;

export function startRouter(): void {
  history.scrollRestoration = "manual";
  addEventListener("popstate", (event) => {
    const state = event.state as { scroll?: number } | null;
    scrollTarget = state?.scroll ?? 0;
    path.value = location.pathname;
  });
  addEventListener("scroll", () => rememberScroll(), { passive: true });
}

export function go(to: string): void {
  if (to === path.value) {
    scrollTo(0, 0);
    return;
  }
  saveScroll();
  history.pushState({ depth: depth() + 1, scroll: 0 }, "", to);
  scrollTarget = 0;
  path.value = to;
}

/** Like `go`, without leaving the present address in the history. */
export function replace(to: string): void {
  history.replaceState({ depth: depth(), scroll: 0 }, "", to);
  scrollTarget = 0;
  path.value = to;
}

/** Back within the app; to `fallback` when the person came straight to this address. */
export function back(fallback: string): void {
  if (depth() > 0) history.back();
  else replace(fallback);
}

/** A screen calls this once its content has its final height. */
export function restoreScroll(): void {
  scrollTo(0, scrollTarget);
}

export function params(pattern: string): Params | null {
  return matchPattern(pattern, path.value);
}

interface LinkProps {
  to: string;
  class?: string | undefined;
  label?: string | undefined;
  isCurrent?: boolean | undefined;
  children: ComponentChildren;
}

export function Link({ to, label, isCurrent, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    const wantsNewTab = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (wantsNewTab) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} class={rest.class} aria-label={label} aria-current={isCurrent ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}

function depth(): number {
  return (history.state as { depth?: number } | null)?.depth ?? 0;
}

let isScrollNoted = false;

function rememberScroll(): void {
  if (isScrollNoted) return;
  isScrollNoted = true;
  setTimeout(() => {
    isScrollNoted = false;
    saveScroll();
  }, 250);
}

function saveScroll(): void {
  history.replaceState({ depth: depth(), scroll: scrollY }, "");
}
