// One message in quarantine: why it waits, its text, and what can be done about it.
import { useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { QuarantineDetail, ReplayAnswer } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { Sheet } from "../shared/components/sheet.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { count, dateTime } from "../shared/format.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { Link } from "../shared/router.tsx";
import { AdminFrame } from "./frame.tsx";
import { reasonWord, ta } from "./words.ts";

export function AdminMessage({ number }: { number: string }) {
  const resource = useResource(at.quarantined(number), []);
  return (
    <AdminFrame title={ta("message_number", { number })} status={<FreshBar resource={resource} kinds={[]} />}>
      <p>
        <Link to="/admin/quarantine" class="button">
          {ta("quarantine")}
        </Link>
      </p>
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={2} size="card" />}>
        {(data) => <Message data={data} reload={() => void resource.refresh()} />}
      </Loadable>
    </AdminFrame>
  );
}

type Outcome =
  | { kind: "none" }
  | { kind: "sending" }
  | { kind: "replayed"; answer: ReplayAnswer }
  | { kind: "discarded" }
  | { kind: "failed"; detail: string | null };

function Message({ data, reload }: { data: QuarantineDetail; reload: () => void }) {
  /** Null while the message is left as it was received. */
  const [edited, setEdited] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<Outcome>({ kind: "none" });
  const [isDiscarding, setDiscarding] = useState(false);

  const attempt = async (what: () => Promise<Outcome>) => {
    setOutcome({ kind: "sending" });
    try {
      setOutcome(await what());
      reload();
    } catch (problem) {
      setOutcome({ kind: "failed", detail: problem instanceof CallFailure ? problem.detail : null });
    }
  };
  const replay = () =>
    attempt(async () => ({ kind: "replayed", answer: await calls.replayMessage(data.number, edited) }));
  const discard = (reason: string) =>
    attempt(async () => {
      await calls.discardMessage(data.number, reason);
      return { kind: "discarded" };
    });

  const isWaiting = data.state === "open";
  const isBlocked = outcome.kind === "sending" || !isReachable.value;
  return (
    <>
      <Facts data={data} />
      <section class="card padded" aria-labelledby="text-title">
        <h2 id="text-title">{ta("message_text")}</h2>
        <p class="note">{ta("audited_note")}</p>
        {edited === null ? (
          <MessageText text={data.text} where={data.reason.where} />
        ) : (
          <div class="field">
            <label class="visually-hidden" for="message">
              {ta("message_text")}
            </label>
            <textarea
              id="message"
              class="message-editor"
              rows={12}
              spellcheck={false}
              wrap="off"
              value={edited}
              onInput={(event) => setEdited(event.currentTarget.value)}
            />
            <p class="note">{ta("message_edit_note")}</p>
          </div>
        )}
        <OutcomeNote outcome={outcome} />
        {isWaiting && (
          <div class="admin-actions">
            <button type="button" class="button primary" disabled={isBlocked} onClick={() => void replay()}>
              {outcome.kind === "sending" ? ta("replaying") : edited === null ? ta("replay") : ta("replay_edited")}
            </button>
            <button type="button" class="button" onClick={() => setEdited(edited === null ? data.text : null)}>
              {edited === null ? ta("message_edit") : ta("message_edit_stop")}
            </button>
            <button type="button" class="button danger" disabled={isBlocked} onClick={() => setDiscarding(true)}>
              {ta("discard")}
            </button>
          </div>
        )}
      </section>
      {isDiscarding && (
        <DiscardSheet
          number={data.number}
          onClose={() => setDiscarding(false)}
          onDiscard={(reason) => void discard(reason)}
        />
      )}
    </>
  );
}

function Facts({ data }: { data: QuarantineDetail }) {
  const facts: [label: string, value: string][] = [
    [ta("reason"), reasonWord(data.reason)],
    [ta("place_in_message"), data.reason.where ?? ta("not_known")],
    [ta("feed"), data.feed],
    [ta("received"), dateTime(data.received_at)],
    [ta("control_id"), data.control_id ?? ta("not_known")],
    [data.type ?? ta("message_type_unknown"), ta("size_bytes", { count: count(data.size) })],
  ];
  return (
    <section class="card padded">
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Segments numbered; the one the reason points at is marked by a bar and weight. */
function MessageText({ text, where }: { text: string; where: string | null }) {
  const segment = where?.slice(0, 3) ?? null;
  return (
    <div class="message-text" role="group" aria-label={ta("message_text")} tabIndex={0}>
      <ol>
        {text.split("\n").map((line, index) => (
          <li key={index} class={segment !== null && line.startsWith(segment) ? "suspect" : undefined}>
            <code>{line}</code>
          </li>
        ))}
      </ol>
    </div>
  );
}

function OutcomeNote({ outcome }: { outcome: Outcome }) {
  const [isGood, sentence] = outcomeSentence(outcome);
  return (
    <p class={sentence === "" ? "visually-hidden" : isGood ? "outcome good" : "outcome bad"} role="status">
      {sentence}
    </p>
  );
}

function outcomeSentence(outcome: Outcome): [isGood: boolean, sentence: string] {
  switch (outcome.kind) {
    case "none":
    case "sending":
      return [true, ""];
    case "replayed":
      if (outcome.answer.state === "applied") return [true, ta("replayed_applied")];
      return [
        false,
        ta("replayed_again", { reason: outcome.answer.reason ? reasonWord(outcome.answer.reason) : ta("not_known") }),
      ];
    case "discarded":
      return [true, ta("discarded_done")];
    case "failed":
      return [false, outcome.detail ? ta("publish_refused", { detail: outcome.detail }) : ta("publish_failed")];
  }
}

interface DiscardSheetProps {
  number: number;
  onClose: () => void;
  onDiscard: (reason: string) => void;
}

function DiscardSheet({ number, onClose, onDiscard }: DiscardSheetProps) {
  const [reason, setReason] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    onDiscard(reason.trim());
    onClose();
  };
  return (
    <Sheet title={ta("discard_title", { number })} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <div class="field">
          <label for="discard-reason">{ta("discard_why")}</label>
          <textarea
            id="discard-reason"
            rows={3}
            required
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <p class="note">{ta("discard_note")}</p>
        </div>
        <button type="submit" class="button danger wide" disabled={reason.trim().length < 3}>
          {ta("discard")}
        </button>
      </form>
    </Sheet>
  );
}
