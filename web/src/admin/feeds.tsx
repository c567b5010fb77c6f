// The health of the feeds, with the alarm when one falls silent.
import type { DataQuality, FeedHealth, Feeds, StoreHealth } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { ago, count, duration, whenShort } from "../shared/format.ts";
import { useResource } from "../shared/resources.ts";
import { AdminFrame } from "./frame.tsx";
import { checkWord, ta } from "./words.ts";

export function AdminFeeds() {
  const resource = useResource(at.feeds(), ["feeds"]);
  return (
    <AdminFrame title={ta("feeds")} status={<FreshBar resource={resource} kinds={[]} />}>
      <Loadable resource={resource} kinds={[]} skeleton={<Skeleton rows={3} size="card" />}>
        {(data) => <Health data={data} />}
      </Loadable>
    </AdminFrame>
  );
}

function Health({ data }: { data: Feeds }) {
  return (
    <>
      <StoreAlarm store={data.store} />
      <Alarms feeds={data.feeds} />
      <Totals feeds={data.feeds} />
      <FeedTable feeds={data.feeds} />
      <Quality checks={data.data_quality} />
    </>
  );
}

/** Above all others: while it lasts nothing that arrives is kept. */
function StoreAlarm({ store }: { store: StoreHealth }) {
  if (store.state === "ok" || store.since === null) return null;
  return (
    <div class="alarms" role="alert">
      <p class="alarm loud">
        <b>{ta("alarm_store", { time: whenShort(store.since, now.value), reason: store.reason ?? "" })}</b>
        <span class="block">{ta("alarm_store_note")}</span>
      </p>
    </div>
  );
}

function Alarms({ feeds }: { feeds: readonly FeedHealth[] }) {
  const silent = feeds.filter((feed) => feed.state !== "live");
  if (silent.length === 0) return <p class="all-live">{ta("all_live")}</p>;
  return (
    <div class="alarms" role="alert">
      {silent.map((feed) => (
        <p key={feed.id} class={feed.state === "silent" ? "alarm loud" : "alarm"}>
          <b>{alarmSentence(feed)}</b>
          <span class="block">{ta("alarm_note")}</span>
        </p>
      ))}
    </div>
  );
}

function alarmSentence(feed: FeedHealth): string {
  const since = feed.silent_since ?? feed.last_message_at;
  if (feed.state === "never" || since === null) return ta("alarm_never", { feed: feed.label });
  return ta("alarm_silent", {
    feed: feed.label,
    time: whenShort(since, now.value),
    duration: duration(now.value - Date.parse(since)),
  });
}

function Totals({ feeds }: { feeds: readonly FeedHealth[] }) {
  const sum = (field: "received_today" | "applied_today" | "quarantined_open") =>
    count(feeds.reduce((total, feed) => total + feed[field], 0));
  const oldest = Math.max(0, ...feeds.map((feed) => feed.oldest_unprocessed_seconds));
  return (
    <dl class="totals">
      <Total label={ta("received_today")} value={sum("received_today")} />
      <Total label={ta("applied_today")} value={sum("applied_today")} />
      <Total label={ta("waiting_in_quarantine")} value={sum("quarantined_open")} />
      <Total label={ta("slowest_waiting")} value={ta("seconds", { count: count(oldest) })} />
    </dl>
  );
}

function Total({ label, value }: { label: string; value: string }) {
  return (
    <div class="card total-box">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function FeedTable({ feeds }: { feeds: readonly FeedHealth[] }) {
  return (
    <section class="card" aria-labelledby="feeds-title">
      <h2 id="feeds-title" class="card-title">
        {ta("feeds")}
      </h2>
      <table class="admin-table">
        <thead>
          <tr>
            <th scope="col">{ta("feed")}</th>
            <th scope="col">{ta("state")}</th>
            <th scope="col">{ta("last_message")}</th>
            <th scope="col" class="number">
              {ta("applied")}
            </th>
            <th scope="col" class="number">
              {ta("quarantined")}
            </th>
            <th scope="col" class="number">
              {ta("duplicates")}
            </th>
            <th scope="col" class="number">
              {ta("delay")}
            </th>
            <th scope="col" class="number">
              {ta("connections")}
            </th>
            <th scope="col">{ta("last_hour")}</th>
          </tr>
        </thead>
        <tbody>
          {feeds.map((feed) => (
            <FeedRow key={feed.id} feed={feed} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** On a phone each cell carries its column's name (`data-label`). */
function FeedRow({ feed }: { feed: FeedHealth }) {
  return (
    <tr>
      <th scope="row">
        {feed.label}
        <span class="note block">{feed.id}</span>
      </th>
      <td data-label={ta("state")}>
        <span class={`chip feed-${feed.state}`}>{ta(`state_${feed.state}`)}</span>
      </td>
      <td data-label={ta("last_message")}>{feed.last_message_at ? ago(feed.last_message_at, now.value) : "–"}</td>
      <td data-label={ta("applied")} class="number">
        {count(feed.applied_today)} / {count(feed.received_today)}
      </td>
      <td data-label={ta("quarantined")} class="number">
        {count(feed.quarantined_open)}
      </td>
      <td data-label={ta("duplicates")} class="number">
        {count(feed.duplicates_today)}
      </td>
      <td data-label={ta("delay")} class="number">
        {feed.median_delay_ms === null ? ta("not_known") : ta("milliseconds", { count: count(feed.median_delay_ms) })}
      </td>
      <td data-label={ta("connections")} class="number">
        {count(feed.connections)}
      </td>
      <td data-label={ta("last_hour")}>
        <Spark feed={feed} />
      </td>
    </tr>
  );
}

const kSparkWidth = 120;
const kSparkHeight = 32;

function Spark({ feed }: { feed: FeedHealth }) {
  const values = feed.per_minute;
  const most = Math.max(1, ...values);
  const step = kSparkWidth / Math.max(1, values.length - 1);
  const points = values
    .map(
      (value, index) =>
        `${(index * step).toFixed(1)},${(kSparkHeight - 2 - (value / most) * (kSparkHeight - 4)).toFixed(1)}`,
    )
    .join(" ");
  const label = ta("last_hour_label", { feed: feed.label, least: Math.min(...values), most: Math.max(...values) });
  return (
    <svg
      class="spark"
      width={kSparkWidth}
      height={kSparkHeight}
      viewBox={`0 0 ${kSparkWidth} ${kSparkHeight}`}
      role="img"
      aria-label={label}
    >
      <polyline points={points} fill="none" stroke="currentColor" stroke-width="1.5" />
    </svg>
  );
}

function Quality({ checks }: { checks: readonly DataQuality[] }) {
  return (
    <section class="card" aria-labelledby="quality-title">
      <h2 id="quality-title" class="card-title">
        {ta("data_quality")}
      </h2>
      {checks.length === 0 && <p class="note card-foot">{ta("no_quality_findings")}</p>}
      {checks.length > 0 && (
        <table class="admin-table">
          <thead>
            <tr>
              <th scope="col">{ta("check")}</th>
              <th scope="col" class="number">
                {ta("found_today")}
              </th>
              <th scope="col">{ta("example")}</th>
            </tr>
          </thead>
          <tbody>
            {checks.map((check) => (
              <tr key={check.code}>
                <th scope="row">{checkWord(check.code)}</th>
                <td data-label={ta("found_today")} class="number">
                  {count(check.count)}
                </td>
                <td data-label={ta("example")}>{check.example ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
