// "As of": how old the data on this screen is, per source. Never hides, never guesses.
import type { SourceKind } from "../api-types.ts";
import { now } from "../clock.ts";
import { duration, time, whenShort } from "../format.ts";
import type { Freshness, SourceTime } from "../freshness.ts";
import { t } from "../i18n.ts";
import { freshnessOf, type Resource } from "../resources.ts";
import { sourceKindWord } from "../words.ts";

export function FreshBar({ resource, kinds }: { resource: Resource<unknown>; kinds: readonly SourceKind[] }) {
  const state = freshnessOf(resource, kinds);
  const hasFailed = resource.failure.value !== null;
  return (
    <p class={`fresh-bar ${state?.kind ?? (hasFailed ? "nothing" : "waiting")}`} role="status">
      {state ? sentence(state) : hasFailed ? t("fresh_nothing") : t("loading")}
    </p>
  );
}

function sentence(state: Freshness): string {
  switch (state.kind) {
    case "fresh":
      return state.sources.length === 0
        ? t("fresh_no_sources")
        : t("fresh_as_of", { sources: state.sources.map(sourceAndTime).join(" · ") });
    case "stale": {
      const silent = state.silent.map(silentSource).join("; ");
      if (state.live.length === 0) return silent;
      return t("fresh_stale_but", {
        silent,
        live: [...new Set(state.live.map((source) => sourceKindWord(source.kind)))].join(", "),
      });
    }
    case "checking":
      return t("fresh_checking", { time: whenShort(state.at, now.value) });
    case "offline":
      return t("fresh_offline", { time: whenShort(state.at, now.value) });
    case "expired":
      return t("fresh_expired", { time: whenShort(state.at, now.value) });
  }
}

function sourceAndTime(source: SourceTime): string {
  return `${sourceKindWord(source.kind)} ${source.at === null ? t("never") : time(source.at)}`;
}

function silentSource(source: SourceTime): string {
  if (source.at === null) return t("fresh_never", { source: sourceKindWord(source.kind) });
  return t("fresh_silent", { source: sourceKindWord(source.kind), duration: duration(now.value - source.at) });
}
