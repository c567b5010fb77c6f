// What a screen shows when it has nothing fresh to show: loading, failed, no access, too old, empty.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { CallFailure, FailureKind } from "../api.ts";
import type { SourceKind } from "../api-types.ts";
import { type Key, t } from "../i18n.ts";
import { freshnessOf, type Resource } from "../resources.ts";
import { restoreScroll } from "../router.tsx";
import { currentMe } from "../session.ts";
import { Icon } from "./icons.tsx";

interface LoadableProps<Data> {
  resource: Resource<Data>;
  /** Sources whose age decides whether the data may still be shown. */
  kinds: readonly SourceKind[];
  skeleton: ComponentChildren;
  children: (data: Data) => ComponentChildren;
}

/** The content of a resource, or the state that stands in its place. */
export function Loadable<Data>({ resource, kinds, skeleton, children }: LoadableProps<Data>) {
  const loaded = resource.loaded.value;
  const failure = resource.failure.value;
  if (loaded && freshnessOf(resource, kinds)?.kind === "expired") return <TooOld />;
  if (loaded) return <Drawn>{children(loaded.data)}</Drawn>;
  if (failure) return <Failed failure={failure} retry={() => void resource.refresh()} />;
  return <>{skeleton}</>;
}

function Drawn({ children }: { children: ComponentChildren }) {
  useEffect(restoreScroll, []);
  return <>{children}</>;
}

const kSentences: Record<FailureKind, [what: Key & `failed_${string}`, next: Key & `failed_${string}`]> = {
  unreachable: ["failed_unreachable", "failed_unreachable_next"],
  signed_out: ["failed_signed_out", "failed_signed_out_next"],
  no_access: ["failed_no_access", "failed_no_access_next"],
  not_found: ["failed_not_found", "failed_not_found_next"],
  conflict: ["failed_broken", "failed_broken_next"],
  busy: ["failed_busy", "failed_busy_next"],
  invalid: ["failed_broken", "failed_broken_next"],
  broken: ["failed_broken", "failed_broken_next"],
};

/** What failed, what still works, and what to do; no codes. */
export function Failed({ failure, retry }: { failure: CallFailure; retry: () => void }) {
  const [what, next] = kSentences[failure.kind];
  const canRetry = failure.kind !== "no_access" && failure.kind !== "not_found";
  return (
    <section class="card state" role="alert">
      <h2>{t(what)}</h2>
      <p>{t(next)}</p>
      {failure.kind === "no_access" && failure.where === "relationship" && <p>{t("failed_no_relationship")}</p>}
      <SwitchboardNumber />
      {canRetry && (
        <button type="button" class="button" onClick={retry}>
          {t("try_again")}
        </button>
      )}
    </section>
  );
}

/** Data older than 12 hours is not shown: it would be taken for the present. */
export function TooOld() {
  return (
    <section class="card state" role="alert">
      <h2>{t("too_old")}</h2>
      <p>{t("too_old_next")}</p>
      <SwitchboardNumber />
    </section>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <section class="card state">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function SwitchboardNumber() {
  const number = currentMe()?.site.switchboard;
  if (!number) return null;
  return (
    <p>
      <a class="button" href={`tel:${number.replace(/[^\d+]/g, "")}`}>
        <Icon name="phone" />
        {t("call_switchboard", { number })}
      </a>
    </p>
  );
}

/** Grey blocks of the final height, with words for those who cannot see them. */
export function Skeleton({ rows, size }: { rows: number; size: "row" | "card" | "line" }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{t("loading")}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class={`skeleton-${size}`} aria-hidden="true" />
      ))}
    </div>
  );
}
