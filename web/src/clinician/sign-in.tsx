// Sign-in: a passkey; or name and password, then a code when the account asks for one. After an expired session
// or a lock the screens wait behind it, and the person continues where they were.
import { useEffect, useRef, useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";
import * as calls from "../shared/calls.ts";
import { useTitle } from "../shared/components/chrome.tsx";
import { FormError, PasswordField, UserNameField } from "../shared/components/fields.tsx";
import { chooseLanguage, kLanguages, language, t } from "../shared/i18n.ts";
import { canUsePasskeys, PasskeyProblem } from "../shared/passkeys.ts";
import { continueAfterSignIn, keptPerson, type SignedOutReason } from "../shared/session.ts";
import { usePasskeySignIn } from "./passkey-sign-in.ts";
import { Recover } from "./recover.tsx";

type Step = "password" | "code" | "recover";
const kTitles = { password: "sign_in", code: "sign_in_code_title", recover: "recover_title" } as const;

type Trouble = "refused" | "busy" | "unreachable" | "broken" | "passkey" | "passkey_blocked" | "passkey_cancelled";

export function SignIn({ reason }: { reason: SignedOutReason }) {
  useTitle(t("sign_in"));
  const [step, setStep] = useState<Step>("password");
  const [user, setUser] = useState(keptPerson.value?.account.user ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isSending, setIsSending] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);

  const passkey = usePasskeySignIn({
    onSignedIn: continueAfterSignIn,
    onProblem: (problem) => setTrouble(passkeyTroubleOf(problem)),
  });

  useEffect(() => {
    if (step === "code") codeField.current?.focus();
  }, [step]);

  const submit = async (event: Event) => {
    event.preventDefault();
    setIsSending(true);
    setTrouble(null);
    passkey.stop();
    try {
      const answer = await calls.signIn(step === "code" ? { user, password, code } : { user, password });
      if (answer.state === "code_needed") setStep("code");
      else await continueAfterSignIn();
    } catch (problem) {
      setTrouble(troubleOf(problem));
      setCode("");
      passkey.resume();
    } finally {
      setIsSending(false);
    }
  };

  const signInWithPasskey = async () => {
    setIsSending(true);
    setTrouble(null);
    await passkey.signIn();
    setIsSending(false);
  };

  // Making a passkey is a request of its own: the one that waits for a chosen passkey ends.
  const recover = (isWanted: boolean) => {
    setTrouble(null);
    setStep(isWanted ? "recover" : "password");
    if (isWanted) passkey.stop();
    else passkey.resume();
  };

  // Their place is kept until the server has said whether it knows passkeys: nothing moves then.
  const seen = passkey.isPossible ? "" : "unseen";
  return (
    <div class="sign-in">
      <header class="sign-in-head">
        <Mark />
        <h1 tabIndex={-1}>Wardlight</h1>
        <LanguageSwitch />
      </header>
      <main class="sign-in-card">
        <h2>{t(kTitles[step])}</h2>
        <ReasonNote reason={reason} />
        {step === "recover" ? (
          <Recover user={user} onUser={setUser} onBack={() => recover(false)} />
        ) : (
          <form onSubmit={(event) => void submit(event)}>
            {step === "password" ? (
              <>
                <UserNameField
                  id="user"
                  label={t("user_name")}
                  value={user}
                  onChange={setUser}
                  autocomplete="username webauthn"
                />
                <PasswordField id="password" label={t("password")} value={password} onChange={setPassword} />
              </>
            ) : (
              <div class="field">
                <label for="code">{t("one_time_code")}</label>
                <input
                  ref={codeField}
                  id="code"
                  name="code"
                  inputMode="numeric"
                  autocomplete="one-time-code"
                  pattern="[0-9 ]{6,8}"
                  required
                  value={code}
                  onInput={(event) => setCode(event.currentTarget.value)}
                />
                <p class="note">{t("one_time_code_note")}</p>
              </div>
            )}
            <FormError text={trouble && t(`sign_in_${trouble}`)} />
            <button type="submit" class="button primary wide" disabled={isSending}>
              {isSending ? t("signing_in") : step === "code" ? t("continue") : t("sign_in")}
            </button>
            {step === "password" && passkey.isPossible && (
              <button type="button" class="button wide" disabled={isSending} onClick={() => void signInWithPasskey()}>
                {t("sign_in_with_passkey")}
              </button>
            )}
            {step === "code" && (
              <button type="button" class="button wide plain" onClick={() => setStep("password")}>
                {t("back")}
              </button>
            )}
          </form>
        )}
        {step === "password" && canUsePasskeys() && (
          <button
            type="button"
            class={`button wide plain ${seen}`}
            disabled={!passkey.isPossible}
            onClick={() => recover(true)}
          >
            {t("recover_start")}
          </button>
        )}
      </main>
      <footer class="note">{t("sign_in_foot")}</footer>
    </div>
  );
}

function passkeyTroubleOf(problem: unknown): Trouble {
  if (problem instanceof PasskeyProblem) return problem.kind === "cancelled" ? "passkey_cancelled" : "passkey";
  if (problem instanceof CallFailure && problem.where === "passkey_blocked") return "passkey_blocked";
  const trouble = troubleOf(problem);
  return trouble === "refused" ? "passkey" : trouble;
}

function troubleOf(problem: unknown): Trouble {
  const kind = problem instanceof CallFailure ? problem.kind : "broken";
  if (kind === "signed_out" || kind === "no_access" || kind === "invalid") return "refused";
  if (kind === "busy" || kind === "unreachable") return kind;
  return "broken";
}

function ReasonNote({ reason }: { reason: SignedOutReason }) {
  switch (reason) {
    case "expired":
      return <p class="state-note">{t("sign_in_expired")}</p>;
    case "locked":
      return <p class="state-note">{t("sign_in_locked")}</p>;
    case "revoked":
      return <p class="state-note">{t("sign_in_revoked")}</p>;
    case "unreachable":
      return <p class="state-note">{t("sign_in_no_connection")}</p>;
    case "signed_out":
      return <p class="state-note">{t("sign_in_signed_out")}</p>;
    case "none":
      return null;
  }
}

function Mark() {
  return (
    <svg class="sign-in-mark" width="44" height="44" viewBox="0 0 512 512" aria-hidden="true">
      <rect class="mark-ground" width="512" height="512" rx="112" />
      <path
        class="mark-line"
        d="M72 272h92l36-96 64 184 52-136 24 48h100"
        fill="none"
        stroke-width="36"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}

function LanguageSwitch() {
  return (
    <select
      class="language-switch"
      aria-label={t("language")}
      value={language.value}
      onChange={(event) => {
        const chosen = kLanguages.find((candidate) => candidate.id === event.currentTarget.value);
        if (chosen) void chooseLanguage(chosen.id);
      }}
    >
      {kLanguages.map((candidate) => (
        <option key={candidate.id} value={candidate.id} lang={candidate.id}>
          {candidate.name}
        </option>
      ))}
    </select>
  );
}
