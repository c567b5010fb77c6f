// The alerts of the signed-in person's teams: to see, with a colleague, done.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { touched, withHeldCards } from "../shared/alert-acts.ts";
import type { AlertCard as Alert, AlertGroup, Alerts } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now, serverTime } from "../shared/clock.ts";
import { AlertCard } from "../shared/components/alert-card.tsx";
import { ScreenBar, TabBar } from "../shared/components/chrome.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Segments } from "../shared/components/sheet.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { count, time } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { useResource } from "../shared/resources.ts";
import { currentMe, onForget } from "../shared/session.ts";

const kSources = ["lab", "obs"] as const;
const kGroups: readonly AlertGroup[] = ["to_see", "with_colleague", "done"];

const chosenGroup = signal<AlertGroup>("to_see");
onForget(() => {
  chosenGroup.value = "to_see";
});

export function AlertInbox() {
  const group = chosenGroup.value;
  const resource = useResource(at.alerts(group), ["alerts"]);
  const counts = resource.loaded.value?.data.counts;
  return (
    <>
      <div class="top">
        <ScreenBar title={t("alerts")} />
        <FreshBar resource={resource} kinds={kSources} />
      </div>
      <main class="page">
        <Segments
          label={t("alert_groups")}
          options={kGroups.map((value) => ({
            value,
            label: counts ? t(`group_${value}_count`, { count: count(counts[value]) }) : t(`group_${value}`),
          }))}
          chosen={group}
          onChoose={(value) => {
            chosenGroup.value = value;
          }}
        />
        <Loadable resource={resource} kinds={kSources} skeleton={<Skeleton rows={3} size="card" />}>
          {(data) => <Cards key={group} data={data} group={group} />}
        </Loadable>
      </main>
      <TabBar />
    </>
  );
}

function Cards({ data, group }: { data: Alerts; group: AlertGroup }) {
  const shownBefore = useRef<string[]>([]);
  useHoldTimer();
  const cards = withHeldCards(data.alerts, shownBefore.current, touched.value, serverTime());
  shownBefore.current = cards.map((card) => card.id);
  const isSettling = useSettling(shownBefore.current.join());

  if (cards.length === 0) return <NoAlerts group={group} asOf={data.as_of.now} />;
  const me = currentMe()?.account.id;
  // A card just acted on stays where the finger is, with its undo, before it moves to "Yours".
  const isHeld = (card: Alert) => (touched.value.get(card.id)?.holdUntil ?? 0) > serverTime();
  const mine = group === "to_see" ? cards.filter((card) => card.owner?.id === me && !isHeld(card)) : [];
  const others = cards.filter((card) => !mine.includes(card));
  const hasSections = mine.length > 0 && others.length > 0;
  return (
    <div class={isSettling ? "cards settling" : "cards"}>
      {hasSections && <h2 class="section-title">{t("section_unseen")}</h2>}
      <CardList cards={others} />
      {hasSections && <h2 class="section-title">{t("section_yours")}</h2>}
      <CardList cards={mine} />
    </div>
  );
}

function CardList({ cards }: { cards: readonly Alert[] }) {
  return (
    <>
      {cards.map((card) => (
        <AlertCard key={card.id} alert={card} />
      ))}
    </>
  );
}

function NoAlerts({ group, asOf }: { group: AlertGroup; asOf: string }) {
  return (
    <Empty title={t(`none_${group}`)}>
      <p class="note">{t("none_alerts_note", { time: time(asOf) })}</p>
    </Empty>
  );
}

/** Draws again when a held card's time is over. */
function useHoldTimer(): void {
  const [, redraw] = useState(0);
  useEffect(() => {
    const waits = [...touched.value.values()].map((entry) => entry.holdUntil - serverTime()).filter((wait) => wait > 0);
    const shortest = Math.min(...waits);
    if (!Number.isFinite(shortest)) return;
    const timer = setTimeout(() => redraw((n) => n + 1), shortest + 50);
    return () => clearTimeout(timer);
  }, [touched.value, now.value]);
}

/** For a moment after cards moved, taps are ignored: the finger was aiming at what stood there before. */
function useSettling(order: string): boolean {
  const [settled, setSettled] = useState(order);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(order), 350);
    return () => clearTimeout(timer);
  }, [order]);
  return settled !== order;
}
