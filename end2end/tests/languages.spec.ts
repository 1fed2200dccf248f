/** Every page in every language, and in the server's test language. */
import type { BrowserContext, Cookie, Page, Response } from '@playwright/test';

import { DESKTOP, type Open, PHONE, expect, test } from './fixtures.ts';
import { ALL_PICTURES } from './inspect.ts';
import { LANGUAGES, UNLIKE, faultsIn } from './languages.ts';
import { type Look, TOUR } from './pages.ts';
import { isSignedIn } from './people.ts';
import { HANG_MS } from './ports.ts';
import { readQr } from './qr.ts';
import { TOURS } from './tours.ts';

/** One reader and one address: all are looked at in many languages, so that no limit may end that. */
const SETTINGS = {
  ...TOUR,
  TESSERA_SERVER__TEST_LANGUAGE: 'true',
  TESSERA_LIMITS__REQUESTS_PER_MINUTE: '100000',
  TESSERA_LIMITS__LOGINS_PER_MINUTE: '10000',
};

/** In English the tours look themselves (`screenshots.spec.ts`); only pictures are wanted to compare with. */
const REVISITED = Object.entries(LANGUAGES).filter(([lang]) => lang !== 'en' || ALL_PICTURES);

/** Where a tour was: in whose browser, at what address. */
interface Seen {
  readonly name: string;
  readonly url: string;
  readonly context: BrowserContext;
  readonly cookies: Cookie[];
  /** The form to which the page is the answer, where a form was refused. */
  readonly refused: string | null;
}

/** What a tour saw. */
class Notes {
  readonly seen = new Map<string, Seen>();
  readonly #answers = new Map<Page, Response>();

  /** Opens pages as `open` does, and remembers what each of them was answered. */
  watching(open: Open): Open {
    return async (options) => {
      const page = await open(options);
      page.on('response', (answer) => {
        if (answer.request().isNavigationRequest() && answer.frame() === page.mainFrame()) this.#answers.set(page, answer);
      });
      return page;
    };
  }

  /** Notes each address once for whoever is not signed in there, and once for whoever is: what the browser keeps tells that. */
  readonly look: Look = async (page, name) => {
    const [url, context, answer] = [page.url(), page.context(), this.#answers.get(page)];
    const cookies = await context.cookies();
    const refused = answer && answer.status() >= 400 ? answer.request().postData() : null;
    const key = [url, refused, ...cookies.map((cookie) => cookie.name).sort()].join(' ');
    // Where a tour comes twice, the later name tells better what will be there.
    this.seen.set(key, { name, url, context, cookies, refused });
  };
}

/** Sends a form once more. Runs in the page. */
function send({ action, fields }: { action: string; fields: [string, string][] }): void {
  const form = Object.assign(document.createElement('form'), { method: 'post', action });
  for (const [name, value] of fields) form.append(Object.assign(document.createElement('input'), { name, value }));
  document.body.append(form);
  form.submit();
}

async function sendAgain(page: Page, action: string, form: string): Promise<void> {
  await page.goto('/language');
  await Promise.all([page.waitForEvent('framenavigated'), page.evaluate(send, { action, fields: [...new URLSearchParams(form)] })]);
  await page.waitForLoadState();
}

/** What is wrong in any language with the page that is at an address once the tour is over. */
async function faultsAt({ name, url, context, cookies, refused }: Seen): Promise<string[]> {
  const faults: string[] = [];
  await context.clearCookies();
  await context.addCookies(cookies);
  const page = await context.newPage();
  for (const [lang, { sent }] of REVISITED) {
    await page.setExtraHTTPHeaders({ 'accept-language': sent });
    await (refused === null ? page.goto(url) : sendAgain(page, url, refused));
    // The page may go on by itself just now; then the next one is looked at.
    const look = async () => void (found = await faultsIn(lang, page, name));
    let found: string[] = [];
    await expect(look).toPass({ timeout: HANG_MS });
    faults.push(...found);
  }
  await page.close();
  return faults;
}

/** What a page is to somebody who hears it, and to somebody who goes through it by keyboard. */
interface Meets {
  /** The roles in their order, with levels and states, without what they are called. */
  readonly roles: string[];
  /** What has the focus after each press of the tab key. */
  readonly stops: string[];
}

async function meets(page: Page): Promise<Meets> {
  const tree = await page.locator('main').ariaSnapshot();
  const lines = tree.split('\n').map((line) => /^ *- '?(\w+)(?: "(?:[^"\\]|\\.)*")?((?: \[[^\]]*\])*)/.exec(line));
  const roles = lines.flatMap((line) => (line && line[1] !== 'text' ? [`${line[1]}${line[2]}`] : []));
  const stops: string[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const item = document.activeElement;
      const told = ['id', 'name', 'type', 'href'].map((name) => item?.getAttribute(name) ?? '');
      // The names of tickets are others each time.
      return item === document.body ? '' : [item?.localName, ...told].join(' ').replaceAll(/[\w-]{16,}/g, '*');
    });
    // After the last one the first one comes again, or the page as a whole.
    if (stop === '' || stops.includes(stop)) return { roles, stops };
    stops.push(stop);
  }
}

