// Who may sign in, and where they are signed in: for a lost phone, and for somebody who must stay out.
import { useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import type { AdminAccount, Device } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ConfirmPerson, type Proof } from "../shared/components/confirm-person.tsx";
import { FormError } from "../shared/components/fields.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Sheet } from "../shared/components/sheet.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { currentMe } from "../shared/session.ts";
import { roleWord } from "../shared/words.ts";
import { AdminFrame } from "./frame.tsx";
import { ta } from "./words.ts";

/** More than this are found by typing. */
const kShownMost = 50;

export function AdminAccounts() {
  const resource = useResource(at.accounts(), []);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<AdminAccount | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const run = async (call: () => Promise<unknown>) => {
    setFailed(false);
    await call().catch(() => setFailed(true));
    await resource.refresh();
  };
  return (
    <AdminFrame title={ta("accounts")} status={<FreshBar resource={resource} kinds={[]} />}>
      <p>{ta("accounts_note")}</p>
      <label class="field">
        <span>{ta("accounts_find")}</span>
        <input
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <FormError text={hasFailed ? ta("accounts_failed") : null} />
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={4} size="card" />}>
        {(data) => {
          const found = data.accounts.filter((account) => isNamed(account, text));
          return (
            <>
              {found.length === 0 && <Empty title={ta("accounts_none")} />}
              {found.slice(0, kShownMost).map((account) => (
                <Account key={account.id} account={account} run={run} onAsk={() => setAsked(account)} />
              ))}
              {found.length > kShownMost && <p class="note">{ta("accounts_more", { count: String(kShownMost) })}</p>}
            </>
          );
        }}
      </Loadable>
      {asked && <DisableSheet account={asked} onDone={() => void resource.refresh()} onClose={() => setAsked(null)} />}
    </AdminFrame>
  );
}

function isNamed(account: AdminAccount, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return account.name.toLowerCase().includes(wanted) || account.user.toLowerCase().includes(wanted);
}

interface AccountProps {
  account: AdminAccount;
  run: (call: () => Promise<unknown>) => Promise<void>;
  onAsk: () => void;
}

function Account({ account, run, onAsk }: AccountProps) {
  const isOwn = account.id === currentMe()?.account.id;
  const others = account.devices.filter((device) => !device.is_this);
  const places = [...account.wards, ...account.teams].join(", ");
  return (
    <section class="card padded privacy-case">
      <h2>
        {account.name}
        <span class="note block">
          {account.user} · {roleWord(account.role)}
          {places && ` · ${places}`}
        </span>
      </h2>
      {account.of_directory && <p class="note">{ta("account_of_directory")}</p>}
      {account.disabled && <p class="alarm">{ta("account_disabled")}</p>}
      {account.devices.length > 0 && (
        <details>
          <summary>{ta("account_devices", { count: String(account.devices.length) })}</summary>
          <ul class="plain-list">
            {account.devices.map((device) => (
              <DeviceRow
                key={device.id}
                device={device}
                onEnd={() => void run(() => calls.signOutAccount(account.id, { device: device.id }))}
              />
            ))}
          </ul>
        </details>
      )}
      <div class="passkey-acts">
        {others.length > 0 && (
          <button
            type="button"
            class="button danger"
            disabled={!isReachable.value}
            onClick={() => void run(() => calls.signOutAccount(account.id, {}))}
          >
            {ta("account_sign_out")}
          </button>
        )}
        {!isOwn && (
          <button type="button" class="button" disabled={!isReachable.value} onClick={onAsk}>
            {ta(account.disabled ? "account_enable" : "account_disable")}
          </button>
        )}
      </div>
    </section>
  );
}

function DeviceRow({ device, onEnd }: { device: Device; onEnd: () => void }) {
  return (
    <li class="device-row">
      <p>
        {device.device || t("device_unknown")}
        <span class="note block">
          {device.is_this
            ? t("device_this")
            : t("device_last_used", { when: whenShort(device.last_seen_at, now.value) })}
        </span>
      </p>
      {!device.is_this && (
        <button type="button" class="button danger" disabled={!isReachable.value} onClick={onEnd}>
          {t("device_end")}
        </button>
      )}
    </li>
  );
}

interface DisableProps {
  account: AdminAccount;
  onDone: () => void;
  onClose: () => void;
}

function DisableSheet({ account, onDone, onClose }: DisableProps) {
  const word = ta(account.disabled ? "account_enable" : "account_disable");
  const act = async (proof: Proof) => {
    await calls.stepUp(proof);
    await calls.disableAccount(account.id, { disabled: !account.disabled });
    onDone();
    onClose();
  };
  return (
    <Sheet title={word} about={`${account.name} · ${account.user}`} onClose={onClose}>
      <ConfirmPerson
        id="account-password"
        label={word}
        busyLabel={ta("recovery_sending")}
        isComplete
        onProof={act}
        failure={(problem) =>
          problem instanceof CallFailure && problem.kind === "conflict" ? ta("account_own") : ta("accounts_failed")
        }
      >
        <p>{ta(account.disabled ? "account_enable_note" : "account_disable_note")}</p>
      </ConfirmPerson>
    </Sheet>
  );
}
