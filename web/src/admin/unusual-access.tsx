// Looks at records that are out of the ordinary: questions to ask, not findings.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { UnusualAnswer, UnusualLooks } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { serverTime } from "../shared/clock.ts";
import { Segments } from "../shared/components/sheet.tsx";
import { Empty, Failed, Skeleton } from "../shared/components/states.tsx";
import { dateTime } from "../shared/format.ts";
import { go } from "../shared/router.tsx";
import { roleWord } from "../shared/words.ts";
import { aboutPatient, auditFilter, personName } from "./audit-log.tsx";
import { everything } from "./audit-query.ts";
import { AdminFrame } from "./frame.tsx";
import { ta } from "./words.ts";

const kDays = ["1", "7"] as const;
type Days = (typeof kDays)[number];
const kDay = 86_400_000;
const chosenDays = signal<Days>("1");

export function UnusualAccess() {
  const days = chosenDays.value;
  return (
    <AdminFrame title={ta("unusual")} status={null}>
      <Segments
        label={ta("unusual")}
        options={kDays.map((value) => ({ value, label: ta(`unusual_days_${value}`) }))}
        chosen={days}
        onChoose={(value) => {
          chosenDays.value = value;
        }}
      />
      <Found key={days} days={days} />
    </AdminFrame>
  );
}

function Found({ days }: { days: Days }) {
  const [answer, setAnswer] = useState<UnusualAnswer | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const load = async () => {
    setFailure(null);
    try {
      const until = serverTime();
      const from = new Date(until - Number(days) * kDay).toISOString();
      setAnswer(await calls.auditUnusual({ from, until: new Date(until).toISOString() }));
    } catch (problem) {
      setFailure(problem instanceof CallFailure ? problem : new CallFailure("broken"));
    }
  };
  useEffect(() => void load(), []);
  if (failure) return <Failed failure={failure} retry={() => void load()} />;
  if (!answer) return <Skeleton rows={3} size="card" />;
  const { rules } = answer;
  return (
    <>
      <p class="note">{ta("unusual_note")}</p>
      {answer.truncated && <p class="alarm">{ta("cases_truncated", { count: String(answer.found.length) })}</p>}
      {answer.found.length === 0 && <Empty title={ta("unusual_none")} />}
      {answer.found.map((one) => (
        <Looks key={`${one.signal} ${one.who?.id} ${one.patient_id}`} one={one} />
      ))}
      <p class="note">
        {ta("unusual_rules", {
          version: String(rules.version),
          records: String(rules.records_most),
          within: String(rules.records_within_hours),
          after: String(rules.after_discharge_hours),
        })}
      </p>
    </>
  );
}

function Looks({ one }: { one: UnusualLooks }) {
  const show = () => {
    auditFilter.value = {
      ...everything,
      person: one.who?.id ?? "",
      patient: one.patient_id ?? "",
      ...(one.signal === "many_records" ? hoursAround(one) : {}),
    };
    go("/privacy/log");
  };
  return (
    <section class="card padded privacy-case">
      <h2>{ta(`signal_${one.signal}`)}</h2>
      <p>
        <b>{one.who ? personName(one.who) : ta("audit_nobody")}</b>{" "}
        {one.who && <span class="note">{roleWord(one.who.role)}</span>}
      </p>
      {one.signal === "many_records" ? (
        <p>{ta("unusual_records", { count: String(one.records) })}</p>
      ) : (
        <p>{one.patient ? aboutPatient(one.patient) : ta("case_no_patient")}</p>
      )}
      <p class="note">
        {one.first_at === one.last_at
          ? dateTime(one.first_at)
          : ta("unusual_between", { from: dateTime(one.first_at), until: dateTime(one.last_at) })}
        {` · ${ta("unusual_looks", { count: String(one.looks) })}`}
      </p>
      <button type="button" class="button wide" onClick={show}>
        {ta("unusual_show")}
      </button>
    </section>
  );
}

const kMinute = 60_000;

/** Whole minutes, because that is what the form shows. */
function hoursAround(one: UnusualLooks): { from: number; until: number } {
  const from = Math.floor(Date.parse(one.first_at) / kMinute) * kMinute;
  return { from, until: Math.ceil((Date.parse(one.last_at) + 1) / kMinute) * kMinute };
}
