// Who holds which on-call role when. A gap in the next 24 hours must be accepted by name to publish.
import { useState } from "preact/hooks";
import type { Gap, Rota, Shift } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Icon } from "../shared/components/icons.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { dateTime, duration, whenShort } from "../shared/format.ts";
import { type Resource, useResource } from "../shared/resources.ts";
import { parseDateTime } from "../shared/typed-time.ts";
import { useDraft } from "./draft.ts";
import { AdminFrame } from "./frame.tsx";
import { PublishBar } from "./publish-bar.tsx";
import { coveredTime, gapsOf, isValidShift, kSoon, startsSoon } from "./rota-gaps.ts";
import { TypedField } from "./typed-field.tsx";
import { ta } from "./words.ts";

const kHour = 3_600_000;
const kHorizon = 72 * kHour;

export function AdminRota() {
  const resource = useResource(at.rota(), ["lists"]);
  return (
    <AdminFrame title={ta("rota")} status={<FreshBar resource={resource} kinds={[]} />}>
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={3} size="card" />}>
        {(data) => <RotaEditor current={data} resource={resource} />}
      </Loadable>
    </AdminFrame>
  );
}

function RotaEditor({ current, resource }: { current: Rota; resource: Resource<Rota> }) {
  const draft = useDraft(current);
  const [isGapAccepted, setGapAccepted] = useState(false);
  const { roles, shifts, version } = draft.data;
  const from = now.value;
  const gaps = gapsOf(
    roles.map((role) => role.id),
    shifts,
    from,
    from + kHorizon,
  );
  const soon = gaps.filter((gap) => startsSoon(gap, from));
  const later = gaps.filter((gap) => !startsSoon(gap, from));
  const isValid =
    shifts.every((shift) => isValidShift(shift) && shift.person !== "") && (soon.length === 0 || isGapAccepted);

  const setShifts = (next: Shift[]) => draft.change({ ...draft.data, shifts: next });
  const publish = () =>
    draft.publish(async (data) => {
      const answer = await calls.changeRota({
        roles: data.roles,
        shifts: data.shifts,
        version,
        ...(soon.length > 0 ? { accept_gaps: isGapAccepted } : {}),
      });
      await resource.refresh();
      setGapAccepted(false);
      return answer;
    });
  const reset = () => {
    draft.reset();
    void resource.refresh();
  };

  return (
    <>
      <GapList title={ta("gaps_soon")} gaps={soon} rota={draft.data} isSoon />
      <GapList title={ta("gaps_later")} gaps={later} rota={draft.data} />
      {gaps.length === 0 && <p class="all-live">{ta("no_gaps")}</p>}
      {roles.map((role) => (
        <RoleShifts key={role.id} role={role} rota={draft.data} onChange={setShifts} />
      ))}
      {soon.length > 0 && draft.isChanged && (
        <label class="choice card padded">
          <input
            type="checkbox"
            checked={isGapAccepted}
            onChange={(event) => setGapAccepted(event.currentTarget.checked)}
          />
          <span>{ta("accept_gaps")}</span>
        </label>
      )}
      <PublishBar
        isChanged={draft.isChanged}
        publishing={draft.publishing}
        isValid={isValid}
        onPublish={() => void publish()}
        onReset={reset}
      />
    </>
  );
}

