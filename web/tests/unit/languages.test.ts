// The compiler sees to it that no key is missing; these tests see to what it cannot.
import assert from "node:assert/strict";
import { test } from "node:test";
import adminEnglish from "../../src/admin/locales/en.ts";
import adminSimplified from "../../src/admin/locales/zh-Hans.ts";
import adminTraditional from "../../src/admin/locales/zh-Hant.ts";
import { languageForTag } from "../../src/shared/i18n.ts";
import english from "../../src/shared/locales/en.ts";
import simplified from "../../src/shared/locales/zh-Hans.ts";
import traditional from "../../src/shared/locales/zh-Hant.ts";

type Words = Record<string, string>;
const dictionaries: [name: string, english: Words, others: Words[]][] = [
  ["app", english, [traditional, simplified]],
  ["administration", adminEnglish, [adminTraditional, adminSimplified]],
];

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

for (const [name, source, others] of dictionaries) {
  test(`${name}: every language has the same keys, and no empty text`, () => {
    for (const words of others) {
      assert.deepEqual(Object.keys(words).sort(), Object.keys(source).sort());
      for (const [key, text] of Object.entries(words)) assert.notEqual(text.trim(), "", key);
    }
  });

  test(`${name}: a translation fills in the same values`, () => {
    for (const words of others) {
      for (const [key, text] of Object.entries(source)) {
        assert.deepEqual(placeholders(words[key] ?? ""), placeholders(text), key);
      }
    }
  });

  test(`${name}: no English sentence was left untranslated`, () => {
    const allowed = /^[\W\d]*(NEWS2|SpO₂|O₂|Wardlight|\{\w+\}|[\s·–()])*[\W\d]*$/;
    for (const words of others) {
      for (const [key, text] of Object.entries(source)) {
        if (words[key] === text) assert.match(text, allowed, `${key} is the same in Chinese`);
      }
    }
  });
}

test("Simplified text holds no character of the Traditional text for the same common words", () => {
  const traditionalOnly = /[們個時間說這還沒來對點離線應檢驗處歷資訊]/;
  for (const [key, text] of Object.entries({ ...simplified, ...adminSimplified })) {
    assert.doesNotMatch(text, traditionalOnly, key);
  }
});

test("Traditional text holds no Simplified character for the same common words", () => {
  const simplifiedOnly = /[们个时说这还对离线应检验处历资讯录请务码签转]/;
  for (const [key, text] of Object.entries({ ...traditional, ...adminTraditional })) {
    assert.doesNotMatch(text, simplifiedOnly, key);
  }
});

for (const [tag, language] of [
  ["en-GB", "en"],
  ["zh-HK", "zh-Hant"],
  ["zh-TW", "zh-Hant"],
  ["zh-Hant-MO", "zh-Hant"],
  ["zh-CN", "zh-Hans"],
  ["zh", "zh-Hans"],
  ["zh-SG", "zh-Hans"],
  ["fr", null],
] as const) {
  test(`a device set to ${tag} starts in ${language ?? "the next language it names"}`, () => {
    assert.equal(languageForTag(tag), language);
  });
}
