// A field whose text must mean something: what cannot be read stays as typed, and is said to be wrong.
import { useEffect, useState } from "preact/hooks";
import { ta } from "./words.ts";

interface TypedFieldProps<Value> {
  label: string;
  value: Value;
  write: (value: Value) => string;
  /** Null when the text means nothing. */
  parse: (typed: string) => Value | null;
  placeholder: string;
  onChange: (value: Value) => void;
}

export function TypedField<Value>({ label, value, write, parse, placeholder, onChange }: TypedFieldProps<Value>) {
  const [typed, setTyped] = useState(() => write(value));
  const written = write(value);
  useEffect(() => setTyped(written), [written]);
  const isReadable = parse(typed) !== null;
  const commit = (text: string) => {
    const next = parse(text);
    if (next !== null && write(next) !== written) onChange(next);
    else if (next !== null) setTyped(written);
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input
        autocomplete="off"
        placeholder={placeholder}
        aria-invalid={isReadable ? undefined : true}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => commit(event.currentTarget.value)}
      />
      {!isReadable && <span class="field-problem">{ta("write_as", { example: placeholder })}</span>}
    </label>
  );
}
