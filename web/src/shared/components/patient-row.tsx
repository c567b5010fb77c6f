import type { PatientRow as Row } from "../api-types.ts";
import { now } from "../clock.ts";
import { birth, nhsNumber, patientName } from "../format.ts";
import { t } from "../i18n.ts";
import { Link } from "../router.tsx";
import { placeWords } from "../words.ts";
import { Icon } from "./icons.tsx";
import { NewsChip } from "./news-chip.tsx";
import { AlertChip } from "./severity.tsx";

/** One patient in a list. Similar names are marked and then carry their number as well. */
export function PatientRow({ row }: { row: Row }) {
  const { patient } = row;
  return (
    <Link to={`/patient/${patient.id}`} class={patient.deceased ? "patient-row deceased" : "patient-row"}>
      <span class="row-name">
        {patientName(patient)}
        {row.starred && (
          <span class="starred">
            <Icon name="star" isFilled />
            <span class="visually-hidden">{t("starred")}</span>
          </span>
        )}
      </span>
      <span class="row-side">
        {row.news2 ? <NewsChip news2={row.news2} /> : <span class="note">{t("news2_none")}</span>}
      </span>
      <span class="row-facts">
        <span class="note">
          {placeWords(row.place)} · {t("born")} {birth(patient, now.value)}
        </span>
        {row.similar_name && <Identity row={row} />}
        {row.reason && <span class="row-reason">{row.reason}</span>}
        <Chips row={row} />
      </span>
    </Link>
  );
}

function Identity({ row }: { row: Row }) {
  const { nhs_number: number, mrn } = row.patient;
  return (
    <span class="note">
      {number ? `${t("nhs_number")} ${nhsNumber(number)}` : `${t("hospital_number")} ${mrn ?? t("not_recorded")}`}
    </span>
  );
}

function Chips({ row }: { row: Row }) {
  const hasChips = row.open_alerts.length > 0 || row.similar_name || row.patient.deceased;
  if (!hasChips) return null;
  return (
    <span class="row-chips">
      {row.patient.deceased && <span class="chip quiet">{t("died")}</span>}
      {row.open_alerts.map((alert) => (
        <AlertChip key={alert.id} severity={alert.severity} label={alert.label} />
      ))}
      {row.similar_name && <span class="chip similar">{t("similar_name")}</span>}
    </span>
  );
}
