// A sheet from the bottom of the screen. The browser's own dialog keeps the focus inside and closes
// it with Escape.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { Icon } from "./icons.tsx";

interface SheetProps {
  title: string;
  /** Said again before an act: whom it is about. */
  about?: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Sheet({ title, about, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  const closeOnBackdrop = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog class="sheet" ref={dialog} aria-labelledby={headingId} onClose={onClose} onClick={closeOnBackdrop}>
      <div class="sheet-content">
        <div class="sheet-head">
          <div>
            <h2 id={headingId}>{title}</h2>
            {about && <p class="note">{about}</p>}
          </div>
          <button type="button" class="icon-button" aria-label={t("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface ChoicesProps<Value extends string> {
  legend: string;
  name: string;
  options: readonly { value: Value; label: string; note?: string }[];
  chosen: Value | null;
  onChoose: (value: Value) => void;
}

export function Choices<Value extends string>({ legend, name, options, chosen, onChoose }: ChoicesProps<Value>) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class="choice">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={chosen === option.value}
            onChange={() => onChoose(option.value)}
          />
          <span>
            {option.label}
            {option.note && <span class="note block">{option.note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface SegmentsProps<Value extends string> {
  label: string;
  options: readonly { value: Value; label: string }[];
  chosen: Value;
  onChoose: (value: Value) => void;
}

/** A row of buttons of which one is pressed. */
export function Segments<Value extends string>({ label, options, chosen, onChoose }: SegmentsProps<Value>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={chosen === option.value}
          onClick={() => onChoose(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
