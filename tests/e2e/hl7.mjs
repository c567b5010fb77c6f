// Made-up patients, and the messages a hospital sends about them (HL7 v2.4).
const kHour = 3_600_000;
export const kDay = 24 * kHour;

let control = 0;

/** Numbers from the range reserved for tests: no real patient has them. */
export const patients = {
  chan: { mrn: "QM700100", nhs: "9990000018", family: "Chan", given: "Mei-ling", title: "Mrs", born: "19450714", sex: "F", bed: "12" },
  chanToo: { mrn: "QM700101", nhs: "9990000026", family: "Chan", given: "Mei-lin", title: "Ms", born: "19420211", sex: "F", bed: "13" },
  abbott: { mrn: "QM700102", nhs: "9990000034", family: "Abbott", given: "Alice", title: "Mrs", born: "19440303", sex: "F", bed: "14" },
};

/** `CHAN, Mei-ling (Mrs)`, as every screen writes it. */
export function shownName({ family, given, title }) {
  return `${family.toUpperCase()}, ${given} (${title})`;
}

export function admission(patient, at = Date.now() - 3 * kDay) {
  return message("ADT^A01^ADT_A01", patient, [
    `PV1|1|I|${place(patient)}|E|||C3100007^Hartley^Diana^^^Mr^^^GMC|||326|||||||||V${patient.mrn}^^^QM^VN|||||||||||||||||||||||||${time(at)}`,
    "AL1|1|DA|764146007^Penicillin^SCT|MO|Rash",
    `DG1|1||S72.0^Fracture of neck of femur^I10||${time(at)}|A`,
  ]);
}

export function discharge(patient, at) {
  return message("ADT^A03^ADT_A03", patient, [
    `PV1|1|I|${place(patient)}|E|||||||||||||||V${patient.mrn}^^^QM^VN|||||||||||||||||||||||||${time(at - kDay)}|${time(at)}`,
  ]);
}

/** The record of `old` becomes part of the survivor's. */
export function merge(survivor, old) {
  return message("ADT^A40^ADT_A39", survivor, [`MRG|${old.mrn}^^^QM^MR`]);
}

/** One blood sample. `results`: test -> value; tests: creatinine, potassium, sodium. */
export function bloods(patient, results, takenAt) {
  const tests = {
    creatinine: ["CRE^Creatinine^QMLAB^14682-9^Creatinine^LN", "umol/L", "45-84"],
    potassium: ["K^Potassium^QMLAB^2823-3^Potassium^LN", "mmol/L", "3.5-5.3"],
    sodium: ["NA^Sodium^QMLAB^2951-2^Sodium^LN", "mmol/L", "133-146"],
  };
  const sample = `S${++control}`;
  const lines = Object.entries(results).map(([test, value], index) => {
    const [code, unit, range] = tests[test];
    return `OBX|${index + 1}|NM|${code}||${value}|${unit}|${range}||||F|||${time(takenAt)}`;
  });
  return message("ORU^R01^ORU_R01", patient, [
    `PV1|1|I|${place(patient)}`,
    `OBR|1||${sample}|UE^Urea and electrolytes^QMLAB|||${time(takenAt)}|||||||${time(takenAt)}|SER|||||||${time(Date.now())}||CH|F`,
    ...lines,
  ]);
}

/** One round of bedside observations. */
export function observations(patient, { rr, spo2, oxygen, sbp, dbp, pulse, acvpu, temp }, takenAt) {
  const at = time(takenAt);
  const numeric = (code, value, unit) => (value === undefined ? null : ["NM", code, value, `${unit}^^UCUM`]);
  const lines = [
    numeric("RR^Respiratory rate^QMOBS^9279-1^Respiratory rate^LN", rr, "/min"),
    numeric("SPO2^Oxygen saturation^QMOBS^59408-5^Oxygen saturation^LN", spo2, "%"),
    oxygen === undefined ? null : ["CE", "O2DEV^Air or oxygen^QMOBS", oxygen ? "NASAL^Nasal cannula^QMOBS" : "AIR^Room air^QMOBS", ""],
    numeric("SBP^Systolic blood pressure^QMOBS^8480-6^Systolic blood pressure^LN", sbp, "mm[Hg]"),
    numeric("DBP^Diastolic blood pressure^QMOBS^8462-4^Diastolic blood pressure^LN", dbp, "mm[Hg]"),
    numeric("PULSE^Pulse^QMOBS^8867-4^Pulse^LN", pulse, "/min"),
    acvpu === undefined ? null : ["CE", "ACVPU^Consciousness^QMOBS^67775-7^Consciousness^LN", `${acvpu}^${acvpu}^QMOBS`, ""],
    numeric("TEMP^Temperature^QMOBS^8310-5^Temperature^LN", temp, "Cel"),
  ].filter((line) => line !== null);
  return message("ORU^R01^ORU_R01", patient, [
    `PV1|1|I|${place(patient)}`,
    `OBR|1||N${++control}|OBSROUND^Observation round^QMOBS|||${at}|||||||||||||||${at}|||F`,
    ...lines.map(([type, code, value, unit], index) => `OBX|${index + 1}|${type}|${code}||${value}|${unit}|||||F|||${at}`),
  ]);
}

/** The three patients on ward 7A with a history; nothing in it alerts. */
export async function fillWard(server, now = Date.now()) {
  const { chan, chanToo, abbott } = patients;
  for (const patient of [chan, chanToo, abbott]) await server.send(admission(patient, now - 3 * kDay));
  for (const [days, creatinine] of [[200, 79], [90, 82], [2.5, 84], [1.8, 86]]) {
    await server.send(bloods(chan, { creatinine, potassium: "4.1", sodium: 138 }, now - days * kDay));
  }
  await server.send(bloods(abbott, { creatinine: 70, potassium: "4.4" }, now - 2 * kDay));
  for (const hours of [10, 6, 2]) {
    await server.send(observations(chan, calm, now - hours * kHour));
    await server.send(observations(abbott, { ...calm, rr: hours === 2 ? undefined : 18 }, now - hours * kHour));
  }
}

const calm = { rr: 16, spo2: 97, oxygen: false, sbp: 128, dbp: 78, pulse: 76, acvpu: "A", temp: "36.8" };

/** More than twice the usual creatinine: AKI stage 2. */
export function kidneyInjury(patient, now = Date.now()) {
  return bloods(patient, { creatinine: 176, potassium: "4.6" }, now - 0.6 * kHour);
}

function message(type, patient, segments) {
  const { mrn, nhs, family, given, title, born, sex } = patient;
  return [
    `MSH|^~\\&|QMPAS|QM|WARDLIGHT|QM|${time(Date.now())}||${type}|E2E${++control}|P|2.4|||AL|NE|GBR|UNICODE UTF-8`,
    ...(type.startsWith("ADT") ? [`EVN|${type.slice(4, 7)}|${time(Date.now())}`] : []),
    `PID|1||${mrn}^^^QM^MR~${nhs}^^^NHS^NH||${family}^${given}^^^${title}^^L||${born}|${sex}`,
    ...segments,
    "",
  ].join("\r");
}

function place({ bed }) {
  return `7A^R1^${bed}^QM`;
}

function time(at) {
  return `${new Date(at).toISOString().slice(0, 19).replace(/\D/g, "")}+0000`;
}
