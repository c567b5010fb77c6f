// Fields that stand in more than one form.

const kLeastWords = 10;
const kMostWords = 500;

/** What is too little to say why, the server refuses as well. */
export function saysEnough(text: string): boolean {
  return [...text.trim()].length >= kLeastWords;
}

interface TextFieldProps {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A reason in somebody's own words, 10 to 500 characters. */
export function OwnWords({ id, label, note, value, onChange }: TextFieldProps & { note: string }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={kMostWords}
        aria-describedby={`${id}-note`}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="note" id={`${id}-note`}>
        {note}
      </p>
    </div>
  );
}

/** The name somebody signs in with; `autocomplete` as the browser's password manager needs it. */
export function UserNameField({ id, label, value, onChange, autocomplete }: TextFieldProps & { autocomplete: string }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={autocomplete === "off" ? undefined : "username"}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

/** The password of who is signed in, or about to be. */
export function PasswordField({ id, label, value, onChange }: TextFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={id}
        type="password"
        autocomplete="current-password"
        required
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

/** What went wrong with a form; read aloud when it appears. */
export function FormError({ text }: { text: string | null }) {
  return (
    <p class={text ? "form-error" : "visually-hidden"} role="alert">
      {text}
    </p>
  );
}
