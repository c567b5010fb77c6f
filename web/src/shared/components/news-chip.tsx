import type { News2Chip } from "../api-types.ts";
import { now } from "../clock.ts";
import { duration } from "../format.ts";
import { t } from "../i18n.ts";

/** The score with its age. An incomplete set is never shown as a score. */
export function NewsChip({ news2 }: { news2: News2Chip }) {
  const isScore = !news2.incomplete && news2.total !== null;
  return (
    <span class="news-with-age">
      {isScore ? (
        <span class={`news-chip band-${news2.band.replace("_", "-")}`}>
          <span class="news-name">NEWS2</span> <b>{news2.total}</b>
        </span>
      ) : (
        <span class="news-chip incomplete">
          <span class="news-name">NEWS2</span> {t("incomplete_word")}
        </span>
      )}
      <span class="note">{duration(now.value - Date.parse(news2.at))}</span>
    </span>
  );
}
