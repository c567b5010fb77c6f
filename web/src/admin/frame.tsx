// The frame of the administrator's screens: a list of places at the side of a desk, on top of a phone.
import type { ComponentChildren } from "preact";
import { useTitle } from "../shared/components/chrome.tsx";
import { Icon, type IconName } from "../shared/components/icons.tsx";
import { Link, path } from "../shared/router.tsx";
import { may } from "../shared/session.ts";
import { ta } from "./words.ts";
import "./admin.css";

interface Place {
  to: string;
  icon: IconName;
  label: string;
  isAllowed: boolean;
}

interface AdminFrameProps {
  title: string;
  /** Bar under the title that says how fresh the screen is. */
  status?: ComponentChildren;
  children: ComponentChildren;
}

export function AdminFrame({ title, status, children }: AdminFrameProps) {
  useTitle(title);
  return (
    <div class="admin">
      <nav class="admin-places" aria-label={ta("administration")}>
        <ul>
          {places()
            .filter((place) => place.isAllowed)
            .map((place) => (
              <li key={place.to}>
                <Link to={place.to} isCurrent={isHere(place.to)}>
                  <Icon name={place.icon} />
                  <span>{place.label}</span>
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <div class="admin-screen">
        <header class="admin-head">
          <h1 tabIndex={-1}>{title}</h1>
        </header>
        {status}
        <main class="admin-main">{children}</main>
      </div>
    </div>
  );
}

function places(): Place[] {
  return [
    { to: "/admin/feeds", icon: "feeds", label: ta("feeds"), isAllowed: may("feeds.read") },
    { to: "/admin/quarantine", icon: "inbox", label: ta("quarantine"), isAllowed: may("quarantine.manage") },
    { to: "/admin/rota", icon: "calendar", label: ta("rota"), isAllowed: may("rota.manage") },
    { to: "/admin/policies", icon: "route", label: ta("policies"), isAllowed: may("policies.manage") },
    { to: "/admin/accounts", icon: "person", label: ta("accounts"), isAllowed: may("accounts.manage") },
    { to: "/admin/recoveries", icon: "key", label: ta("recoveries"), isAllowed: may("accounts.manage") },
    { to: "/privacy", icon: "shield", label: ta("privacy"), isAllowed: may("privacy.review") },
    { to: "/privacy/log", icon: "clock", label: ta("audit"), isAllowed: may("audit.read") },
    { to: "/privacy/unusual", icon: "find", label: ta("unusual"), isAllowed: may("audit.read") },
    { to: "/more", icon: "more", label: ta("more"), isAllowed: true },
  ];
}

/** The start page of somebody without patients is the feeds, or the emergency accesses. */
function isHere(to: string): boolean {
  const start = may("feeds.read") ? "/admin/feeds" : "/privacy";
  if (to === "/privacy") return path.value === to || (path.value === "/" && to === start);
  return path.value.startsWith(to) || (path.value === "/" && to === start);
}
