/** Every page in every language, and in the server's test language `ar-XA`: English in other letters, a third longer, from right to left. */
import type { Page } from '@playwright/test';

import { lacks } from './access.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { picture } from './inspect.ts';
import { PASSWORD } from './people.ts';
import { person } from './people_pages.ts';
import { readQr } from './qr.ts';
import type { House } from './server.ts';

const MIRRORED = 'ar-XA';
const LANGUAGES = ['en', 'zh-Hans', 'zh-Hant', 'ja', 'ru', 'ko', 'de', 'fr', 'es', 'pt-BR', MIRRORED] as const;
/** What a browser in that language sends. */
const SENT: Readonly<Record<string, string>> = { 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW' };
const WIDTHS = [320, 1280] as const;
const NARROW = { width: WIDTHS[0], height: 640 };
const ALL_PICTURES = process.env['PICTURES'] === 'all';

test.use({ settings: { TESSERA_SERVER__TEST_LANGUAGE: 'true', TESSERA_OAUTH__REQUESTS: 'true' } });

/** Texts outside of names that are in English. Runs in the page. */
function english(lang: string): string[] {
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { textContent: text, parentElement: around } = texts.currentNode;
    if (around?.closest('script, style, noscript, [translate=no], #language')) continue;
    const isEnglish = lang === 'ar-XA' ? /[a-z]/i : /\b(the|and|your|you|with|this|of)\b/i;
    if (isEnglish.test(text ?? '')) found.push(text ?? '');
  }
  return found;
}

/** The page is in this language, says nothing in English, and does not scroll to the side. */
async function expectIn(lang: string, page: Page, name?: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
  await expect(page.locator('html')).toHaveAttribute('dir', lang === MIRRORED ? 'rtl' : 'ltr');
  if (lang !== 'en') expect(await page.evaluate(english, lang), page.url()).toEqual([]);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${page.url()} at ${width}`).toBeLessThanOrEqual(width);
    if (lang === MIRRORED) expect(await page.evaluate(lacks), page.url()).toEqual([]);
    if (ALL_PICTURES && name) {
      await page.screenshot({ path: picture(`screenshots/${lang}/${name}-${width}`), animations: 'disabled', fullPage: true });
    }
  }
  await page.setViewportSize(NARROW);
}

async function signIn(lang: string, page: Page): Promise<void> {
  await page.goto('/signin');
  await expectIn(lang, page, 'signin');
  await page.locator('#username').fill('alice');
  await page.locator('#password').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('form[action="/signout"]')).toBeVisible();
}

/** The name of a page's picture. */
function nameOf(path: string): string {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|app_\w+/g, 'one').replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home';
}

/** The pages of administrators, and of people who look after apps. */
function administration(server: House): string[] {
  server.command('user', 'promote', 'alice');
  server.command('group', 'add', 'staff');
  server.command('group', 'add-member', 'staff', 'bob');
  const app = server.addApp('Forum', ['--redirect-uri', 'https://shop.example/back', '--allow', 'group:staff']);
  const bob = person(server, 'bob');
  const lists = ['people', 'people/new', 'groups', 'groups/new', 'apps', 'apps/new', 'log', 'activity', 'requests', 'reports', 'security', `apps/${app.app_id}`];
  return [...lists.map((name) => `/admin/${name}`), bob, `${bob}/delete`, `${bob}/links`, '/apps/mine', '/apps/request'];
}

for (const lang of LANGUAGES) {
  test.describe(`in ${lang},`, () => {
    const language = { locale: SENT[lang] ?? lang } as const;

    test('every page that people see is complete on the narrowest screen and on a wide one', async ({ open }) => {
      const page = await open({ ...PHONE, ...language, viewport: NARROW });
      for (const path of ['/', '/login', '/login?code=1', '/s/HALF', '/nothing', '/language', '/scan', '/link']) {
        await page.goto(path);
        await expectIn(lang, page, `out-${nameOf(path)}`);
      }
      await signIn(lang, page);
      const own = ['profile', 'security', 'passkeys', 'devices', 'activity', 'apps', 'data', 'password', 'proof'].map((name) => `/account/${name}`);
      for (const path of ['/', '/link', '/scan', '/account', ...own]) {
        await page.goto(path);
        await expectIn(lang, page, nameOf(path));
      }
    });

    test('so is every page of people, groups and apps', async ({ open, server }) => {
      const paths = administration(server);
      const page = await open({ ...PHONE, ...language, viewport: NARROW });
      await signIn(lang, page);
      for (const path of paths) {
        await page.goto(path);
        await expectIn(lang, page, nameOf(path));
      }
    });

    test('the code is not mirrored, and both screens go through every state', async ({ open }) => {
      const desktop = await open({ ...DESKTOP, ...language, viewport: NARROW });
      const phone = await open({ ...PHONE, ...language, viewport: NARROW });
      await signIn(lang, phone);
      await desktop.goto('/login');
      await expectIn(lang, desktop, 'login');
      const waiting = await desktop.title();
      await phone.goto(await readQr(desktop));
      await phone.locator('button[name=pressed], form#approve').first().waitFor();
      if (await phone.locator('button[name=pressed]').isVisible()) await phone.locator('button[name=pressed]').click();
      await expect(phone.locator('form#approve')).toBeVisible();
      await expectIn(lang, phone, 'confirm');
      await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'scanned');
      await expectIn(lang, desktop, 'login-scanned');
      expect(await desktop.title()).not.toBe(waiting);
      if (lang === MIRRORED) expect((await desktop.title()).replace(/ · .*/, '')).not.toMatch(/[a-z]/i);
      await phone.locator('button.deny').click();
      await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'denied');
      await expectIn(lang, desktop, 'login-denied');
      await expectIn(lang, phone, 'denied');
    });
  });
}

test('a person chooses the language at the foot of any page, stays on it, and it is kept', async ({ open }) => {
  const page = await open({ ...DESKTOP });
  await page.goto('/signin?next=/account/devices');
  await page.getByRole('contentinfo').getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Language' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'English' })).toHaveAttribute('aria-current', 'true');
  await page.getByRole('button', { name: '简体中文' }).click();
  await expect(page).toHaveURL(/\/signin\?next=\/account\/devices$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await page.goto('/login');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await page.getByRole('contentinfo').getByRole('link', { name: '简体中文' }).click();
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

test('the choice outlasts what an app asks for, and works without script and by keyboard', async ({ open }) => {
  const page = await open({ ...DESKTOP, javaScriptEnabled: false });
  await page.goto('/signin?ui_locales=fr');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await page.getByRole('contentinfo').getByRole('link').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '日本語' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/ui_locales=fr$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja');
});