test.describe('in every language:', () => {
  // A browser's own language would go before the one that a page asks for.
  test.use({ locale: async ({}, use) => use(undefined) });

  for (const [part, { visit, settings, people = true }] of Object.entries(TOURS)) {
    test.describe(() => {
      test.use({ settings: { ...SETTINGS, ...settings }, people });

      test(part, async ({ open, server }) => {
        const notes = new Notes();
        await visit({ open: notes.watching(open), shape: PHONE, look: notes.look }, server);
        const faults: string[] = [];
        for (const seen of notes.seen.values()) faults.push(...(await faultsAt(seen)));
        expect(faults).toEqual([]);
      });
    });
  }
});

test.describe(() => {
  test.use({ settings: SETTINGS });

  for (const [lang, { sent }] of Object.entries(LANGUAGES)) {
    test(`in ${lang} the code is not mirrored, and both screens go through every state`, async ({ open }) => {
      const expectIn = async (page: Page, name: string) => expect(await faultsIn(lang, page, name)).toEqual([]);
      const [desktop, phone] = [await open({ ...DESKTOP, locale: sent }), await open({ ...PHONE, locale: sent })];
      await isSignedIn(phone);
      await desktop.goto('/login');
      await expectIn(desktop, 'state-waiting');
      const waiting = await desktop.title();
      await phone.goto(await readQr(desktop));
      await expect(phone.locator('form#approve')).toBeVisible();
      await expectIn(phone, 'state-confirm');
      await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'scanned');
      await expectIn(desktop, 'state-scanned');
      expect(await desktop.title()).not.toBe(waiting);
      await phone.locator('button.deny').click();
      await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'denied');
      await expectIn(desktop, 'state-denied');
      await expectIn(phone, 'state-denied-phone');
    });
  }

  test('a screen reader and the keyboard meet in Chinese and from right to left what they meet in English', async ({ open }) => {
    const met: Record<string, Meets>[] = [];
    const own = await open(PHONE);
    await isSignedIn(own);
    for (const lang of ['en', ...UNLIKE]) {
      const language = { locale: LANGUAGES[lang]?.sent ?? lang };
      const [desktop, phone] = [await open({ ...DESKTOP, ...language }), await open({ ...PHONE, ...language })];
      // The same phone each time: another one would be news.
      await phone.context().addCookies(await own.context().cookies());
      await desktop.goto('/login');
      const waiting = await meets(desktop);
      await phone.goto(await readQr(desktop));
      await expect(phone.locator('form#approve')).toBeVisible();
      await expect(desktop.locator('#panel')).toHaveAttribute('data-state', 'scanned');
      met.push({ waiting, scanned: await meets(desktop), question: await meets(phone) });
    }
    const [english, ...others] = met;
    for (const other of others) expect(other).toEqual(english);
  });
});

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
