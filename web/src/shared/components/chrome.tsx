// What frames a screen: the bar on top and the tabs at the thumb.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { at } from "../calls.ts";
import { type Key, t } from "../i18n.ts";
import { back, Link, path } from "../router.tsx";
import { useResource } from "../resources.ts";
import { may } from "../session.ts";
import { Icon, type IconName } from "./icons.tsx";

/** Names the page in the browser's history and for screen readers. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – Wardlight`;
  }, [title]);
}

interface ScreenBarProps {
  title: string;
  /** Where "back" leads when there is no history; no button without it. */
  backTo?: string;
  children?: ComponentChildren;
}

export function ScreenBar({ title, backTo, children }: ScreenBarProps) {
  useTitle(title);
  return (
    <header class="bar">
      {backTo && <BackButton to={backTo} />}
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </header>
  );
}

export function BackButton({ to }: { to: string }) {
  return (
    <button type="button" class="icon-button" aria-label={t("back")} onClick={() => back(to)}>
      <Icon name="back" />
    </button>
  );
}

interface Tab {
  to: string;
  icon: IconName;
  label: Key & ("tab_patients" | "tab_alerts" | "tab_find" | "tab_more");
  isHere: (path: string) => boolean;
}

const kTabs: readonly Tab[] = [
  { to: "/", icon: "patients", label: "tab_patients", isHere: (here) => here === "/" || here.startsWith("/patient/") },
  { to: "/alerts", icon: "bell", label: "tab_alerts", isHere: (here) => here.startsWith("/alert") },
  { to: "/find", icon: "find", label: "tab_find", isHere: (here) => here === "/find" },
  { to: "/more", icon: "more", label: "tab_more", isHere: (here) => here === "/more" },
];

export function TabBar() {
  const tabs = kTabs.filter((tab) => isAllowed(tab.to));
  return (
    <nav class="tab-bar" aria-label={t("main_navigation")}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.to}>
            <Link to={tab.to} isCurrent={tab.isHere(path.value)}>
              <Icon name={tab.icon} />
              <span>{t(tab.label)}</span>
              {tab.to === "/alerts" && <AlertCount />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isAllowed(to: string): boolean {
  if (to === "/alerts") return may("alerts.read");
  if (to === "/find") return may("patients.find");
  if (to === "/") return may("patients.read");
  return true;
}

function AlertCount() {
  const waiting = useResource(at.alerts("to_see"), ["alerts"]).loaded.value?.data.counts.to_see ?? 0;
  if (waiting === 0) return null;
  return (
    <span class="count-badge">
      {waiting}
      <span class="visually-hidden"> {t("tab_alerts_waiting")}</span>
    </span>
  );
}
