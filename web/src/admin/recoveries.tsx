// The IT desk: a new passkey for somebody who has lost theirs. One administrator begins, another
// confirms and gets the code, which is shown once.
import { useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { Recovery } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ConfirmPerson, type Proof } from "../shared/components/confirm-person.tsx";
import { OwnWords, UserNameField, saysEnough } from "../shared/components/fields.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Sheet } from "../shared/components/sheet.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { currentMe } from "../shared/session.ts";
import { AdminFrame } from "./frame.tsx";
import { ta } from "./words.ts";

type Open = { kind: "begin" } | { kind: "confirm"; recovery: Recovery } | null;

export function AdminRecoveries() {
  const resource = useResource(at.recoveries(), []);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const refresh = () => void resource.refresh();
  const cancel = async (recovery: Recovery) => {
    await calls.cancelRecovery(recovery.id).catch(() => {
      // It may have ended by itself; the list says.
    });
    refresh();
  };
  return (
    <AdminFrame title={ta("recoveries")} status={<FreshBar resource={resource} kinds={[]} />}>
      <p>{ta("recoveries_note")}</p>
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={2} size="card" />}>
        {(data) => (
          <>
            {!data.available && <p class="state-note">{t("passkeys_off")}</p>}
            {data.recoveries.length === 0 && <Empty title={ta("recoveries_none")} />}
            {data.recoveries.map((recovery) => (
              <RecoveryCard
                key={recovery.id}
                recovery={recovery}
                onConfirm={() => setOpen({ kind: "confirm", recovery })}
                onCancel={() => void cancel(recovery)}
              />
            ))}
            {data.available && (
              <button
                type="button"
                class="button primary"
                disabled={!isReachable.value}
                onClick={() => setOpen({ kind: "begin" })}
              >
                {ta("recovery_begin")}
              </button>
            )}
          </>
        )}
      </Loadable>
      {open?.kind === "begin" && <BeginSheet onDone={refresh} onClose={close} />}
      {open?.kind === "confirm" && <ConfirmSheet recovery={open.recovery} onDone={refresh} onClose={close} />}
    </AdminFrame>
  );
}

interface CardProps {
  recovery: Recovery;
  onConfirm: () => void;
  onCancel: () => void;
}

function RecoveryCard({ recovery, onConfirm, onCancel }: CardProps) {
  const me = currentMe()?.account.id;
  const isBarred = me === recovery.started_by.id || me === recovery.who.id;
  return (
    <section class="card padded privacy-case">
      <h2>
        {recovery.who.name}
        <span class="note block">{recovery.who.user}</span>
      </h2>
      <p class="own-words">{recovery.reason}</p>
      {recovery.removes_passkeys && <p>{ta("recovery_removes")}</p>}
      <p class="note">
        {ta("recovery_begun", { who: recovery.started_by.name, when: whenShort(recovery.started_at, now.value) })}
      </p>
      {recovery.confirmed_at && (
        <p class="note">{ta("recovery_waits", { when: whenShort(recovery.confirmed_at, now.value) })}</p>
      )}
      {!recovery.confirmed_at && isBarred && <p class="note">{ta("recovery_other")}</p>}
      <div class="passkey-acts">
        {!recovery.confirmed_at && !isBarred && (
          <button type="button" class="button primary" disabled={!isReachable.value} onClick={onConfirm}>
            {ta("recovery_confirm")}
          </button>
        )}
        <button type="button" class="button danger" disabled={!isReachable.value} onClick={onCancel}>
          {ta("recovery_cancel")}
        </button>
      </div>
    </section>
  );
}

function BeginSheet({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [user, setUser] = useState("");
  const [reason, setReason] = useState("");
  const [removes, setRemoves] = useState(false);
  const begin = async (proof: Proof) => {
    await calls.stepUp(proof);
    await calls.startRecovery({ user: user.trim(), reason: reason.trim(), removes_passkeys: removes });
    onDone();
    onClose();
  };
  return (
    <Sheet title={ta("recovery_begin")} onClose={onClose}>
      <ConfirmPerson
        id="recovery-password"
        label={ta("recovery_begin")}
        busyLabel={ta("recovery_sending")}
        isComplete={user.trim() !== "" && saysEnough(reason)}
        onProof={begin}
        failure={beginFailure}
      >
        <UserNameField id="recovery-user" label={t("user_name")} value={user} onChange={setUser} autocomplete="off" />
        <OwnWords
          id="recovery-reason"
          label={ta("recovery_reason")}
          note={ta("recovery_reason_note")}
          value={reason}
          onChange={setReason}
        />
        <label class="choice">
          <input type="checkbox" checked={removes} onChange={(event) => setRemoves(event.currentTarget.checked)} />
          <span>{ta("recovery_remove_old")}</span>
        </label>
      </ConfirmPerson>
    </Sheet>
  );
}

function beginFailure(problem: unknown): string {
  if (problem instanceof CallFailure && problem.where === "user") {
    if (problem.kind === "not_found") return ta("recovery_no_account");
    if (problem.kind === "conflict") return ta("recovery_under_way");
    if (problem.kind === "no_access") return ta("recovery_own");
  }
  return t("passkey_failed");
}

interface ConfirmSheetProps {
  recovery: Recovery;
  onDone: () => void;
  onClose: () => void;
}

/** Ends with the code, in the same sheet: closed, it is gone. */
function ConfirmSheet({ recovery, onDone, onClose }: ConfirmSheetProps) {
  const [code, setCode] = useState<string | null>(null);
  const confirm = async (proof: Proof) => {
    await calls.stepUp(proof);
    setCode((await calls.confirmRecovery(recovery.id)).code);
    onDone();
  };
  return (
    <Sheet
      title={ta(code === null ? "recovery_confirm_title" : "recovery_code")}
      about={`${recovery.who.name} · ${recovery.who.user}`}
      onClose={onClose}
    >
      {code === null ? (
        <ConfirmPerson
          id="recovery-password"
          label={ta("recovery_confirm")}
          busyLabel={ta("recovery_sending")}
          isComplete
          onProof={confirm}
          failure={() => t("passkey_failed")}
        >
          <p>{ta("recovery_confirm_note")}</p>
          <p class="own-words">{recovery.reason}</p>
        </ConfirmPerson>
      ) : (
        <>
          <p class="recovery-code">{code}</p>
          <p>{ta("recovery_code_note")}</p>
        </>
      )}
    </Sheet>
  );
}
