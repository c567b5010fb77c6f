// The buttons of an alert. What the server does not offer is not shown; what needs a connection is
// shown dashed with the reason, so that nobody believes an alert is taken when it is not.
import { useState } from "preact/hooks";
import { act } from "../alert-acts.ts";
import type { AlertCard } from "../api-types.ts";
import { t } from "../i18n.ts";
import { isReachable } from "../live.ts";
import { Link } from "../router.tsx";
import { currentMe } from "../session.ts";
import { HandOverSheet, MoreSheet, NotUsefulSheet, SnoozeSheet, TriageSheet } from "./alert-sheets.tsx";
import { Icon } from "./icons.tsx";

type OpenSheet = "hand-over" | "snooze" | "triage" | "not-useful" | "more";

interface AlertActionsProps {
  alert: AlertCard;
  /** Seconds left to take back the last act; null when there is nothing to take back. */
  undoSeconds: number | null;
  isSending: boolean;
  isOwnPage: boolean;
}

function belongsToSomebodyElse(alert: AlertCard): boolean {
  return alert.owner !== null && alert.owner.id !== currentMe()?.account.id;
}

export function AlertActions({ alert, undoSeconds, isSending, isOwnPage }: AlertActionsProps) {
  const [sheet, setSheet] = useState<OpenSheet | null>(null);
  const closeSheet = () => setSheet(null);
  // While the last act can be taken back, that is the only thing to press.
  const isOffered = (name: AlertCard["actions"][number]) => undoSeconds === null && alert.actions.includes(name);
  const isBlocked = isSending || !isReachable.value;
  const hasMore = !isOwnPage || isOffered("snooze") || isOffered("not_useful");

  return (
    <>
      <div class="actions">
        {undoSeconds !== null && (
          <button type="button" class="button" disabled={isBlocked} onClick={() => void act(alert, { name: "undo" })}>
            {t("undo_seconds", { seconds: undoSeconds })}
          </button>
        )}
        {isOffered("acknowledge") && (
          <button
            type="button"
            class="button primary"
            disabled={isBlocked}
            onClick={() => void act(alert, { name: "acknowledge" })}
          >
            {belongsToSomebodyElse(alert) ? t("take_over") : t("acknowledge")}
          </button>
        )}
        {alert.state === "retracted" && undoSeconds === null && !isOwnPage && (
          <button
            type="button"
            class="button primary"
            disabled={isBlocked}
            onClick={() => void act(alert, { name: "seen" })}
          >
            {t("noticed")}
          </button>
        )}
        {isOffered("accept") && (
          <button
            type="button"
            class="button primary"
            disabled={isBlocked}
            onClick={() => void act(alert, { name: "accept" })}
          >
            {t("accept")}
          </button>
        )}
        {isOffered("triage") && !isOffered("acknowledge") && (
          <button type="button" class="button primary" disabled={isBlocked} onClick={() => setSheet("triage")}>
            {t("say_outcome")}
          </button>
        )}
        {isOffered("hand_over") && (
          <button type="button" class="button" disabled={isBlocked} onClick={() => setSheet("hand-over")}>
            <Icon name="handOver" />
            {t("hand_over")}
          </button>
        )}
        {hasMore && (
          <button
            type="button"
            class="button only-icon"
            aria-label={t("more_actions")}
            onClick={() => setSheet("more")}
          >
            <Icon name="more" />
          </button>
        )}
      </div>
      {!isReachable.value && alert.actions.length > 0 && <p class="note needs-connection">{t("needs_connection")}</p>}

      {sheet === "hand-over" && <HandOverSheet alert={alert} onClose={closeSheet} />}
      {sheet === "snooze" && <SnoozeSheet alert={alert} onClose={closeSheet} />}
      {sheet === "triage" && <TriageSheet alert={alert} onClose={closeSheet} />}
      {sheet === "not-useful" && <NotUsefulSheet alert={alert} onClose={closeSheet} />}
      {sheet === "more" && (
        <MoreSheet alert={alert} onClose={closeSheet}>
          {!isOwnPage && (
            <Link class="button wide" to={`/alert/${alert.id}`}>
              {t("alert_details")}
            </Link>
          )}
          {isOffered("triage") && isOffered("acknowledge") && (
            <button type="button" class="button wide" disabled={isBlocked} onClick={() => setSheet("triage")}>
              {t("say_outcome")}
            </button>
          )}
          {isOffered("snooze") && (
            <button type="button" class="button wide" disabled={isBlocked} onClick={() => setSheet("snooze")}>
              {t("snooze")}
            </button>
          )}
          {isOffered("not_useful") && (
            <button type="button" class="button wide" disabled={isBlocked} onClick={() => setSheet("not-useful")}>
              {t("not_useful")}
            </button>
          )}
        </MoreSheet>
      )}
    </>
  );
}
