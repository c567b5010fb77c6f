// With a code of the IT desk: make a new passkey, and be signed in by it.
import { useState } from "preact/hooks";
import * as calls from "../shared/calls.ts";
import { CallFailure } from "../shared/api.ts";
import { FormError, UserNameField } from "../shared/components/fields.tsx";
import { t } from "../shared/i18n.ts";
import { createPasskey, PasskeyProblem } from "../shared/passkeys.ts";
import { continueAfterSignIn } from "../shared/session.ts";

interface RecoverProps {
  user: string;
  onUser: (user: string) => void;
  onBack: () => void;
}

export function Recover({ user, onUser, onBack }: RecoverProps) {
  const [code, setCode] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setTrouble(null);
    try {
      const { publicKey } = await calls.recoveryOptions({ user, code });
      const passkey = await createPasskey(publicKey);
      await calls.useRecovery({ user, code, name: t("recover_passkey_name"), passkey });
      await continueAfterSignIn();
    } catch (problem) {
      setTrouble(troubleOf(problem));
      setSending(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p>{t("recover_note")}</p>
      <UserNameField id="user" label={t("user_name")} value={user} onChange={onUser} autocomplete="username" />
      <div class="field">
        <label for="recovery-code">{t("recover_code")}</label>
        <input
          id="recovery-code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          required
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </div>
      <FormError text={trouble} />
      <button type="submit" class="button primary wide" disabled={isSending}>
        {isSending ? t("passkey_adding") : t("recover_make")}
      </button>
      <button type="button" class="button wide plain" onClick={onBack}>
        {t("back")}
      </button>
    </form>
  );
}

function troubleOf(problem: unknown): string {
  if (problem instanceof PasskeyProblem)
    return t(problem.kind === "exists" ? "passkey_exists" : "sign_in_passkey_cancelled");
  if (!(problem instanceof CallFailure)) return t("sign_in_broken");
  if (problem.kind === "signed_out") return t("recover_refused");
  if (problem.kind === "busy" || problem.kind === "unreachable") return t(`sign_in_${problem.kind}`);
  return t("passkey_add_failed");
}
