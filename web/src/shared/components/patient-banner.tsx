// The fixed banner of one patient, after NHS CUI (MPB rules): full width, name, birth, number; values
// weightier than labels, no colons, nothing clinical in it. The allergy bar stands below.
import type { Allergies, Banner } from "../api-types.ts";
import { now } from "../clock.ts";
import { age, birth, nhsNumber, partialDate, patientName } from "../format.ts";
import { t } from "../i18n.ts";
import { allergySeverityWord, genderWord } from "../words.ts";
import { BackButton, useTitle } from "./chrome.tsx";

export function PatientBanner({ patient, backTo }: { patient: Banner; backTo: string }) {
  useTitle(patientName(patient));
  return (
    <header class={patient.deceased ? "banner deceased" : "banner"} data-patient={patient.id}>
      <BackButton to={backTo} />
      <div>
        <h1 class="banner-name" tabIndex={-1}>
          {patientName(patient)}
        </h1>
        <dl>
          <Pair label={t("born")} value={birth(patient, now.value)} />
          {patient.deceased && <Death patient={patient} />}
          <Pair label={t("gender")} value={genderWord(patient.gender)} />
          <Numbers patient={patient} />
        </dl>
      </div>
    </header>
  );
}

/** The same height before the record is there; never another patient's data. */
export function BannerSkeleton({ backTo, hasFailed }: { backTo: string; hasFailed: boolean }) {
  const title = hasFailed ? t("record_not_opened") : t("opening_record");
  useTitle(title);
  return (
    <header class="banner">
      <BackButton to={backTo} />
      <div>
        <h1 class="banner-name" tabIndex={-1}>
          {title}
        </h1>
        {!hasFailed && (
          <dl>
            <Pair label={t("born")} value="…" />
            <Pair label={t("gender")} value="…" />
            <Pair label={t("nhs_number")} value="…" />
          </dl>
        )}
      </div>
    </header>
  );
}

function Pair({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Death({ patient }: { patient: Banner }) {
  const died = patient.died;
  const ageAtDeath = died ? age(patient.born, Date.parse(died)) : null;
  return (
    <>
      <Pair label={t("died")} value={died ? partialDate(died.slice(0, 10)) : t("date_not_recorded")} />
      {ageAtDeath && <Pair label={t("age_at_death")} value={ageAtDeath} />}
    </>
  );
}

function Numbers({ patient }: { patient: Banner }) {
  if (patient.nhs_number) return <Pair label={t("nhs_number")} value={nhsNumber(patient.nhs_number)} />;
  return <Pair label={t("hospital_number")} value={patient.mrn ?? t("not_recorded")} />;
}

/** Four states with four looks: "not recorded" and "unavailable" must never pass for "none". */
export function AllergyBar({ allergies }: { allergies: Allergies | null }) {
  return (
    <section class={`allergy-bar ${allergies?.state ?? "waiting"}`} aria-label={t("allergies")}>
      {allergies?.state === "known" ? <KnownAllergies allergies={allergies} /> : allergySentence(allergies)}
    </section>
  );
}

function allergySentence(allergies: Allergies | null): string {
  switch (allergies?.state) {
    case "none_known":
      return t("allergies_none_known");
    case "not_recorded":
      return t("allergies_not_recorded");
    case undefined:
      return t("allergies_loading");
    default:
      return t("allergies_unavailable");
  }
}

function KnownAllergies({ allergies }: { allergies: Allergies }) {
  return (
    <>
      <svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 2 23 22H1z" fill="currentColor" />
      </svg>
      <p>
        <b>{t("allergies_known")}</b>{" "}
        {allergies.items.map((item, index) => (
          <span key={item.substance} class="allergy-item">
            {index > 0 && "; "}
            {allergyText(item)}
          </span>
        ))}
      </p>
    </>
  );
}

function allergyText(item: Allergies["items"][number]): string {
  const severity = item.severity ? ` (${allergySeverityWord(item.severity)})` : "";
  return `${item.substance} – ${item.reaction ?? t("reaction_not_recorded")}${severity}`;
}
