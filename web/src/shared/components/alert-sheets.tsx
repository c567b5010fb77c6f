// The sheets behind an alert's buttons. Each names the patient again before the act.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { act, type Act } from "../alert-acts.ts";
import type { AlertCard, TriageOutcome } from "../api-types.ts";
import { at } from "../calls.ts";
import { serverTime } from "../clock.ts";
import { duration, patientName, time } from "../format.ts";
import { t } from "../i18n.ts";
import { isReachable } from "../live.ts";
import { useResource } from "../resources.ts";
import { currentMe } from "../session.ts";
import { labelWords, outcomeWord, reasonWord, roleWord } from "../words.ts";
import { Choices, Sheet } from "./sheet.tsx";
import { Failed, Skeleton } from "./states.tsx";

interface AlertSheetProps {
  alert: AlertCard;
  onClose: () => void;
}

const aboutAlert = (alert: AlertCard) => `${patientName(alert.patient)} · ${labelWords(alert.label)}`;

export function MoreSheet({ alert, onClose, children }: AlertSheetProps & { children: ComponentChildren }) {
  return (
    <Sheet title={t("more_actions")} about={aboutAlert(alert)} onClose={onClose}>
      <div class="stack">{children}</div>
    </Sheet>
  );
}

export function HandOverSheet({ alert, onClose }: AlertSheetProps) {
  const onDuty = useResource(at.onDuty(), ["lists", "alerts"]);
  const [to, setTo] = useState<string | null>(null);
  const me = currentMe()?.account.id;
  const people = onDuty.loaded.value?.data.people.filter((person) => person.on_duty && person.id !== me);
  const failure = onDuty.failure.value;
  return (
    <Sheet title={t("hand_over_title")} about={aboutAlert(alert)} onClose={onClose}>
      {!people && failure && <Failed failure={failure} retry={() => void onDuty.refresh()} />}
      {!people && !failure && <Skeleton rows={4} size="line" />}
      {people?.length === 0 && <p>{t("nobody_on_duty")}</p>}
      {people && people.length > 0 && (
        <Choices
          legend={t("on_duty_now")}
          name="hand-over-to"
          options={people.map((person) => ({ value: person.id, label: person.name, note: roleWord(person.role) }))}
          chosen={to}
          onChoose={setTo}
        />
      )}
      <ConfirmAct
        alert={alert}
        what={to === null ? null : { name: "hand-over", to }}
        label={t("hand_over")}
        onClose={onClose}
      />
    </Sheet>
  );
}

const kSnoozeReasons = ["awaiting_repeat", "reviewed_elsewhere", "in_procedure", "being_treated"] as const;
const kSnoozeMinutes = ["30", "60", "120", "240"] as const;

export function SnoozeSheet({ alert, onClose }: AlertSheetProps) {
  const [reason, setReason] = useState<(typeof kSnoozeReasons)[number] | null>(null);
  const [minutes, setMinutes] = useState<(typeof kSnoozeMinutes)[number] | null>(null);
  const longest = alert.snooze_most_seconds ?? Infinity;
  const until = minutes === null ? null : new Date(serverTime() + Number(minutes) * 60_000).toISOString();
  return (
    <Sheet title={t("snooze_title")} about={aboutAlert(alert)} onClose={onClose}>
      <Choices
        legend={t("snooze_why")}
        name="snooze-reason"
        options={kSnoozeReasons.map((value) => ({ value, label: reasonWord(value) }))}
        chosen={reason}
        onChoose={setReason}
      />
      <Choices
        legend={t("snooze_how_long")}
        name="snooze-until"
        options={kSnoozeMinutes
          .filter((value) => Number(value) * 60 <= longest)
          .map((value) => ({
            value,
            label: duration(Number(value) * 60_000),
            note: t("until_time", { time: time(serverTime() + Number(value) * 60_000) }),
          }))}
        chosen={minutes}
        onChoose={setMinutes}
      />
      <ConfirmAct
        alert={alert}
        what={reason === null || until === null ? null : { name: "snooze", until, reason }}
        label={t("snooze")}
        onClose={onClose}
      />
    </Sheet>
  );
}

const kOutcomes: Record<AlertCard["rule"], readonly TriageOutcome[]> = {
  aki: ["needs_review_now", "follow_up", "treated", "already_known", "not_aki_ckd", "not_aki_falling"],
  news2: ["needs_review_now", "follow_up", "treated", "already_known"],
  critical_result: ["needs_review_now", "follow_up", "treated", "already_known"],
};

/** One tap says what was found. */
export function TriageSheet({ alert, onClose }: AlertSheetProps) {
  const choose = (outcome: TriageOutcome) => {
    void act(alert, { name: "triage", outcome });
    onClose();
  };
  return (
    <Sheet title={t("say_outcome")} about={aboutAlert(alert)} onClose={onClose}>
      <div class="stack">
        {kOutcomes[alert.rule].map((outcome) => (
          <button
            key={outcome}
            type="button"
            class="button wide"
            disabled={!isReachable.value}
            onClick={() => choose(outcome)}
          >
            {outcomeWord(outcome)}
          </button>
        ))}
      </div>
    </Sheet>
  );
}

const kNotUsefulReasons = [
  "known_chronic",
  "already_acting",
  "sample_problem",
  "wrong_team",
  "duplicate",
  "end_of_life_care",
] as const;

export function NotUsefulSheet({ alert, onClose }: AlertSheetProps) {
  const choose = (reason: string) => {
    void act(alert, { name: "not-useful", reason });
    onClose();
  };
  return (
    <Sheet title={t("not_useful_title")} about={aboutAlert(alert)} onClose={onClose}>
      <p class="note">{t("not_useful_note")}</p>
      <div class="stack">
        {kNotUsefulReasons.map((reason) => (
          <button
            key={reason}
            type="button"
            class="button wide"
            disabled={!isReachable.value}
            onClick={() => choose(reason)}
          >
            {reasonWord(reason)}
          </button>
        ))}
      </div>
    </Sheet>
  );
}

interface ConfirmActProps extends AlertSheetProps {
  /** Null until everything is chosen. */
  what: Act | null;
  label: string;
}

function ConfirmAct({ alert, what, label, onClose }: ConfirmActProps) {
  const confirm = () => {
    if (what) void act(alert, what);
    onClose();
  };
  return (
    <>
      <button
        type="button"
        class="button primary wide"
        disabled={what === null || !isReachable.value}
        onClick={confirm}
      >
        {label}
      </button>
      {!isReachable.value && <p class="note needs-connection">{t("needs_connection")}</p>}
    </>
  );
}
