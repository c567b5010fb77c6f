// The bar that must never appear: phone and server score the same observations differently.
// Fetched after the screen is drawn; without the module (not built, not reachable) nothing is claimed.
import { useEffect, useState } from "preact/hooks";
import type { Observations } from "../shared/api-types.ts";
import { now } from "../shared/clock.ts";
import { whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { ClinicalRules } from "./clinical.ts";
import { disagreements } from "./news2-check.ts";

const kModules: Record<string, string> = import.meta.glob("./clinical.wasm", {
  query: "?url",
  import: "default",
  eager: true,
});
const address = kModules["./clinical.wasm"];

let loading: Promise<ClinicalRules> | null = null;

export function News2Warning({ data }: { data: Observations }) {
  const [times, setTimes] = useState<readonly string[]>([]);
  useEffect(() => {
    let isCurrent = true;
    setTimes([]);
    if (address === undefined) return;
    loading ??= ClinicalRules.load(address);
    loading
      .then((rules) => isCurrent && setTimes(disagreements(rules, data)))
      .catch(() => {
        loading = null;
      });
    return () => {
      isCurrent = false;
    };
  }, [data]);
  if (times.length === 0) return null;
  return (
    <p class="mark critical-mark" role="alert">
      {t("news2_disagrees", { times: times.map((time) => whenShort(time, now.value)).join(", ") })}
    </p>
  );
}
