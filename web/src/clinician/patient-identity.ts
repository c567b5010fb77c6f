// Guards against showing one patient's data under another's name. Pure.
import type { Banner } from "../shared/api-types.ts";

/**
 * True when an answer is about the patient in the banner. After a merge the server may answer an old
 * id with the record that lives on; both answers then name the same patient.
 */
export function isSamePatient(inBanner: Banner, inAnswer: Banner): boolean {
  return inBanner.id === inAnswer.id;
}
