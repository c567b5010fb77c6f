// The bar under an editor: publish, throw away, and what came of it.
import { isReachable } from "../shared/live.ts";
import type { Publishing } from "./draft.ts";
import { ta } from "./words.ts";

interface PublishBarProps {
  isChanged: boolean;
  publishing: Publishing;
  /** False while what is typed cannot be published. */
  isValid: boolean;
  onPublish: () => void;
  onReset: () => void;
}

export function PublishBar({ isChanged, publishing, isValid, onPublish, onReset }: PublishBarProps) {
  const isSending = publishing.kind === "sending";
  return (
    <div class="publish-bar">
      <p role="status" class={publishing.kind === "failed" || publishing.kind === "conflict" ? "outcome bad" : "note"}>
        {sentence(isChanged, publishing)}
      </p>
      <div class="admin-actions">
        {isChanged && (
          <button type="button" class="button" disabled={isSending} onClick={onReset}>
            {publishing.kind === "conflict" ? ta("load_theirs") : ta("undo_changes")}
          </button>
        )}
        <button
          type="button"
          class="button primary"
          disabled={!isChanged || !isValid || isSending || publishing.kind === "conflict" || !isReachable.value}
          onClick={onPublish}
        >
          {isSending ? ta("publishing") : ta("publish")}
        </button>
      </div>
    </div>
  );
}

function sentence(isChanged: boolean, publishing: Publishing): string {
  switch (publishing.kind) {
    case "conflict":
      return ta("changed_meanwhile");
    case "failed":
      return publishing.detail ? ta("publish_refused", { detail: publishing.detail }) : ta("publish_failed");
    case "done":
      return ta("published");
    default:
      return isChanged ? ta("unpublished_changes") : "";
  }
}
