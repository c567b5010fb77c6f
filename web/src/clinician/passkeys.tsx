// A person's own passkeys: what they are, which there are, adding, naming and removing them.
import { useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { Passkey } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ScreenBar, TabBar } from "../shared/components/chrome.tsx";
import { ConfirmPerson, type Proof } from "../shared/components/confirm-person.tsx";
import { FormError } from "../shared/components/fields.tsx";
import { Sheet } from "../shared/components/sheet.tsx";
import { Failed, Skeleton } from "../shared/components/states.tsx";
import { whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { canUsePasskeys, createPasskey, PasskeyProblem } from "../shared/passkeys.ts";
import { useResource } from "../shared/resources.ts";

type Open = { kind: "add" } | { kind: "rename" | "remove"; passkey: Passkey } | null;

const kNameLongest = 60;

export function Passkeys() {
  const resource = useResource(at.passkeys(), []);
  const [open, setOpen] = useState<Open>(null);
  const data = resource.loaded.value?.data;
  const failure = resource.failure.value;
  const close = () => setOpen(null);
  const done = () => {
    close();
    void resource.refresh();
  };
  return (
    <>
      <ScreenBar title={t("passkeys")} backTo="/more" />
      <main class="page">
        <p>{t("passkeys_note")}</p>
        {!data && failure && <Failed failure={failure} retry={() => void resource.refresh()} />}
        {!data && !failure && <Skeleton rows={2} size="row" />}
        {data && data.passkeys.length > 0 && (
          <ul class="card rows">
            {data.passkeys.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} onOpen={(kind) => setOpen({ kind, passkey })} />
            ))}
          </ul>
        )}
        {data && data.passkeys.length === 0 && data.available && <p class="note">{t("passkeys_none")}</p>}
        {data && !data.available && <p class="state-note">{t("passkeys_off")}</p>}
        {data?.available && !canUsePasskeys() && <p class="state-note">{t("passkeys_no_browser")}</p>}
        {data?.available && canUsePasskeys() && (
          <button
            type="button"
            class="button primary wide"
            disabled={!isReachable.value}
            onClick={() => setOpen({ kind: "add" })}
          >
            {t("passkey_add")}
          </button>
        )}
        {data?.passkeys.length === 1 && <p class="note">{t("passkeys_second")}</p>}
        {open?.kind === "add" && <AddSheet onDone={done} onClose={close} />}
        {open?.kind === "rename" && <RenameSheet passkey={open.passkey} onDone={done} onClose={close} />}
        {open?.kind === "remove" && <RemoveSheet passkey={open.passkey} onDone={done} onClose={close} />}
      </main>
      <TabBar />
    </>
  );
}

interface RowProps {
  passkey: Passkey;
  onOpen: (kind: "rename" | "remove") => void;
}

function PasskeyRow({ passkey, onOpen }: RowProps) {
  return (
    <li class="passkey-row">
      <p>
        <b>{passkey.name}</b>
        <span class="note block">
          {passkey.last_used_at
            ? t("device_last_used", { when: whenShort(passkey.last_used_at, now.value) })
            : t("passkey_unused")}
        </span>
        <span class="note block">{t("passkey_since", { when: whenShort(passkey.created_at, now.value) })}</span>
        {passkey.is_synced && <span class="note block">{t("passkey_synced")}</span>}
      </p>
      {passkey.blocked_at && <p class="alarm">{t("passkey_blocked_note")}</p>}
      <div class="passkey-acts">
        <button
          type="button"
          class="button"
          aria-label={t("passkey_rename_this", { name: passkey.name })}
          disabled={!isReachable.value}
          onClick={() => onOpen("rename")}
        >
          {t("passkey_rename")}
        </button>
        <button
          type="button"
          class="button danger"
          aria-label={t("passkey_remove_this", { name: passkey.name })}
          disabled={!isReachable.value}
          onClick={() => onOpen("remove")}
        >
          {t("passkey_remove")}
        </button>
      </div>
    </li>
  );
}

interface SheetProps {
  onDone: () => void;
  onClose: () => void;
}

function NameField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div class="field">
      <label for="passkey-name">{t("passkey_name")}</label>
      <input
        id="passkey-name"
        autocomplete="off"
        maxLength={kNameLongest}
        required
        aria-describedby="passkey-name-note"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="note" id="passkey-name-note">
        {t("passkey_name_note")}
      </p>
    </div>
  );
}

function AddSheet({ onDone, onClose }: SheetProps) {
  const [name, setName] = useState("");
  const add = async (proof: Proof) => {
    await calls.stepUp(proof);
    const { publicKey } = await calls.passkeyOptions();
    await calls.addPasskey({ name: name.trim(), passkey: await createPasskey(publicKey) });
    onDone();
  };
  return (
    <Sheet title={t("passkey_add")} onClose={onClose}>
      <ConfirmPerson
        id="passkey-password"
        label={t("continue")}
        busyLabel={t("passkey_adding")}
        isComplete={name.trim() !== ""}
        onProof={add}
        failure={addFailure}
      >
        <NameField value={name} onChange={setName} />
        <p class="note">{t("passkey_confirm_why")}</p>
      </ConfirmPerson>
    </Sheet>
  );
}

function addFailure(problem: unknown): string {
  const isThere =
    (problem instanceof PasskeyProblem && problem.kind === "exists") ||
    (problem instanceof CallFailure && problem.kind === "conflict");
  return t(isThere ? "passkey_exists" : "passkey_add_failed");
}

function RemoveSheet({ passkey, onDone, onClose }: SheetProps & { passkey: Passkey }) {
  const remove = async (proof: Proof) => {
    await calls.stepUp(proof);
    await calls.removePasskey(passkey.id);
    onDone();
  };
  const failure = (problem: unknown) =>
    t(problem instanceof CallFailure && problem.kind === "conflict" ? "passkey_last" : "passkey_failed");
  return (
    <Sheet title={t("passkey_remove_title")} about={passkey.name} onClose={onClose}>
      <ConfirmPerson
        id="passkey-password"
        label={t("passkey_remove")}
        busyLabel={t("passkey_removing")}
        isComplete
        onProof={remove}
        failure={failure}
      >
        <p>{t("passkey_remove_note")}</p>
      </ConfirmPerson>
    </Sheet>
  );
}

function RenameSheet({ passkey, onDone, onClose }: SheetProps & { passkey: Passkey }) {
  const [name, setName] = useState(passkey.name);
  const [hasFailed, setFailed] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setFailed(false);
    try {
      await calls.renamePasskey(passkey.id, name.trim());
      onDone();
    } catch {
      setFailed(true);
    }
  };
  return (
    <Sheet title={t("passkey_rename")} about={passkey.name} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <NameField value={name} onChange={setName} />
        <FormError text={hasFailed ? t("passkey_failed") : null} />
        <button type="submit" class="button primary wide" disabled={name.trim() === "" || !isReachable.value}>
          {t("passkey_save")}
        </button>
      </form>
    </Sheet>
  );
}
