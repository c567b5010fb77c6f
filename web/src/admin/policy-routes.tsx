// Which alert takes which way. The first line that fits decides, so the order can be changed.
import type { Policy, PolicyRoute, Team } from "../shared/api-types.ts";
import { Icon } from "../shared/components/icons.tsx";
import { parseTimeOfDay, writeTimeOfDay } from "../shared/typed-time.ts";
import { isSoundWindow, kAny, matchesEverything } from "./policy-steps.ts";
import { TypedField } from "./typed-field.tsx";
import { ta } from "./words.ts";

interface RouteTableProps {
  routes: readonly PolicyRoute[];
  policies: readonly Policy[];
  teams: readonly Team[];
  onChange: (routes: PolicyRoute[]) => void;
}

const kRules = ["aki", "news2", "critical_result"] as const;
const kSeverities = ["critical", "urgent", "routine"] as const;

export function RouteTable({ routes, policies, teams, onChange }: RouteTableProps) {
  const set = (index: number, next: PolicyRoute) => onChange(routes.map((route, at) => (at === index ? next : route)));
  const remove = (index: number) => onChange(routes.filter((_, at) => at !== index));
  const raise = (index: number) => {
    const next = [...routes];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index - 1, 0, moved);
    onChange(next);
  };
  const last = routes.length - 1;
  const add = () =>
    onChange([
      ...routes.slice(0, -1),
      {
        rule: "aki",
        severity: "urgent",
        ward: null,
        from_minute: null,
        until_minute: null,
        team: routes[0]?.team ?? "",
        policy: policies[0]?.id ?? "",
      },
      ...routes.slice(-1),
    ]);
  return (
    <section class="card padded" aria-labelledby="routes-title">
      <h2 id="routes-title">{ta("routes")}</h2>
      <p class="note">{ta("routes_note")}</p>
      <ol class="routes">
        {routes.map((route, index) => (
          <li key={index} class="route-row">
            {index === last && matchesEverything(route) ? (
              <p class="route-rest">{ta("route_everything_else")}</p>
            ) : (
              <>
                <Choice
                  label={ta("route_rule")}
                  value={route.rule}
                  options={[...kRules.map((rule): [string, string] => [rule, ta(`rule_${rule}`)]), [kAny, ta("any")]]}
                  onChange={(rule) => set(index, { ...route, rule })}
                />
                <Choice
                  label={ta("route_severity")}
                  value={route.severity}
                  options={[
                    ...kSeverities.map((severity): [string, string] => [severity, ta(`severity_${severity}`)]),
                    [kAny, ta("any")],
                  ]}
                  onChange={(severity) => set(index, { ...route, severity })}
                />
                <label class="field">
                  <span>{ta("route_ward")}</span>
                  <input
                    value={route.ward ?? ""}
                    placeholder={ta("route_any_ward")}
                    onChange={(event) => set(index, { ...route, ward: event.currentTarget.value.trim() || null })}
                  />
                </label>
                <HourField
                  label={ta("route_from")}
                  minute={route.from_minute}
                  onChange={(from_minute) => set(index, { ...route, from_minute })}
                />
                <HourField
                  label={ta("route_until")}
                  minute={route.until_minute}
                  onChange={(until_minute) => set(index, { ...route, until_minute })}
                />
              </>
            )}
            <Choice
              label={ta("route_team")}
              value={route.team}
              options={teams.map((team) => [team.id, team.name])}
              onChange={(team) => set(index, { ...route, team })}
            />
            <Choice
              label={ta("policy")}
              value={route.policy}
              options={policies.map((policy) => [policy.id, policy.label])}
              onChange={(policy) => set(index, { ...route, policy })}
            />
            <span class="route-buttons">
              {index > 0 && index < last && (
                <button
                  type="button"
                  class="icon-button turned"
                  aria-label={ta("route_up")}
                  onClick={() => raise(index)}
                >
                  <Icon name="back" />
                </button>
              )}
              {index < last && (
                <button type="button" class="icon-button" aria-label={ta("route_remove")} onClick={() => remove(index)}>
                  <Icon name="close" />
                </button>
              )}
            </span>
            {!isSoundWindow(route) && <p class="form-error">{ta("route_window_wrong")}</p>}
          </li>
        ))}
      </ol>
      <button type="button" class="button" onClick={add}>
        <Icon name="plus" />
        {ta("route_add")}
      </button>
    </section>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
}

/** A value this app does not know stays in the list instead of being replaced by the first one. */
function Choice({ label, value, options, onChange }: ChoiceProps) {
  const isKnown = options.some(([known]) => known === value);
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {!isKnown && <option value={value}>{value === "" ? "–" : value}</option>}
        {options.map(([known, text]) => (
          <option key={known} value={known}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

const kAllDay = -1;

/** Minutes of the day as a time; empty means all day. */
function HourField({
  label,
  minute,
  onChange,
}: {
  label: string;
  minute: number | null;
  onChange: (minute: number | null) => void;
}) {
  return (
    <TypedField
      label={label}
      value={minute ?? kAllDay}
      write={(value) => (value === kAllDay ? "" : writeTimeOfDay(value))}
      parse={(typed) => (typed.trim() === "" ? kAllDay : parseTimeOfDay(typed))}
      placeholder="20:00"
      onChange={(value) => onChange(value === kAllDay ? null : value)}
    />
  );
}
