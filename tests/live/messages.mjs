// HL7 v2 messages for tests, in the codes of docs/simulate.md. Nobody in them is real.

export const stamp = (date) => date.toISOString().replace(/[-:T]/g, '').slice(0, 14) + '+0000';
export const hoursAgo = (hours) => new Date(Date.now() - hours * 3_600_000);

const header = (sender, type, controlId, mode = '') =>
  `MSH|^~\\&|${sender}|WSH|WARDLIGHT|WSH|${stamp(new Date())}||${type}|${controlId}|P|2.4|||${mode}|GBR|UNICODE UTF-8\r`;

const person = ({ mrn, name = 'Test^Patient', born = '19500601', sex = 'M' }) =>
  `PID|1||${mrn}^^^WSH^MR||${name}||${born}|${sex}\r`;

const visit = ({ mrn, ward = '7B' }) => `PV1|1|I|${ward}^R1^1^WSH${'|'.repeat(16)}V${mrn}^^^WSH^VN\r`;

export const admission = (patient, controlId) =>
  `${header('WSHPAS', 'ADT^A01^ADT_A01', controlId)}EVN|A01|${stamp(new Date())}\r${person(patient)}${visit(patient)}`;

const UNITS = { CRE: ['Creatinine', '14682-9', 'umol/L'], K: ['Potassium', '2823-3', 'mmol/L'] };

/** One specimen with one analyte, by the laboratory. */
export function result(patient, controlId, { analyte = 'CRE', value, takenAt, status = 'F', specimen = controlId, unit }) {
  const [name, loinc, usual] = UNITS[analyte];
  const taken = stamp(takenAt);
  return (
    header('WSHLIMS', 'ORU^R01^ORU_R01', controlId) +
    person(patient) +
    visit(patient) +
    `ORC|RE|R${specimen}|S${specimen}||CM\r` +
    `OBR|1|R${specimen}|S${specimen}|UE^Urea and electrolytes^WSHLAB|||${taken}|||||||${taken}|SER|||||||${taken}||CH|${status}\r` +
    `OBX|1|NM|${analyte}^${name}^WSHLAB^${loinc}^${name}^LN||${value}|${unit ?? usual}|||||${status}|||${taken}\r`
  );
}
