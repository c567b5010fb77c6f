// Editing a copy of what the server holds, and publishing it against the version it was made from.
import { useState } from "preact/hooks";
import { CallFailure } from "../shared/api.ts";

export type Publishing =
  | { kind: "idle" }
  | { kind: "sending" }
  | { kind: "done" }
  | { kind: "conflict" }
  | { kind: "failed"; detail: string | null };

export interface Draft<Data> {
  data: Data;
  isChanged: boolean;
  publishing: Publishing;
  change: (next: Data) => void;
  /** Back to what the server holds now. */
  reset: () => void;
  publish: (send: (data: Data) => Promise<Data>) => Promise<void>;
}

/** Published data from elsewhere never overwrites what is being typed here. */
export function useDraft<Data extends { version: number }>(current: Data): Draft<Data> {
  const [edited, setEdited] = useState<Data | null>(null);
  const [publishing, setPublishing] = useState<Publishing>({ kind: "idle" });
  return {
    data: edited ?? current,
    isChanged: edited !== null,
    publishing,
    change: (next) => {
      setEdited(next);
      setPublishing({ kind: "idle" });
    },
    reset: () => {
      setEdited(null);
      setPublishing({ kind: "idle" });
    },
    publish: async (send) => {
      if (edited === null) return;
      setPublishing({ kind: "sending" });
      try {
        await send(edited);
        setEdited(null);
        setPublishing({ kind: "done" });
      } catch (problem) {
        const failure = problem instanceof CallFailure ? problem : new CallFailure("broken");
        setPublishing(failure.kind === "conflict" ? { kind: "conflict" } : { kind: "failed", detail: failure.detail });
      }
    },
  };
}
