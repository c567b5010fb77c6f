// One alert: what, who, why it fired, who has it, and what can be done. Used in the inbox, on the
// alert's own page and at the switchboard.
import { useEffect, useState } from "preact/hooks";
import { touched, type Touched } from "../alert-acts.ts";
import type { AlertCard as Alert } from "../api-types.ts";
import { now, serverTime } from "../clock.ts";
import { ago, birth, nhsNumber, patientName, time, whenShort } from "../format.ts";
import { t } from "../i18n.ts";
import { Link } from "../router.tsx";
import { currentMe } from "../session.ts";
import { labelWords, outcomeWord, personWords, placeWords, reasonWord, roleWord } from "../words.ts";
import { AlertActions } from "./alert-actions.tsx";
import { AlertReasons } from "./alert-reasons.tsx";
import { Icon } from "./icons.tsx";
import { SeverityChip } from "./severity.tsx";

interface AlertCardProps {
  alert: Alert;
  /** On the patient's own page the banner already says who it is. */
  isOwnPage?: boolean;
}

export function AlertCard({ alert, isOwnPage }: AlertCardProps) {
  const entry = touched.value.get(alert.id);
  const headingId = `alert-${alert.id}`;
  return (
    <article class={`card alert-card ${alert.severity}`} aria-labelledby={headingId} data-alert={alert.id}>
      <div class="alert-head">
        <SeverityChip severity={alert.severity} />
        <span class="note">
          {t("time_and_age", { time: time(alert.opened_at), ago: ago(alert.opened_at, now.value) })}
        </span>
      </div>
      {isOwnPage ? <h2 id={headingId}>{labelWords(alert.label)}</h2> : <Who alert={alert} headingId={headingId} />}
      {!isOwnPage && alert.rule !== "critical_result" && <p class="alert-label">{labelWords(alert.label)}</p>}
      <Marks alert={alert} />
      <AlertReasons alert={alert} />
      <Cautions alert={alert} />
      <OwnerLine alert={alert} />
      {entry && <ActNotice alert={alert} entry={entry} />}
      <UndoOrActions alert={alert} entry={entry} isOwnPage={isOwnPage ?? false} />
    </article>
  );
}

function Who({ alert, headingId }: { alert: Alert; headingId: string }) {
  const { patient } = alert;
  return (
    <>
      <h2 class="alert-who">
        <Link to={`/patient/${patient.id}`}>
          <span id={headingId}>{patientName(patient)}</span>
        </Link>
      </h2>
      <p class="note alert-identity">
        <span>{placeWords(alert.place)}</span>
        <span>
          {t("born")} {birth(patient, now.value)}
        </span>
        {patient.nhs_number && (
          <span>
            {t("nhs_number")} {nhsNumber(patient.nhs_number)}
          </span>
        )}
      </p>
    </>
  );
}

/** Amended and withdrawn alerts say so first, because somebody may have seen the old one. */
function Marks({ alert }: { alert: Alert }) {
  const { amended, retracted } = alert;
  return (
    <>
      {retracted && (
        <p class="mark critical-mark">
          {t("alert_retracted", { time: whenShort(retracted.at, now.value), reason: reasonWord(retracted.reason) })}
        </p>
      )}
      {amended && (
        <p class="mark urgent-mark">
          {t("alert_amended", {
            from: labelWords(amended.from),
            to: labelWords(amended.to),
            time: whenShort(amended.at, now.value),
          })}
        </p>
      )}
    </>
  );
}

function Cautions({ alert }: { alert: Alert }) {
  const { chronic_kidney_disease, dialysis, comments } = alert.context;
  const cautions = [chronic_kidney_disease ? t("caution_ckd") : null, dialysis ? t("caution_dialysis") : null].filter(
    (caution) => caution !== null,
  );
  return (
    <>
      {cautions.length > 0 && (
        <ul class="cautions">
          {cautions.map((caution) => (
            <li key={caution}>{caution}</li>
          ))}
        </ul>
      )}
      {comments.map((comment) => (
        <p key={comment} class="note">
          {comment}
        </p>
      ))}
    </>
  );
}