function GapList({ title, gaps, rota, isSoon }: { title: string; gaps: readonly Gap[]; rota: Rota; isSoon?: boolean }) {
  if (gaps.length === 0) return null;
  const labelOf = (id: string) => rota.roles.find((role) => role.id === id)?.label ?? id;
  return (
    <section class={isSoon ? "alarm loud" : "alarm"}>
      <h2>{title}</h2>
      <ul>
        {gaps.map((gap) => (
          <li key={gap.role + gap.from}>
            {ta("gap_line", {
              role: labelOf(gap.role),
              from: whenShort(gap.from, now.value),
              until: whenShort(gap.until, now.value),
              duration: duration(Date.parse(gap.until) - Date.parse(gap.from)),
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface RoleShiftsProps {
  role: Rota["roles"][number];
  rota: Rota;
  onChange: (shifts: Shift[]) => void;
}

function RoleShifts({ role, rota, onChange }: RoleShiftsProps) {
  const { shifts } = rota;
  const mine = shifts
    .map((shift, index) => ({ shift, index }))
    .filter(({ shift }) => shift.role === role.id)
    .sort((a, b) => a.shift.from.localeCompare(b.shift.from));
  const shown = mine.filter(({ shift }) => Date.parse(shift.until) > now.value || !isValidShift(shift));
  const past = mine.length - shown.length;

  const change = (index: number, next: Shift) => onChange(shifts.map((shift, at) => (at === index ? next : shift)));
  const remove = (index: number) => onChange(shifts.filter((_, at) => at !== index));
  const add = () => {
    const lastUntil = Math.max(now.value, ...mine.map(({ shift }) => Date.parse(shift.until)));
    const from = Math.ceil(lastUntil / kHour) * kHour;
    onChange([
      ...shifts,
      {
        role: role.id,
        person: "",
        from: new Date(from).toISOString(),
        until: new Date(from + 12 * kHour).toISOString(),
      },
    ]);
  };

  return (
    <section class="card padded" aria-labelledby={`role-${role.id}`}>
      <h2 id={`role-${role.id}`}>{role.label}</h2>
      <Coverage role={role} shifts={shifts} />
      {past > 0 && <p class="note">{ta("shift_past", { count: past })}</p>}
      <ul class="shifts">
        {shown.map(({ shift, index }) => (
          <li key={index}>
            <ShiftRow
              shift={shift}
              people={rota.people}
              onChange={(next) => change(index, next)}
              onRemove={() => remove(index)}
            />
          </li>
        ))}
      </ul>
      <button type="button" class="button" onClick={add}>
        <Icon name="plus" />
        {ta("shift_add")}
      </button>
    </section>
  );
}

const kBarWidth = 720;

/** The next 72 hours as a bar: filled where somebody holds the role, a line at 24 hours. */
function Coverage({ role, shifts }: { role: Rota["roles"][number]; shifts: readonly Shift[] }) {
  const from = now.value;
  const until = from + kHorizon;
  const covered = coveredTime(role.id, shifts, from, until);
  const x = (at: number) => Math.max(0, Math.min(kBarWidth, ((at - from) / kHorizon) * kBarWidth));
  return (
    <svg
      class="coverage"
      viewBox={`0 0 ${kBarWidth} 16`}
      preserveAspectRatio="none"
      role="img"
      aria-label={ta("coverage_label", { role: role.label, covered: duration(covered) })}
    >
      <rect class="coverage-open" x="0" y="0" width={kBarWidth} height="16" />
      {shifts
        .filter((shift) => shift.role === role.id && shift.person !== "" && isValidShift(shift))
        .map((shift) => {
          const start = x(Date.parse(shift.from));
          const width = x(Date.parse(shift.until)) - start;
          return width > 0 && <rect key={shift.from} class="coverage-held" x={start} y="0" width={width} height="16" />;
        })}
      <line class="coverage-day" x1={x(from + kSoon)} x2={x(from + kSoon)} y1="0" y2="16" />
    </svg>
  );
}

interface ShiftRowProps {
  shift: Shift;
  people: Rota["people"];
  onChange: (shift: Shift) => void;
  onRemove: () => void;
}

function ShiftRow({ shift, people, onChange, onRemove }: ShiftRowProps) {
  return (
    <div class="shift-row">
      <label class="field">
        <span>{ta("shift_person")}</span>
        <select value={shift.person} onChange={(event) => onChange({ ...shift, person: event.currentTarget.value })}>
          <option value="">–</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </select>
      </label>
      <TimeField label={ta("shift_from")} instant={shift.from} onChange={(from) => onChange({ ...shift, from })} />
      <TimeField label={ta("shift_until")} instant={shift.until} onChange={(until) => onChange({ ...shift, until })} />
      <button type="button" class="icon-button" aria-label={ta("shift_remove")} onClick={onRemove}>
        <Icon name="close" />
      </button>
      {!isValidShift(shift) && <p class="form-error">{ta("shift_invalid")}</p>}
    </div>
  );
}

function TimeField({
  label,
  instant,
  onChange,
}: {
  label: string;
  instant: string;
  onChange: (instant: string) => void;
}) {
  return (
    <TypedField
      label={label}
      value={Date.parse(instant)}
      write={dateTime}
      parse={parseDateTime}
      placeholder="21-Nov-2026 08:00"
      onChange={(next) => onChange(new Date(next).toISOString())}
    />
  );
}
