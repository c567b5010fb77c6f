// My patients: the lists of the signed-in person, those in most need first. What is filtered or
// sorted is always said (CUI hazards PLI108, PLI116).
import { signal } from "@preact/signals";
import type { ListPatients, PatientList } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { ScreenBar, TabBar } from "../shared/components/chrome.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { PatientRow } from "../shared/components/patient-row.tsx";
import { Segments } from "../shared/components/sheet.tsx";
import { Empty, Failed, Loadable, Skeleton } from "../shared/components/states.tsx";
import { count } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { useResource } from "../shared/resources.ts";
import { onForget } from "../shared/session.ts";
import { type ListOrder, kListOrders, matchesFilter, ordered } from "./patient-list-order.ts";

const kSources = ["adt", "obs", "lab"] as const;

/** Kept while the app is open, so that coming back to the list finds it as it was. */
const chosenList = signal<string | null>(null);
const filter = signal("");
const order = signal<ListOrder>("need");
onForget(() => {
  chosenList.value = null;
  filter.value = "";
  order.value = "need";
});

export function MyPatients() {
  const lists = useResource(at.lists(), ["lists"]);
  const all = lists.loaded.value?.data.lists;
  const chosen = all?.find((list) => list.id === chosenList.value) ?? all?.[0];
  const failure = lists.failure.value;
  if (all && chosen) return <ChosenList lists={all} chosen={chosen} />;
  return (
    <>
      <div class="top">
        <ScreenBar title={t("my_patients")} />
        <p class="fresh-bar waiting" role="status">
          {t("loading")}
        </p>
      </div>
      <main class="page">
        {all && (
          <Empty title={t("no_lists")}>
            <p>{t("no_lists_next")}</p>
          </Empty>
        )}
        {!all && failure && <Failed failure={failure} retry={() => void lists.refresh()} />}
        {!all && !failure && <ListSkeleton />}
      </main>
      <TabBar />
    </>
  );
}

function ChosenList({ lists, chosen }: { lists: readonly PatientList[]; chosen: PatientList }) {
  const resource = useResource(at.listPatients(chosen.id), ["lists", "alerts"]);
  return (
    <>
      <div class="top">
        <ScreenBar title={t("my_patients")} />
        <FreshBar resource={resource} kinds={kSources} />
      </div>
      <main class="page">
        <Segments
          label={t("list")}
          options={lists.map((list) => ({
            value: list.id,
            label: list.kind === "starred" ? t("list_starred") : list.label,
          }))}
          chosen={chosen.id}
          onChoose={(id) => {
            chosenList.value = id;
          }}
        />
        <FilterField />
        <Loadable resource={resource} kinds={kSources} skeleton={<Skeleton rows={6} size="row" />}>
          {(data) => <Patients data={data} />}
        </Loadable>
      </main>
      <TabBar />
    </>
  );
}

function ListSkeleton() {
  return (
    <>
      <div class="skeleton-segments" aria-hidden="true" />
      <div class="skeleton-field" aria-hidden="true" />
      <Skeleton rows={6} size="row" />
    </>
  );
}

function FilterField() {
  return (
    <div class="field">
      <label class="visually-hidden" for="filter">
        {t("filter_patients")}
      </label>
      <input
        id="filter"
        type="search"
        placeholder={t("filter_patients")}
        autocomplete="off"
        value={filter.value}
        onInput={(event) => {
          filter.value = event.currentTarget.value;
        }}
      />
    </div>
  );
}

function Patients({ data }: { data: ListPatients }) {
  if (data.patients.length === 0) {
    return (
      <Empty title={data.list.kind === "starred" ? t("no_starred") : t("no_patients")}>
        <p>{data.list.kind === "starred" ? t("no_starred_next") : t("no_patients_next")}</p>
        <EmptyBeds beds={data.beds_empty} />
      </Empty>
    );
  }
  const shown = ordered(
    data.patients.filter((row) => matchesFilter(row, filter.value)),
    order.value,
  );
  return (
    <>
      <div class="list-head">
        <p role="status">{countSentence(shown.length, data.patients.length)}</p>
        <OrderChoice />
      </div>
      {shown.length === 0 ? (
        <Empty title={t("filter_no_match")}>
          <button
            type="button"
            class="button"
            onClick={() => {
              filter.value = "";
            }}
          >
            {t("filter_clear")}
          </button>
        </Empty>
      ) : (
        <ul class="card rows">
          {shown.map((row) => (
            <li key={row.patient.id}>
              <PatientRow row={row} />
            </li>
          ))}
        </ul>
      )}
      {filter.value.trim() === "" && <EmptyBeds beds={data.beds_empty} />}
    </>
  );
}

function countSentence(shown: number, total: number): string {
  if (filter.value.trim() !== "") return t("count_filtered", { shown: count(shown), total: count(total) });
  return total === 1 ? t("count_patients_one") : t("count_patients", { total: count(total) });
}

function OrderChoice() {
  return (
    <select
      class="order-choice"
      aria-label={t("order")}
      value={order.value}
      onChange={(event) => {
        const chosen = kListOrders.find((candidate) => candidate === event.currentTarget.value);
        if (chosen) order.value = chosen;
      }}
    >
      {kListOrders.map((candidate) => (
        <option key={candidate} value={candidate}>
          {t(`order_${candidate}`)}
        </option>
      ))}
    </select>
  );
}

function EmptyBeds({ beds }: { beds: readonly string[] }) {
  if (beds.length === 0) return null;
  return (
    <p class="empty-beds">
      {t("beds_empty")}{" "}
      {beds.map((bed) => (
        <span key={bed} class="bed">
          {bed}
        </span>
      ))}
    </p>
  );
}
