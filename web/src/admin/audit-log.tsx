// The audit log for the privacy officer: who did what with whose record, when, and why it was allowed.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { AuditEntry, AuditPage, AuditPerson, Banner, Explanation, RuleSaid } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { FormError } from "../shared/components/fields.tsx";
import { Empty, Failed, Skeleton } from "../shared/components/states.tsx";
import { dateTime, nhsNumber, patientName } from "../shared/format.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { roleWord } from "../shared/words.ts";
import { AuditForm } from "./audit-form.tsx";
import { type AuditFilter, everything, queryOf } from "./audit-query.ts";
import { saveFile } from "./save-file.ts";
import { AdminFrame } from "./frame.tsx";
import { actionWord, purposeWord, ta, tieWord } from "./words.ts";

/** What is asked for; other screens set it before they lead here. */
export const auditFilter = signal<AuditFilter>(everything);

export function AuditLog() {
  const people = useResource(at.auditPeople(), []);
  return (
    <AdminFrame title={ta("audit")} status={null}>
      <AuditForm people={people.loaded.value?.data.people ?? []} filter={auditFilter} />
      <Entries key={JSON.stringify(auditFilter.value)} filter={auditFilter.value} />
    </AdminFrame>
  );
}

/** Pages as far as they were asked for; made anew when something else is asked for. */
function Entries({ filter }: { filter: AuditFilter }) {
  const [pages, setPages] = useState<readonly AuditPage[]>([]);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const [isLoading, setLoading] = useState(false);
  const next = pages.at(-1)?.next ?? null;
  const load = async (before: string | null) => {
    setLoading(true);
    setFailure(null);
    try {
      let page = await calls.auditSearch(queryOf(filter, before));
      // The server looks at so many entries at a time: on to where something is found, or to the end.
      while (page.entries.length === 0 && page.next !== null)
        page = await calls.auditSearch(queryOf(filter, page.next));
      setPages((known) => (before === null ? [page] : [...known, page]));
    } catch (problem) {
      setFailure(problem instanceof CallFailure ? problem : new CallFailure("broken"));
    }
    setLoading(false);
  };
  useEffect(() => void load(null), []);
  const [first] = pages;
  if (failure && isAboutNumber(failure)) return <Empty title={ta(`audit_number_${failure.kind}`)} />;
  if (failure && !first) return <Failed failure={failure} retry={() => void load(null)} />;
  if (!first) return <Skeleton rows={6} size="row" />;
  const entries = pages.flatMap((page) => page.entries);
  return (
    <>
      <About patient={first.patient} person={first.person} />
      {first.explanation && <Explained explanation={first.explanation} />}
      {entries.length === 0 && next === null && <Empty title={ta("audit_none")} />}
      {entries.length > 0 && (
        <ol class="card plain-list audit-list">
          {entries.map((entry) => (
            <Entry key={entry.sequence} entry={entry} />
          ))}
        </ol>
      )}
      <FormError text={failure && ta("audit_failed")} />
      {next !== null && (
        <button
          type="button"
          class="button wide"
          disabled={isLoading || !isReachable.value}
          onClick={() => void load(next)}
        >
          {ta(isLoading ? "audit_loading" : "audit_more")}
        </button>
      )}
      {entries.length > 0 && <Export filter={filter} />}
    </>
  );
}

function isAboutNumber(failure: CallFailure): failure is CallFailure & { kind: "not_found" | "conflict" } {
  return failure.where === "patient_number" && (failure.kind === "not_found" || failure.kind === "conflict");
}

function About({ patient, person }: { patient: Banner | null; person: AuditPerson | null }) {
  if (!patient && !person) return null;
  return (
    <p class="audit-about">
      {person && <b>{personName(person)}</b>}
      {person && patient && " · "}
      {patient && <b>{aboutPatient(patient)}</b>}
    </p>
  );
}

/** Why this person may see this patient now, or may not. */
function Explained({ explanation }: { explanation: Explanation }) {
  const relevant = explanation.rules.filter((rule) => rule.holds || rule.rule !== "site");
  return (
    <section class="card padded privacy-case">
      <h2>{ta(explanation.permitted ? "explained_yes" : "explained_no")}</h2>
      <ul class="plain-list">
        {relevant.map((rule) => (
          <li key={rule.rule}>
            <b>{ta(rule.holds ? "rule_holds" : "rule_holds_not")}</b> {ta(`rule_${rule.rule}`)}
            {rule.of_person.length + rule.of_patient.length > 0 && <span class="note block">{sides(rule)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function sides({ rule, of_person: ofPerson, of_patient: ofPatient }: RuleSaid): string {
  if (rule === "role") return ofPerson.map(roleWord).join(", ");
  const list = (names: readonly string[]) => names.join(", ") || "–";
  return ta("rule_sides", { person: list(ofPerson), patient: list(ofPatient) });
}

function Entry({ entry }: { entry: AuditEntry }) {
  const isDenied = entry.decision === "deny" || entry.outcome === "failure";
  return (
    <li class="audit-entry">
      <p>
        <b>{entry.who ? personName(entry.who) : ta("audit_nobody")}</b> <span class="note">{roleWord(entry.role)}</span>
      </p>
      <p>
        {actionWord(entry.action)}
        {entry.patient && ` · ${aboutPatient(entry.patient)}`}
      </p>
      <p class="note">
        <time dateTime={entry.at}>{dateTime(entry.at)}</time>
        {entry.reason !== null && ` · ${tieWord(entry.reason)}`}
        {entry.purpose !== null && ` · ${purposeWord(entry.purpose)}`}
        {` · ${ta("audit_number", { number: String(entry.sequence) })}`}
      </p>
      {isDenied && <p class="alarm">{ta("audit_denied")}</p>}
    </li>
  );
}

function Export({ filter }: { filter: AuditFilter }) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isWorking, setWorking] = useState(false);
  const run = async () => {
    setWorking(true);
    setTrouble(null);
    try {
      const file = await calls.auditExport(queryOf(filter, null));
      saveFile(file.name, "text/csv", file.csv);
    } catch (problem) {
      const isTooMuch = problem instanceof CallFailure && problem.kind === "invalid";
      setTrouble(ta(isTooMuch ? "audit_export_too_much" : "audit_failed"));
    }
    setWorking(false);
  };
  return (
    <section class="stack">
      <button type="button" class="button wide" disabled={isWorking || !isReachable.value} onClick={() => void run()}>
        {ta("audit_export")}
      </button>
      <p class="note">{ta("audit_export_note")}</p>
      <FormError text={trouble} />
    </section>
  );
}

export function personName(person: AuditPerson): string {
  return person.name || ta("audit_gone_person", { id: person.id });
}

export function aboutPatient(patient: Banner): string {
  const number = patient.nhs_number ? nhsNumber(patient.nhs_number) : (patient.mrn ?? "");
  return `${patientName(patient)} · ${number}`;
}
