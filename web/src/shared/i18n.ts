// Words on the screen, in three languages. A dictionary is a plain object; a key missing in one
// language does not compile. Chinese is loaded only when it is chosen.
import { signal } from "@preact/signals";
import english from "./locales/en.ts";

export type Language = "en" | "zh-Hant" | "zh-Hans";
export type OtherLanguage = Exclude<Language, "en">;

export const kLanguages: readonly { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "zh-Hant", name: "繁體中文" },
  { id: "zh-Hans", name: "简体中文" },
];

type Words = Record<string, string>;
type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type Values<Text> = [Placeholders<Text>] extends [never] ? [] : [values: Record<Placeholders<Text>, string | number>];
type Loaders<English extends Words> = Record<OtherLanguage, () => Promise<{ default: Record<keyof English, string> }>>;

export interface Translate<English extends Words> {
  <Key extends keyof English>(key: Key, ...values: Values<English[Key]>): string;
}

const kStorageKey = "wardlight.language";

/** The language on the screen. Changes only once all dictionaries in use are loaded. */
export const language = signal<Language>("en");

/** Language in which new dictionaries are fetched; runs ahead of `language` while loading. */
let wanted: Language = "en";
const fetchers: Array<(wanted: Language) => Promise<void>> = [];
let pending: Promise<unknown> = Promise.resolve();

/** Makes the lookup function of a dictionary, and fetches its words whenever the language changes. */
export function dictionary<const English extends Words>(words: English, loaders: Loaders<English>): Translate<English> {
  const loaded = new Map<Language, Record<keyof English, string>>([["en", words]]);
  const fetchWords = async (target: Language) => {
    if (target === "en" || loaded.has(target)) return;
    loaded.set(target, (await loaders[target]()).default);
  };
  fetchers.push(fetchWords);
  if (wanted !== "en") pending = Promise.all([pending, fetchWords(wanted)]);

  return (key, ...values) => {
    const text = (loaded.get(language.value) ?? words)[key];
    return fill(text, values[0]);
  };
}

/** Resolves when the words of every dictionary made so far are there. */
export function dictionariesReady(): Promise<unknown> {
  return pending;
}

export async function chooseLanguage(target: Language): Promise<void> {
  wanted = target;
  const loading = Promise.all(fetchers.map((fetchWords) => fetchWords(target)));
  pending = Promise.all([pending, loading]);
  await loading;
  if (wanted !== target) return;
  language.value = target;
  document.documentElement.lang = target;
  rememberLanguage();
}

/** The language chosen before on this device, else what the device asks for. */
export function initialLanguage(): Language {
  const chosen = recall();
  if (chosen) return chosen;
  for (const tag of navigator.languages) {
    const match = languageForTag(tag);
    if (match) return match;
  }
  return "en";
}

export function languageForTag(tag: string): Language | null {
  const lower = tag.toLowerCase();
  if (lower.startsWith("en")) return "en";
  if (!lower.startsWith("zh")) return null;
  const isTraditional = /hant|-hk|-tw|-mo/.test(lower);
  return isTraditional ? "zh-Hant" : "zh-Hans";
}

function fill(text: string, values: Record<string, string | number> | undefined): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Also after a sign-out, which clears what the site has stored. */
export function rememberLanguage(): void {
  try {
    localStorage.setItem(kStorageKey, language.value);
  } catch {
    // Storage can be blocked; the choice then lasts until the app is closed.
  }
}

function recall(): Language | null {
  try {
    const stored = localStorage.getItem(kStorageKey);
    return kLanguages.find((candidate) => candidate.id === stored)?.id ?? null;
  } catch {
    return null;
  }
}

export type Key = keyof typeof english;

/** Words used on every screen. Administration has its own dictionary in its own chunk. */
export const t = dictionary(english, {
  "zh-Hant": () => import("./locales/zh-Hant.ts"),
  "zh-Hans": () => import("./locales/zh-Hans.ts"),
});
