// Emergency access: what stands in place of a record without a tie, the form that opens it, and the
// mark on top of every screen of a record that is open by it.
import { useState } from "preact/hooks";
import type { Access, BreakGlassReason } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ConfirmPerson, type Proof } from "../shared/components/confirm-person.tsx";
import { OwnWords, saysEnough } from "../shared/components/fields.tsx";
import { BannerSkeleton, PatientBanner } from "../shared/components/patient-banner.tsx";
import { Choices, Sheet } from "../shared/components/sheet.tsx";
import { SwitchboardNumber } from "../shared/components/states.tsx";
import { birth, patientName, time } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { may } from "../shared/session.ts";
import { glassReasonWord } from "../shared/words.ts";

const kReasons: readonly BreakGlassReason[] = [
  "emergency_treatment",
  "lacks_capacity",
  "safeguarding",
  "legal_requirement",
  "other",
];

interface ClosedRecordProps {
  id: string;
  onOpened: () => void;
}

/** Who it is, for those who may search: nobody should open the wrong record in a hurry. */
export function ClosedBanner({ id, backTo }: { id: string; backTo: string }) {
  const identity = useResource(at.identity(id), []).loaded.value?.data.patient;
  if (identity) return <PatientBanner patient={identity} backTo={backTo} />;
  return <BannerSkeleton backTo={backTo} hasFailed />;
}

/** Says why the record is closed and what can be done. */
export function ClosedRecord({ id, onOpened }: ClosedRecordProps) {
  const [isAsking, setAsking] = useState(false);
  const canOpen = may("patients.break_glass");
  return (
    <section class="card state" role="alert">
      <h2>{t("record_closed")}</h2>
      <p>{t("record_closed_why")}</p>
      <p>{canOpen ? t("record_closed_emergency") : t("failed_no_access_next")}</p>
      <SwitchboardNumber />
      {canOpen && (
        <button type="button" class="button danger" disabled={!isReachable.value} onClick={() => setAsking(true)}>
          {t("break_glass")}
        </button>
      )}
      {isAsking && <BreakGlassSheet id={id} onOpened={onOpened} onClose={() => setAsking(false)} />}
    </section>
  );
}

function BreakGlassSheet({ id, onOpened, onClose }: ClosedRecordProps & { onClose: () => void }) {
  const identity = useResource(at.identity(id), []).loaded.value?.data.patient;
  const [reason, setReason] = useState<BreakGlassReason | null>(null);
  const [text, setText] = useState("");
  const openRecord = async (proof: Proof) => {
    if (reason === null) return;
    await calls.breakGlass(id, { reason, text: text.trim(), ...proof });
    onOpened();
    onClose();
  };
  return (
    <Sheet
      title={t("break_glass_title")}
      about={identity ? `${patientName(identity)} · ${birth(identity, now.value)}` : ""}
      onClose={onClose}
    >
      <ConfirmPerson
        id="break-glass-password"
        label={t("break_glass_open")}
        busyLabel={t("break_glass_opening")}
        isComplete={reason !== null && saysEnough(text)}
        onProof={openRecord}
        failure={() => t("break_glass_failed")}
      >
        <p>{t("break_glass_note")}</p>
        <Choices
          legend={t("break_glass_reason")}
          name="break-glass-reason"
          options={kReasons.map((value) => ({ value, label: glassReasonWord(value) }))}
          chosen={reason}
          onChoose={setReason}
        />
        <OwnWords
          id="break-glass-text"
          label={t("break_glass_text")}
          note={t("break_glass_text_note")}
          value={text}
          onChange={setText}
        />
      </ConfirmPerson>
    </Sheet>
  );
}

interface EmergencyBarProps {
  id: string;
  access: Access | undefined;
  onEnded: () => void;
}

/** Nothing for a record that is open by a tie. */
export function EmergencyBar({ id, access, onEnded }: EmergencyBarProps) {
  if (access?.reason !== "break_glass" || access.until === null) return null;
  const end = async () => {
    await calls.endBreakGlass(id).catch(() => {
      // It ends by itself; the answer to the next reading says whether it has.
    });
    onEnded();
  };
  return (
    <section class="emergency-bar" aria-label={t("break_glass_title")}>
      <p>{t("emergency_until", { time: time(access.until) })}</p>
      <button type="button" class="button" disabled={!isReachable.value} onClick={() => void end()}>
        {t("emergency_end")}
      </button>
    </section>
  );
}
