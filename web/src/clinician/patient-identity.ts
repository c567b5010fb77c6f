// Guards against showing one patient's data under another's name.
import type { Banner } from "../shared/api-types.ts";
import type { Freshness } from "../shared/freshness.ts";

export function isTooOldToShow(freshness: Freshness | null): boolean {
  return freshness?.kind === "expired";
}

/** True when the answer is about the patient that was asked for, or about the one they were merged into. */
export function isAbout(id: string, banner: Banner, page: Banner | null): boolean {
  return banner.id === id || (page !== null && banner.id === page.id);
}
