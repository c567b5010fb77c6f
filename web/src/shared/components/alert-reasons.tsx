// Why the alert fired: the values the rule compared, with their times, and the rule with its version.
import type { AlertCard, AlertInput } from "../api-types.ts";
import { now } from "../clock.ts";
import { amountWithUnit, whenShort } from "../format.ts";
import { t } from "../i18n.ts";
import { acvpuWord, airWord, commentWord, inputWords, qualityWord } from "../words.ts";

export function AlertReasons({ alert }: { alert: AlertCard }) {
  return (
    <>
      {alert.rule === "news2" ? <ScoredParameters alert={alert} /> : <ComparedValues alert={alert} />}
      {alert.ratio && <p class="ratio">{t("ratio_to_baseline", { ratio: alert.ratio })}</p>}
      {alert.comment && <p class="note">{commentWord(alert.comment)}</p>}
      {alert.quality.length > 0 && (
        <ul class="quality-notes">
          {alert.quality.map((code) => (
            <li key={code}>{qualityNote(code, alert.kdigo_stage)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Index value first and largest, then what it was compared with. */
function ComparedValues({ alert }: { alert: AlertCard }) {
  const index = alert.inputs.find((input) => input.kind === "index");
  const others = alert.inputs.filter((input) => input !== index);
  return (
    <dl class="reasons">
      {index && (
        <div class="reason index">
          <dt>{index.name}</dt>
          <dd>
            <b class="reason-value">{amountWithUnit(index.value)}</b>
            <When input={index} />
          </dd>
        </div>
      )}
      {others.map((input) => (
        <div class="reason" key={`${input.kind}${input.at}`}>
          <dt>{inputWords(input)}</dt>
          <dd>
            <b>{amountWithUnit(input.value)}</b>
            <When input={input} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function When({ input }: { input: AlertInput }) {
  return input.at ? <span class="note">{whenShort(input.at, now.value)}</span> : null;
}

/** Only the parameters that score; the full grid is one tap away on the patient's page. */
function ScoredParameters({ alert }: { alert: AlertCard }) {
  const scored = alert.inputs.filter((input) => (input.points ?? 0) > 0);
  const at = alert.taken_at;
  return (
    <>
      <ul class="scored">
        {scored.map((input) => (
          <li key={input.name} class={`points-${Math.min(3, input.points ?? 0)}`}>
            {inputWords(input)} <b>{scoredValue(input)}</b> <span class="points">+{input.points}</span>
          </li>
        ))}
      </ul>
      {at && <p class="note">{t("observed_at", { time: whenShort(at, now.value) })}</p>}
    </>
  );
}

function scoredValue(input: AlertInput): string {
  if (input.name === "air_oxygen") return airWord(input.value.text);
  if (input.name === "acvpu") return acvpuWord(input.value.text);
  return amountWithUnit(input.value);
}

function qualityNote(code: string, kdigo: number | null): string {
  return code === "kdigo_differs" && kdigo !== null ? t("kdigo_stage_differs", { stage: kdigo }) : qualityWord(code);
}

export function RuleLine({ alert }: { alert: AlertCard }) {
  return <p class="note">{t("rule_line", { rule: alert.rule_id, version: alert.rule_version })}</p>;
}
