// For the site coordinator: alerts whose chain ended with nobody. This screen never stops showing
// them; it stays lit, does not lock, and says loudly when it is no longer live.
import { useEffect } from "preact/hooks";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { AlertCard } from "../shared/components/alert-card.tsx";
import { BackButton } from "../shared/components/chrome.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { duration, time } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable, streamState } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { isUnattended } from "../shared/session.ts";
import type { AlertCard as Alert } from "../shared/api-types.ts";

export function SwitchboardScreen() {
  const resource = useResource(at.switchboard(), ["alerts"]);
  const alerts = resource.loaded.value?.data.alerts;
  useAlwaysLit();
  useEffect(() => {
    const waiting = alerts && alerts.length > 0 ? `(${alerts.length}) ` : "";
    document.title = `${waiting}${t("switchboard_screen")} – Wardlight`;
  });
  return (
    <>
      <div class="top">
        <header class={alerts && alerts.length > 0 ? "bar calling" : "bar"}>
          <BackButton to="/more" />
          <h1 tabIndex={-1}>{t("switchboard_screen")}</h1>
        </header>
        <p class={isReachable.value ? "fresh-bar" : "fresh-bar offline"} role="status">
          {isReachable.value && streamState.value === "live"
            ? t("switchboard_live", { time: time(now.value) })
            : t("switchboard_not_live")}
        </p>
      </div>
      <main class="page wide-page">
        <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={2} size="card" />}>
          {(data) => <Unowned alerts={data.alerts} />}
        </Loadable>
      </main>
    </>
  );
}

function Unowned({ alerts }: { alerts: readonly Alert[] }) {
  if (alerts.length === 0) {
    return (
      <section class="card state calm">
        <h2>{t("switchboard_none")}</h2>
        <p>{t("switchboard_none_note")}</p>
      </section>
    );
  }
  const longest = Math.min(...alerts.map((alert) => Date.parse(alert.opened_at)));
  return (
    <>
      <p class="unowned-count" role="alert">
        {t("switchboard_waiting", { count: alerts.length, duration: duration(now.value - longest) })}
      </p>
      <div class="card-columns">
        {alerts.map((alert) => (
          <AlertCard key={alert.id} alert={alert} />
        ))}
      </div>
    </>
  );
}

/** Keeps the screen on, where the browser allows it, and the idle lock off. */
function useAlwaysLit(): void {
  useEffect(() => {
    isUnattended.value = true;
    let wakeLock: WakeLockSentinel | null = null;
    const stayLit = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock
        ?.request("screen")
        .then((lock) => {
          wakeLock = lock;
        })
        .catch(() => {
          // Refused on low battery; the screen still works.
        });
    };
    stayLit();
    document.addEventListener("visibilitychange", stayLit);
    return () => {
      isUnattended.value = false;
      document.removeEventListener("visibilitychange", stayLit);
      void wakeLock?.release();
    };
  }, []);
}
