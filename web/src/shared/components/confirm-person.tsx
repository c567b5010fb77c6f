// A form that ends with a second look at who holds the device: by the password, or by a passkey.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { CallFailure } from "../api.ts";
import type { PasskeyAssertion } from "../api-types.ts";
import * as calls from "../calls.ts";
import { at } from "../calls.ts";
import { t } from "../i18n.ts";
import { isReachable } from "../live.ts";
import { canUsePasskeys, PasskeyProblem, usePasskey } from "../passkeys.ts";
import { useResource } from "../resources.ts";
import { FormError, PasswordField } from "./fields.tsx";

export type Proof = { password: string } | { passkey: PasskeyAssertion };

interface ConfirmPersonProps {
  /** Of the password field. */
  id: string;
  /** On the button that sends, and while it does. */
  label: string;
  busyLabel: string;
  /** Whether what stands above is filled in. */
  isComplete: boolean;
  /** Rejects when it did not work. */
  onProof: (proof: Proof) => Promise<void>;
  /** What to say when it was something else than the proof. */
  failure: (problem: unknown) => string;
  children: ComponentChildren;
}

export function ConfirmPerson({ id, label, busyLabel, isComplete, onProof, failure, children }: ConfirmPersonProps) {
  const own = useResource(at.passkeys(), []).loaded.value?.data;
  const [password, setPassword] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const canSend = isComplete && !isSending && isReachable.value;
  const hasPasskey = canUsePasskeys() && own?.available === true && own.passkeys.some((one) => one.blocked_at === null);

  const fail = (text: string) => {
    setTrouble(text);
    setPassword("");
    setSending(false);
  };
  const send = async (prove: () => Promise<Proof>) => {
    if (!canSend) return;
    setSending(true);
    setTrouble(null);
    const proof = await prove().catch((problem) => fail(unproven(problem)));
    if (!proof) return;
    await onProof(proof).catch((problem) => fail(refused(problem) ?? failure(problem)));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (password !== "") void send(async () => ({ password }));
  };
  return (
    <form class="stack" onSubmit={submit}>
      {children}
      <PasswordField id={id} label={t("break_glass_password")} value={password} onChange={setPassword} />
      <FormError text={trouble} />
      <button type="submit" class="button primary wide" disabled={!canSend || password === ""}>
        {isSending ? busyLabel : label}
      </button>
      {hasPasskey && (
        <button type="button" class="button wide" disabled={!canSend} onClick={() => void send(provePasskey)}>
          {t("confirm_with_passkey")}
        </button>
      )}
    </form>
  );
}

async function provePasskey(): Promise<Proof> {
  const { publicKey } = await calls.stepUpOptions();
  return { passkey: await usePasskey(publicKey) };
}

/** The device gave no proof, or could not be asked for one. */
function unproven(problem: unknown): string {
  if (!(problem instanceof PasskeyProblem)) return t("passkey_failed");
  return t(problem.kind === "cancelled" ? "sign_in_passkey_cancelled" : "confirm_passkey_refused");
}

/** The server did not take the proof; null when it was something else. */
function refused(problem: unknown): string | null {
  if (!(problem instanceof CallFailure) || problem.kind !== "no_access") return null;
  if (problem.where === "password") return t("break_glass_wrong_password");
  if (problem.where === "passkey_blocked") return t("sign_in_passkey_blocked");
  return problem.where === "passkey" ? t("confirm_passkey_refused") : null;
}