function OwnerLine({ alert }: { alert: Alert }) {
  const { owner, outcome, next_step: next } = alert;
  return (
    <div class="owner-lines">
      {owner && (
        <p class="owner-line">
          <Icon name="person" />
          <span>{ownerSentence(alert)}</span>
        </p>
      )}
      {alert.state === "snoozed" && alert.snoozed_until && (
        <p class="owner-line">
          <Icon name="clock" />
          <span>
            {t("snoozed_until", { time: whenShort(alert.snoozed_until, now.value) })}
            {alert.snooze_reason && ` – ${reasonWord(alert.snooze_reason)}`}
          </span>
        </p>
      )}
      {outcome && (
        <p class="owner-line">
          <Icon name="check" />
          <span>
            {t("outcome_line", {
              outcome: outcomeWord(outcome.code),
              name: outcome.by.name,
              time: whenShort(outcome.at, now.value),
            })}
            {outcome.reason && ` – ${reasonWord(outcome.reason)}`}
          </span>
        </p>
      )}
      {next && (
        <p class="owner-line clock-line">
          <Icon name="clock" />
          <span>{t("goes_to", { to: roleWord(next.to), time: time(next.at), left: timeLeft(next.at) })}</span>
        </p>
      )}
      {alert.end_of_chain && !owner && (
        <p class="owner-line ended-line">
          <Icon name="switchboard" />
          <span>{t("chain_ended")}</span>
        </p>
      )}
    </div>
  );
}

function ownerSentence(alert: Alert): string {
  const { owner } = alert;
  if (!owner) return "";
  const since = alert.owned_since ? time(alert.owned_since) : "–";
  const isMine = owner.id === currentMe()?.account.id;
  if (alert.handed_over_by && alert.handover_accepted === false) {
    const by = alert.handed_over_by.name;
    return isMine
      ? t("handed_to_you", { by, time: since })
      : t("handed_to", { by, name: personWords(owner), time: since });
  }
  return isMine ? t("owned_by_you", { time: since }) : t("owned_by", { name: personWords(owner), time: since });
}

function timeLeft(at: string): string {
  const minutes = Math.ceil((Date.parse(at) - now.value) / 60_000);
  return minutes > 0 ? t("in_minutes", { minutes }) : t("time_now");
}

/** What the last act came to, said aloud by screen readers. */
function ActNotice({ alert, entry }: { alert: Alert; entry: Touched }) {
  const { state } = entry;
  return (
    <p class={`act-notice ${state.kind}`} role="status">
      {state.kind === "sending" && t("act_sending")}
      {state.kind === "conflict" && conflictSentence(alert)}
      {state.kind === "failed" && (state.why === "unreachable" ? t("act_failed_unreachable") : t("act_failed"))}
      {state.kind === "done" && state.act === "undo" && t("act_undone")}
    </p>
  );
}

function conflictSentence(alert: Alert): string {
  if (!alert.owner) return t("conflict_changed");
  return t("conflict_taken", { name: alert.owner.name, time: alert.owned_since ? time(alert.owned_since) : "–" });
}

function UndoOrActions({ alert, entry, isOwnPage }: { alert: Alert; entry: Touched | undefined; isOwnPage: boolean }) {
  const undoUntil = alert.undo_until ? Date.parse(alert.undo_until) : 0;
  const seconds = useSecondsUntil(undoUntil);
  const isUndoable = seconds > 0 && alert.actions.includes("undo");
  return (
    <AlertActions
      alert={alert}
      undoSeconds={isUndoable ? seconds : null}
      isSending={entry?.state.kind === "sending"}
      isOwnPage={isOwnPage}
    />
  );
}

/** Whole seconds left, counted down while there are any. */
function useSecondsUntil(end: number): number {
  const left = () => Math.max(0, Math.ceil((end - serverTime()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (left() === 0) return;
    const timer = setInterval(() => {
      setSeconds(left());
      if (left() === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [end]);
  return seconds;
}
