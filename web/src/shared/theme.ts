// Day, dark and night. `auto` follows the device, `clock` is day until 20:00 and night until 07:00.
import { signal } from "@preact/signals";

export type Theme = "day" | "dark" | "night";
export type ThemeChoice = "auto" | "clock" | Theme;

export const kThemeChoices: readonly ThemeChoice[] = ["auto", "clock", "day", "dark", "night"];
const kStorageKey = "wardlight.theme";
const kNightFrom = 20;
const kDayFrom = 7;

export const themeChoice = signal<ThemeChoice>("auto");

/** The theme now on the screen; charts draw again when it changes. */
export const theme = signal<Theme>("day");

/** The same rule as public/first-paint.js. */
export function themeFor(choice: ThemeChoice, hour: number, prefersDark: boolean): Theme {
  if (choice === "clock") return hour >= kNightFrom || hour < kDayFrom ? "night" : "day";
  if (choice === "auto") return prefersDark ? "dark" : "day";
  return choice;
}

export function startTheme(): void {
  themeChoice.value = stored();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  setInterval(apply, 60_000);
  apply();
}

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
  rememberTheme();
  apply();
}

/** Also after a sign-out, which clears what the site has stored: the night must not flash white. */
export function rememberTheme(): void {
  try {
    localStorage.setItem(kStorageKey, themeChoice.value);
  } catch {
    // The choice then lasts until the app is closed.
  }
}

function apply(): void {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const next = themeFor(themeChoice.value, new Date().getHours(), prefersDark);
  document.documentElement.dataset.theme = next;
  theme.value = next;
  const surface = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", surface);
}

function stored(): ThemeChoice {
  try {
    const choice = localStorage.getItem(kStorageKey);
    return kThemeChoices.find((candidate) => candidate === choice) ?? "auto";
  } catch {
    return "auto";
  }
}
