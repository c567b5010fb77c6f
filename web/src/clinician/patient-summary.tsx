// The stay of one patient: encounter, problems, alerts, orders, documents.
import { useState } from "preact/hooks";
import type { AlertCard, PatientPage } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { Icon } from "../shared/components/icons.tsx";
import { NewsChip } from "../shared/components/news-chip.tsx";
import { AlertChip } from "../shared/components/severity.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { dateTime, whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { isReachable } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { Link } from "../shared/router.tsx";
import { outcomeWord, placeWords, statusWord } from "../shared/words.ts";
import { PatientFrame } from "./patient-frame.tsx";

const kSources = ["adt", "orders", "documents"] as const;

export function PatientSummary({ id }: { id: string }) {
  const resource = useResource(at.patient(id), [`patient:${id}`, "alerts"]);
  return (
    <PatientFrame id={id} section="summary" resource={resource} kinds={kSources}>
      <Loadable resource={resource} kinds={kSources} skeleton={<Skeleton rows={4} size="card" />}>
        {(data) => <Summary data={data} />}
      </Loadable>
    </PatientFrame>
  );
}

function Summary({ data }: { data: PatientPage }) {
  return (
    <>
      <Stay data={data} />
      <Problems data={data} />
      <Alerts alerts={data.alerts} />
      <Orders data={data} />
      <Documents data={data} />
      <Star id={data.patient.id} />
    </>
  );
}

function Stay({ data }: { data: PatientPage }) {
  const { encounter, place, patient, news2 } = data;
  return (
    <section class="card padded" aria-labelledby="stay-title">
      <div class="title-line">
        <h2 id="stay-title">{t("stay")}</h2>
        {news2 && <NewsChip news2={news2} />}
      </div>
      <dl class="facts">
        <Fact label={t("place")} value={placeWords(place)} />
        <Fact
          label={t("admitted")}
          value={encounter?.admitted_at ? dateTime(encounter.admitted_at) : t("not_recorded")}
        />
        {encounter?.discharged_at && <Fact label={t("discharged")} value={dateTime(encounter.discharged_at)} />}
        <Fact label={t("stay_reason")} value={encounter?.reason ?? t("not_recorded")} />
        <Fact label={t("consultant")} value={encounter?.consultant ?? t("not_recorded")} />
        <Fact label={t("hospital_number")} value={patient.mrn ?? t("not_recorded")} />
      </dl>
    </section>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Problems({ data }: { data: PatientPage }) {
  return (
    <section class="card padded" aria-labelledby="problems-title">
      <h2 id="problems-title">{t("problems")}</h2>
      {data.problems.length === 0 && <p class="note">{t("problems_none")}</p>}
      <ul class="plain-list">
        {data.problems.map((problem) => (
          <li key={problem.text}>
            {problem.text}
            {problem.recorded_at && <span class="note block">{whenShort(problem.recorded_at, now.value)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Alerts({ alerts }: { alerts: readonly AlertCard[] }) {
  return (
    <section class="card padded" aria-labelledby="alerts-title">
      <h2 id="alerts-title">{t("alerts")}</h2>
      {alerts.length === 0 && <p class="note">{t("alerts_none")}</p>}
      <ul class="plain-list">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <Link to={`/alert/${alert.id}`} class="plain-row">
              <AlertChip severity={alert.severity} label={alert.label} />
              <span class="note">
                {whenShort(alert.opened_at, now.value)} ·{" "}
                {alert.outcome ? outcomeWord(alert.outcome.code) : t(`alert_state_${alert.state}`)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Orders({ data }: { data: PatientPage }) {
  return (
    <section class="card padded" aria-labelledby="orders-title">
      <h2 id="orders-title">{t("orders")}</h2>
      {data.orders.length === 0 && <p class="note">{t("orders_none")}</p>}
      <ul class="plain-list">
        {data.orders.map((order) => (
          <li key={order.id}>
            {order.text}
            <span class="note block">
              {order.ordered_at ? whenShort(order.ordered_at, now.value) : t("time_not_recorded")} ·{" "}
              {statusWord(order.status)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Documents({ data }: { data: PatientPage }) {
  return (
    <section class="card" aria-labelledby="documents-title">
      <h2 id="documents-title" class="card-title">
        {t("documents")}
      </h2>
      {data.documents.length === 0 && <p class="note card-foot">{t("documents_none")}</p>}
      {data.documents.map((document) => (
        <details key={document.id} class="report">
          <summary>
            {document.title}
            <span class="note block">
              {document.date ? whenShort(document.date, now.value) : t("time_not_recorded")} ·{" "}
              {statusWord(document.status)}
            </span>
          </summary>
          <p class="report-text">{document.text ?? t("document_no_text")}</p>
        </details>
      ))}
    </section>
  );
}

type StarState = "idle" | "sending" | "starred" | "unstarred" | "failed";

/** The starred list tells whether the patient is on it. */
function Star({ id }: { id: string }) {
  const starred = useResource(at.listPatients("starred"), ["lists"]);
  const isStarred = starred.loaded.value?.data.patients.some((row) => row.patient.id === id) ?? false;
  const [state, setState] = useState<StarState>("idle");
  const toggle = async () => {
    setState("sending");
    try {
      await calls.starPatient(id, !isStarred);
      await starred.refresh();
      setState(isStarred ? "unstarred" : "starred");
    } catch {
      setState("failed");
    }
  };
  return (
    <>
      <button
        type="button"
        class="button wide"
        aria-pressed={isStarred}
        disabled={state === "sending" || !isReachable.value}
        onClick={() => void toggle()}
      >
        <Icon name="star" isFilled={isStarred} />
        {isStarred ? t("unstar") : t("star")}
      </button>
      <p class="note" role="status">
        {state === "failed" && t("act_failed")}
        {state === "starred" && t("star_done")}
        {state === "unstarred" && t("unstar_done")}
      </p>
    </>
  );
}
