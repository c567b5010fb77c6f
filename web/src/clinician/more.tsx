// The signed-in person, who is on duty, language and theme, what is down now, signing out.
import type { OnDuty, Source } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ScreenBar, TabBar } from "../shared/components/chrome.tsx";
import { Icon, type IconName } from "../shared/components/icons.tsx";
import { Choices } from "../shared/components/sheet.tsx";
import { Failed, Skeleton, SwitchboardNumber } from "../shared/components/states.tsx";
import { ago, whenShort } from "../shared/format.ts";
import { isSilent } from "../shared/freshness.ts";
import { chooseLanguage, kLanguages, language, t } from "../shared/i18n.ts";
import { liveSources, streamState } from "../shared/live.ts";
import { useResource } from "../shared/resources.ts";
import { Link } from "../shared/router.tsx";
import { currentMe, may, signOut } from "../shared/session.ts";
import { chooseTheme, kThemeChoices, themeChoice } from "../shared/theme.ts";
import { newVersionWaits, useNewVersion } from "../shared/new-version.ts";
import { roleWord, sourceKindWord } from "../shared/words.ts";

export function More() {
  return (
    <>
      <ScreenBar title={t("more")} />
      <main class="page">
        <Myself />
        <Places />
        {may("alerts.read") ? <TeamThenRest /> : <Rest sources={liveSources.value ?? []} />}
      </main>
      <TabBar />
    </>
  );
}

/** The rest waits for what stands above it: nothing moves under the finger. */
function TeamThenRest() {
  const onDuty = useResource(at.onDuty(), ["lists", "alerts"]);
  const alerts = useResource(at.alerts("to_see"), ["alerts"]);
  const data = onDuty.loaded.value?.data;
  const failure = onDuty.failure.value;
  const sources = liveSources.value ?? alerts.loaded.value?.data.as_of.sources;
  if (!data && !failure) return <Skeleton rows={2} size="card" />;
  return (
    <>
      {data && <Team data={data} />}
      {!data && failure && <Failed failure={failure} retry={() => void onDuty.refresh()} />}
      {sources || alerts.failure.value ? <Rest sources={sources ?? []} /> : <Skeleton rows={2} size="card" />}
    </>
  );
}

function Rest({ sources }: { sources: readonly Source[] }) {
  return (
    <>
      <WhatIsDown sources={sources} />
      <section class="card padded">
        <Choices
          legend={t("language")}
          name="language"
          options={kLanguages.map((candidate) => ({ value: candidate.id, label: candidate.name }))}
          chosen={language.value}
          onChoose={(chosen) => void chooseLanguage(chosen)}
        />
      </section>
      <section class="card padded">
        <Choices
          legend={t("theme")}
          name="theme"
          options={kThemeChoices.map((choice) => ({ value: choice, label: t(`theme_${choice}`) }))}
          chosen={themeChoice.value}
          onChoose={chooseTheme}
        />
      </section>
      {newVersionWaits.value && (
        <button type="button" class="button wide" onClick={useNewVersion}>
          {t("new_version")}
        </button>
      )}
      <button type="button" class="button wide" onClick={() => void signOut()}>
        {t("sign_out")}
      </button>
      <p class="note centred">{t("about")}</p>
    </>
  );
}

function Myself() {
  const me = currentMe();
  if (!me) return null;
  return (
    <section class="card padded">
      <h2>{me.account.name}</h2>
      <p class="note">
        {roleWord(me.account.role)} · {me.account.on_duty ? t("on_duty") : t("off_duty")}
      </p>
      {me.teams.length > 0 && (
        <p class="note">{t("teams_line", { teams: me.teams.map((team) => team.name).join(", ") })}</p>
      )}
      <p class="note">{me.site.name}</p>
      <SwitchboardNumber />
    </section>
  );
}

function Places() {
  const places: { to: string; icon: IconName; label: string; isAllowed: boolean }[] = [
    { to: "/passkeys", icon: "key", label: t("passkeys"), isAllowed: true },
    { to: "/devices", icon: "phoneDevice", label: t("devices"), isAllowed: true },
    { to: "/switchboard", icon: "switchboard", label: t("switchboard_screen"), isAllowed: may("alerts.read") },
    { to: "/admin/feeds", icon: "feeds", label: t("place_feeds"), isAllowed: may("feeds.read") },
    { to: "/admin/quarantine", icon: "inbox", label: t("place_quarantine"), isAllowed: may("quarantine.manage") },
    { to: "/admin/rota", icon: "calendar", label: t("place_rota"), isAllowed: may("rota.manage") },
    { to: "/admin/policies", icon: "route", label: t("place_policies"), isAllowed: may("policies.manage") },
    { to: "/admin/recoveries", icon: "key", label: t("place_recoveries"), isAllowed: may("accounts.manage") },
    { to: "/privacy", icon: "shield", label: t("place_privacy"), isAllowed: may("privacy.review") },
  ];
  const allowed = places.filter((place) => place.isAllowed);
  if (allowed.length === 0) return null;
  return (
    <nav class="card" aria-label={t("other_screens")}>
      <ul class="rows">
        {allowed.map((place) => (
          <li key={place.to}>
            <Link to={place.to} class="place-row">
              <Icon name={place.icon} />
              <span>{place.label}</span>
              <Icon name="next" />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Team({ data }: { data: OnDuty }) {
  const onDuty = data.people.filter((person) => person.on_duty);
  return (
    <section class="card padded">
      <h2>{t("on_duty_now")}</h2>
      <ul class="plain-list">
        {onDuty.map((person) => (
          <li key={person.id}>
            {person.name}
            <span class="note block">{roleWord(person.role)}</span>
          </li>
        ))}
        {data.gaps.map((gap) => (
          <li key={`${gap.role}${gap.from}`} class="gap">
            {t("gap_line", {
              role: roleWord(gap.role),
              from: whenShort(gap.from, now.value),
              until: whenShort(gap.until, now.value),
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

function WhatIsDown({ sources }: { sources: readonly Source[] }) {
  const isLive = streamState.value === "live";
  return (
    <section class="card padded">
      <h2>{t("what_is_down")}</h2>
      <ul class="plain-list">
        <li class={isLive ? "works" : "fails"}>
          {t("connection")}
          <span class="note block">{isLive ? t("connection_live") : t("connection_lost")}</span>
        </li>
        {sources.map((source) => {
          const silent = isSilent(source, now.value);
          return (
            <li key={source.feed + source.kind} class={silent ? "fails" : "works"}>
              {sourceKindWord(source.kind)} – {source.label}
              <span class="note block">
                {source.last_message_at
                  ? t(silent ? "source_silent_since" : "source_last_message", {
                      ago: ago(source.last_message_at, now.value),
                    })
                  : t("source_never")}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
