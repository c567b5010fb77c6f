// Find any patient by name, number or birth date. What is typed goes in the body, never in an address.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { FoundPatients } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { ScreenBar, TabBar } from "../shared/components/chrome.tsx";
import { PatientRow } from "../shared/components/patient-row.tsx";
import { Empty, Failed, Skeleton } from "../shared/components/states.tsx";
import { count } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { restoreScroll } from "../shared/router.tsx";
import { onForget } from "../shared/session.ts";

type Search =
  | { kind: "idle" }
  | { kind: "searching" }
  | { kind: "found"; text: string; answer: FoundPatients }
  | { kind: "failed"; failure: CallFailure };

/** Kept while the app is open: coming back from a record finds the search as it was. */
const typed = signal("");
const search = signal<Search>({ kind: "idle" });

onForget(() => {
  typed.value = "";
  search.value = { kind: "idle" };
});

async function find(text: string): Promise<void> {
  search.value = { kind: "searching" };
  try {
    search.value = { kind: "found", text, answer: await calls.findPatients(text) };
  } catch (problem) {
    search.value = { kind: "failed", failure: problem instanceof CallFailure ? problem : new CallFailure("broken") };
  }
}

export function FindPatient() {
  const field = useRef<HTMLInputElement>(null);
  const [isTooShort, setTooShort] = useState(false);
  useEffect(() => {
    if (search.value.kind === "idle") field.current?.focus();
    restoreScroll();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = typed.value.trim();
    setTooShort(text.length < 2);
    if (text.length >= 2) void find(text);
  };
  return (
    <>
      <ScreenBar title={t("find_patient")} />
      <main class="page">
        <form class="find-form" role="search" onSubmit={submit}>
          <div class="field">
            <label for="find">{t("find_label")}</label>
            <input
              ref={field}
              id="find"
              type="search"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              enterkeyhint="search"
              aria-describedby="find-note"
              value={typed.value}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
            <p class="note" id="find-note">
              {isTooShort ? t("find_too_short") : t("find_note")}
            </p>
          </div>
          <button type="submit" class="button primary wide" disabled={!isReachable.value}>
            {t("find")}
          </button>
          {!isReachable.value && <p class="note needs-connection">{t("needs_connection")}</p>}
        </form>
        <Outcome />
      </main>
      <TabBar />
    </>
  );
}

function Outcome() {
  const state = search.value;
  switch (state.kind) {
    case "idle":
      return null;
    case "searching":
      return <Skeleton rows={3} size="row" />;
    case "failed":
      return <Failed failure={state.failure} retry={() => void find(typed.value.trim())} />;
    case "found":
      return <Found text={state.text} answer={state.answer} />;
  }
}

function Found({ text, answer }: { text: string; answer: FoundPatients }) {
  const { patients, truncated } = answer;
  if (patients.length === 0) {
    return (
      <Empty title={t("find_none", { text })}>
        <p>{t("find_none_next")}</p>
      </Empty>
    );
  }
  return (
    <>
      <p role="status">
        {truncated
          ? t("find_truncated", { count: count(patients.length) })
          : t("find_count", { count: count(patients.length), text })}
      </p>
      <ul class="card rows">
        {patients.map((row) => (
          <li key={row.patient.id}>
            <PatientRow row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}
