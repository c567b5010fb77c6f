// The privacy officer's list: every emergency access, what was looked at, and what a review found.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { BreakGlassCase, BreakGlassState, ReviewOutcome } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { FormError, OwnWords, saysEnough } from "../shared/components/fields.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Choices, Segments, Sheet } from "../shared/components/sheet.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { time, whenShort } from "../shared/format.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { currentMe } from "../shared/session.ts";
import { glassReasonWord, roleWord } from "../shared/words.ts";
import { aboutPatient } from "./audit-log.tsx";
import { AdminFrame } from "./frame.tsx";
import { ta, actionWord } from "./words.ts";

const kStates: readonly BreakGlassState[] = ["waiting", "reviewed"];
const kOutcomes: readonly ReviewOutcome[] = ["justified", "needs_follow_up", "not_justified"];
const chosenState = signal<BreakGlassState>("waiting");

export function PrivacyCases() {
  const state = chosenState.value;
  const resource = useResource(at.breakGlassCases(state), []);
  const [underReview, setUnderReview] = useState<BreakGlassCase | null>(null);
  return (
    <AdminFrame title={ta("privacy")} status={<FreshBar resource={resource} kinds={[]} />}>
      <Segments
        label={ta("privacy")}
        options={kStates.map((value) => ({ value, label: ta(`cases_${value}`) }))}
        chosen={state}
        onChoose={(value) => {
          chosenState.value = value;
        }}
      />
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={3} size="card" />}>
        {(data) =>
          data.cases.length === 0 ? (
            <Empty title={ta(`none_cases_${state}`)} />
          ) : (
            <>
              {data.truncated && <p class="alarm">{ta("cases_truncated", { count: String(data.cases.length) })}</p>}
              {data.cases.map((one) => (
                <Case key={one.id} one={one} onReview={() => setUnderReview(one)} />
              ))}
            </>
          )
        }
      </Loadable>
      {underReview && (
        <ReviewSheet one={underReview} onDone={() => void resource.refresh()} onClose={() => setUnderReview(null)} />
      )}
    </AdminFrame>
  );
}

function Case({ one, onReview }: { one: BreakGlassCase; onReview: () => void }) {
  const isOwn = one.who.id === currentMe()?.account.id;
  return (
    <section class="card padded privacy-case">
      <h2>
        {one.who.name}
        <span class="note block">{roleWord(one.who.role)}</span>
      </h2>
      <p>
        {one.patient ? aboutPatient(one.patient) : ta("case_no_patient")}
        <span class="note block">
          {one.admitted ? ta("case_admitted", { ward: one.place?.ward ?? "?" }) : ta("case_not_admitted")}
        </span>
      </p>
      <p>
        <b>{glassReasonWord(one.reason)}</b>
        <span class="block own-words">{one.text}</span>
      </p>
      <p class="note">{ta("case_opened", { from: whenShort(one.opened_at, now.value), until: time(one.ends_at) })}</p>
      <Uses one={one} />
      {one.review ? (
        <div class="case-review">
          <p>
            <b>{ta(`outcome_${one.review.outcome}`)}</b>
            <span class="block own-words">{one.review.note}</span>
          </p>
          <p class="note">
            {one.review.by.name} · {whenShort(one.review.at, now.value)}
          </p>
        </div>
      ) : (
        <>
          <p class={one.overdue ? "alarm" : "note"}>
            {ta(one.overdue ? "case_overdue" : "case_due", { when: whenShort(one.review_due_at, now.value) })}
          </p>
          {isOwn ? (
            <p class="note">{ta("review_own")}</p>
          ) : (
            <button type="button" class="button wide" onClick={onReview}>
              {ta("review")}
            </button>
          )}
        </>
      )}
    </section>
  );
}

function Uses({ one }: { one: BreakGlassCase }) {
  if (one.uses.length === 0) return <p class="note">{ta("case_no_uses")}</p>;
  return (
    <details>
      <summary>{ta("case_uses", { count: String(one.uses.length) })}</summary>
      <ul class="plain-list">
        {one.uses.map((use) => (
          <li key={use.at + use.action}>
            {actionWord(use.action)} <span class="note">{time(use.at)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ReviewSheetProps {
  one: BreakGlassCase;
  onDone: () => void;
  onClose: () => void;
}

function ReviewSheet({ one, onDone, onClose }: ReviewSheetProps) {
  const [outcome, setOutcome] = useState<ReviewOutcome | null>(null);
  const [note, setNote] = useState("");
  const [trouble, setTrouble] = useState<"review_failed" | "review_done_already" | null>(null);
  const [isSending, setSending] = useState(false);
  const isComplete = outcome !== null && saysEnough(note);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!isComplete || isSending) return;
    setSending(true);
    try {
      await calls.reviewBreakGlass(one.id, { outcome, note: note.trim() });
      onDone();
      onClose();
    } catch (problem) {
      const isDone = problem instanceof CallFailure && problem.kind === "conflict";
      setTrouble(isDone ? "review_done_already" : "review_failed");
      setSending(false);
    }
  };
  return (
    <Sheet title={ta("review")} about={one.who.name} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <Choices
          legend={ta("review_outcome")}
          name="review-outcome"
          options={kOutcomes.map((value) => ({ value, label: ta(`outcome_${value}`) }))}
          chosen={outcome}
          onChoose={setOutcome}
        />
        <OwnWords
          id="review-note"
          label={ta("review_note")}
          note={ta("review_note_note")}
          value={note}
          onChange={setNote}
        />
        <FormError text={trouble && ta(trouble)} />
        <button type="submit" class="button primary wide" disabled={!isComplete || isSending || !isReachable.value}>
          {ta("review_save")}
        </button>
      </form>
    </Sheet>
  );
}
