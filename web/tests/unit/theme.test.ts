import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { kThemeChoices, themeFor } from "../../src/shared/theme.ts";

const script = readFileSync(new URL("../../public/first-paint.js", import.meta.url), "utf8");

function firstPaint(choice: string, hour: number): string | undefined {
  const dataset: { theme?: string } = {};
  class FixedDate {
    getHours() {
      return hour;
    }
  }
  runInNewContext(script, {
    localStorage: { getItem: () => choice },
    document: { documentElement: { dataset } },
    Date: FixedDate,
  });
  return dataset.theme;
}

test("the first paint and the app choose the same theme, at every hour", () => {
  for (const choice of kThemeChoices) {
    for (let hour = 0; hour < 24; hour++) {
      // `auto` is left to the style sheet's media query before the app runs.
      const expected = choice === "auto" ? undefined : themeFor(choice, hour, false);
      assert.equal(firstPaint(choice, hour), expected, `${choice} at ${hour}`);
    }
  }
});

test("the night is from 20:00 to 07:00", () => {
  assert.deepEqual(
    [19, 20, 6, 7].map((hour) => themeFor("clock", hour, false)),
    ["day", "night", "night", "day"],
  );
});
