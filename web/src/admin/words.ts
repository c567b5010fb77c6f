// Words of the administrator's screens: the same kind of dictionary, in this chunk.
import { dictionary } from "../shared/i18n.ts";
import english from "./locales/en.ts";

export type AdminKey = keyof typeof english;

export const ta = dictionary(english, {
  "zh-Hant": () => import("./locales/zh-Hant.ts"),
  "zh-Hans": () => import("./locales/zh-Hans.ts"),
});

type PlainKey = { [K in AdminKey]: (typeof english)[K] extends `${string}{${string}` ? never : K }[AdminKey];

/** Why a message waits, in words; the server's own sentence for a reason without a name yet. */
export function reasonWord(reason: { code: string; message: string }): string {
  const key = `why_${reason.code}`;
  return key in english ? ta(key as PlainKey) : reason.message;
}

/** A check the server made; a new one is shown by its code until it has a name. */
export function checkWord(code: string): string {
  const key = `check_${code}`;
  return key in english ? ta(key as PlainKey) : code.replaceAll("_", " ");
}

/** What somebody did with a record, from the audit log's own name for it. */
export function actionWord(action: string): string {
  const key = `use_${action.replaceAll(".", "_")}`;
  return key in english ? ta(key as PlainKey) : action;
}
