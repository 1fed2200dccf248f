/** What every page owes to people who read it in their own language. Functions without a page run in it. */
import type { Page } from '@playwright/test';

import { lacks } from './access.ts';
import { violations } from './axe.ts';
import { ALL_PICTURES, picture } from './inspect.ts';
import { LONG } from './people_pages.ts';

/** The server's test language: English in other letters, a third longer, from right to left. */
export const MIRRORED = 'ar-XA';
const LATIN = /\p{scx=Latn}/u;

interface Language {
  /** What a browser in that language sends. */
  readonly sent: string;
  /** The letters that most of a page consists of. */
  readonly letters: RegExp;
  /** Letters that every page has, beside those of its neighbours' languages. */
  readonly own?: RegExp;
}

export const LANGUAGES: Readonly<Record<string, Language>> = {
  en: { sent: 'en', letters: LATIN },
  'zh-Hans': { sent: 'zh-CN', letters: /\p{Script=Han}/u },
  'zh-Hant': { sent: 'zh-TW', letters: /\p{Script=Han}/u },
  ja: { sent: 'ja', letters: /[\p{Script=Han}\p{scx=Hira}\p{scx=Kana}]/u, own: /\p{Script=Hiragana}/u },
  ru: { sent: 'ru', letters: /\p{scx=Cyrl}/u },
  ko: { sent: 'ko', letters: /\p{scx=Hang}/u },
  de: { sent: 'de', letters: LATIN },
  fr: { sent: 'fr', letters: LATIN },
  es: { sent: 'es', letters: LATIN },
  'pt-BR': { sent: 'pt-BR', letters: LATIN },
  [MIRRORED]: { sent: MIRRORED, letters: /\p{scx=Arab}/u },
};

/** The languages in which pages are laid out least like the English ones: in other letters, and from right to left. */
export const UNLIKE = ['zh-Hans', MIRRORED];

/** The narrowest screen that pages are made for, and a wide one. */
const WIDTHS = [320, 1280];
const HEIGHT = 640;

interface Said {
  readonly lang: string;
  readonly dir: string;
  /** Everything outside of names, what only a screen reader reads included. */
  readonly texts: string[];
  /** Buttons and links that are called something else than what is written on them (WCAG 2.5.3). axe sees that in few languages. */
  readonly miscalled: string[];
}

/** What the page says, and how. */
function said(): Said {
  const apart = 'script, style, noscript, [translate=no], #language';
  const texts: string[] = [document.title.replace(/ · [^·]*$/, '')];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { textContent: text, parentElement: around } = walker.currentNode;
    if (text?.trim() && !around?.closest(apart)) texts.push(text.trim());
  }
  const attributes = ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'];
  for (const item of document.body.querySelectorAll(attributes.map((name) => `[${name}]`).join())) {
    if (item.parentElement?.closest(apart)) continue;
    texts.push(...attributes.map((name) => item.getAttribute(name) ?? '').filter((text) => text.length > 0));
  }
  const miscalled = [...document.querySelectorAll<HTMLElement>(':is(a, button)[aria-label]')].filter((item) => !item.ariaLabel?.toLowerCase().includes(item.innerText.trim().toLowerCase()));
  const { lang, dir } = document.documentElement;
  return { lang, dir, texts, miscalled: miscalled.map((item) => `${item.innerText} is called ${item.ariaLabel}`) };
}

/** What a text in this language has that is English. */
function english(lang: string): RegExp {
  if (lang === MIRRORED) return /[a-z]/i;
  // Where letters are others, words of an app's protocol may stand alone, but not three of them.
  return LANGUAGES[lang]?.letters === LATIN ? /\b(the|and|your|you|with|this|of)\b/i : /\b(the|and|your|you|with|this|of)\b|[a-z]{2,} [a-z]{2,} [a-z]{2,}/i;
}

/** What no language translates: names, which a text sets off from its direction, or an attribute does not; and what a code is like. */
const NAMES = [/\u2068[^\u2069]*\u2069/g, LONG, 'XXXX-XXXX'];

/** What is wrong with what the page says. */
async function misread(lang: string, page: Page): Promise<string[]> {
  const { texts, miscalled, ...root } = await page.evaluate(said);
  const dir = lang === MIRRORED ? 'rtl' : 'ltr';
  const faults = [...miscalled];
  if (root.lang !== lang || root.dir !== dir) faults.push(`is in ${root.lang}, ${root.dir}`);
  const words = texts.map((text) => NAMES.reduce<string>((text, name) => text.replaceAll(name, ''), text));
  if (lang !== 'en') faults.push(...words.filter((text) => english(lang).test(text)).map((text) => `in English: ${text}`));
  const letters = [...words.join('').matchAll(/\p{L}/gu)].map(([letter]) => letter);
  const { letters: expected = LATIN, own = expected } = LANGUAGES[lang] ?? {};
  const right = letters.filter((letter) => expected.test(letter)).length;
  if (right * 2 <= letters.length || !letters.some((letter) => own.test(letter))) faults.push(`in other letters: ${words.join(' ')}`);
  return faults;
}

/** What is wrong with a page in this language, on the narrowest screen and on a wide one. */
export async function faultsIn(lang: string, page: Page, name: string): Promise<string[]> {
  const faults = await misread(lang, page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    const [taken, lacking] = await Promise.all([page.evaluate(() => document.documentElement.scrollWidth), page.evaluate(lacks)]);
    faults.push(...lacking);
    if (taken > width) faults.push(`takes ${taken} pixels of ${width}`);
    if (ALL_PICTURES) await page.screenshot({ path: picture(`screenshots/${lang}/${name}-${width}`), animations: 'disabled', fullPage: true, scale: 'css' });
  }
  if (UNLIKE.includes(lang)) faults.push(...(await violations(page)));
  return faults.map((fault) => `${name} (${lang}, ${new URL(page.url()).pathname}): ${fault}`);
}
