// Messages that were received and kept but could not be applied.
import { signal } from "@preact/signals";
import type { QuarantineItem, QuarantineState } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { Segments } from "../shared/components/sheet.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { count, whenShort } from "../shared/format.ts";
import { useResource } from "../shared/resources.ts";
import { Link } from "../shared/router.tsx";
import { AdminFrame } from "./frame.tsx";
import { reasonWord, ta } from "./words.ts";

const kStates: readonly QuarantineState[] = ["open", "replayed", "discarded"];
const chosenState = signal<QuarantineState>("open");

export function AdminQuarantine() {
  const state = chosenState.value;
  const resource = useResource(at.quarantine(state), ["feeds"]);
  return (
    <AdminFrame title={ta("quarantine")} status={<FreshBar resource={resource} kinds={[]} />}>
      <Segments
        label={ta("messages")}
        options={kStates.map((value) => ({ value, label: ta(`quarantine_${value}`) }))}
        chosen={state}
        onChoose={(value) => {
          chosenState.value = value;
        }}
      />
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={4} size="row" />}>
        {(data) => <Items items={data.items} state={state} />}
      </Loadable>
    </AdminFrame>
  );
}

function Items({ items, state }: { items: readonly QuarantineItem[]; state: QuarantineState }) {
  if (items.length === 0) {
    return <Empty title={ta(`none_${state}`)}>{state === "open" && <p class="note">{ta("none_open_note")}</p>}</Empty>;
  }
  return (
    <ul class="card rows">
      {items.map((item) => (
        <li key={item.number}>
          <Link to={`/admin/quarantine/${item.number}`} class="message-row">
            <span class="row-name">
              {item.type ?? ta("message_type_unknown")} · {item.feed}
            </span>
            <span class="note message-when">{whenShort(item.received_at, now.value)}</span>
            <span class="message-reason">
              {reasonWord(item.reason)}
              {item.reason.where && <span class="note"> {item.reason.where}</span>}
            </span>
            <span class="note message-size">{ta("size_bytes", { count: count(item.size) })}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
