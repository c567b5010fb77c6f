// By whom, about whom, when and why: what of the audit log is shown.
import type { Signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { AuditPerson } from "../shared/api-types.ts";
import { dateTime } from "../shared/format.ts";
import { parseDateTime } from "../shared/typed-time.ts";
import { type AuditFilter, everything } from "./audit-query.ts";
import { TypedField } from "./typed-field.tsx";
import { actionWord, kActions, kTies, ta, tieWord } from "./words.ts";

interface AuditFormProps {
  people: readonly AuditPerson[];
  filter: Signal<AuditFilter>;
}

export function AuditForm({ people, filter }: AuditFormProps) {
  const [draft, setDraft] = useState(filter.value);
  const change = (part: Partial<AuditFilter>) => setDraft((known) => ({ ...known, ...part }));
  const isAsked = filter.value !== everything;
  const submit = (event: Event) => {
    event.preventDefault();
    filter.value = draft;
  };
  const clear = () => {
    setDraft(everything);
    filter.value = everything;
  };
  return (
    <form class="card padded audit-form" onSubmit={submit}>
      <label class="field">
        <span>{ta("audit_person")}</span>
        <select value={draft.person} onChange={(event) => change({ person: event.currentTarget.value })}>
          <option value="">{ta("any")}</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{ta("audit_patient_number")}</span>
        <input
          autocomplete="off"
          inputMode="text"
          value={draft.number}
          placeholder={draft.patient ? ta("audit_patient_chosen") : ""}
          onInput={(event) => change({ number: event.currentTarget.value, patient: "" })}
        />
      </label>
      <details class="audit-narrow" open={isNarrowed(draft)}>
        <summary>{ta("audit_narrow")}</summary>
        <div class="audit-fields">
          <TypedField
            label={ta("audit_from")}
            value={draft.from}
            write={writeTime}
            parse={readTime}
            placeholder="21-Nov-2026 08:00"
            onChange={(from) => change({ from })}
          />
          <TypedField
            label={ta("audit_until")}
            value={draft.until}
            write={writeTime}
            parse={readTime}
            placeholder="21-Nov-2026 20:00"
            onChange={(until) => change({ until })}
          />
          <Choice
            label={ta("audit_action")}
            codes={kActions}
            word={actionWord}
            value={draft.action}
            onChoose={(action) => change({ action })}
          />
          <Choice
            label={ta("audit_reason")}
            codes={kTies}
            word={tieWord}
            value={draft.reason}
            onChoose={(reason) => change({ reason })}
          />
          <label class="choice">
            <input
              type="checkbox"
              checked={draft.onlyDenied}
              onChange={(event) => change({ onlyDenied: event.currentTarget.checked })}
            />
            <span>{ta("audit_only_denied")}</span>
          </label>
        </div>
      </details>
      <div class="audit-buttons">
        <button type="submit" class="button primary">
          {ta("audit_show")}
        </button>
        {isAsked && (
          <button type="button" class="button" onClick={clear}>
            {ta("audit_clear")}
          </button>
        )}
      </div>
    </form>
  );
}

/** Whether something is set that a closed form would hide. */
function isNarrowed({ from, until, action, reason, onlyDenied }: AuditFilter): boolean {
  return from !== "" || until !== "" || action !== "" || reason !== "" || onlyDenied;
}

interface ChoiceProps {
  label: string;
  codes: readonly string[];
  word: (code: string) => string;
  value: string;
  onChoose: (code: string) => void;
}

function Choice({ label, codes, word, value, onChoose }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{ta("any")}</option>
        {codes.map((code) => (
          <option key={code} value={code}>
            {word(code)}
          </option>
        ))}
      </select>
    </label>
  );
}

const writeTime = (instant: number | ""): string => (instant === "" ? "" : dateTime(instant));
const readTime = (typed: string): number | "" | null => (typed.trim() === "" ? "" : parseDateTime(typed));
