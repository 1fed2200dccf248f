/** Mails as a mail program shows them, and the pages that send them. */
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

import { pale } from './access.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { inspect, picture } from './inspect.ts';
import { isSignedIn } from './people.ts';
import { addPeople, person, press } from './people_pages.ts';

/** What the Rust test `mail::written` left there, which `make e2e` and `make pictures` run first. */
const MAILS = fileURLToPath(new URL('../../target/mails/', import.meta.url));

/** Escapes a text for HTML. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

for (const tag of ['en', 'ar-XA']) {
  for (const [width, shape] of [[1100, 'desktop'], [390, 'phone']] as const) {
    test(`each mail in ${tag} fits on a ${shape} and loads nothing`, async ({ browser }) => {
      expect(existsSync(MAILS), 'make e2e writes the mails first').toBe(true);
      const page = await browser.newPage({ viewport: { width, height: 700 }, javaScriptEnabled: true });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const names = readdirSync(MAILS).filter((name) => name.endsWith(`-${tag}.html`));
      expect(names.length).toBeGreaterThan(8);
      for (const name of names) {
        await page.setContent(readFileSync(`${MAILS}${name}`, 'utf8'));
        for (const narrow of [width, 320]) {
          await page.setViewportSize({ width: narrow, height: 700 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(narrow);
        }
        await page.setViewportSize({ width, height: 700 });
        // The ground is that of the mail program; here that of the browser.
        await page.addStyleTag({ content: 'html, body { background: Canvas; color: CanvasText }' });
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(pale), `${name} (${colorScheme})`).toEqual([]);
        }
      }
      expect(asked.filter((url) => !url.startsWith('about:')), 'a mail loads nothing').toEqual([]);

      // All of them on one sheet, for people to look at.
      const cell = (name: string) => {
        const html = readFileSync(`${MAILS}${name}`, 'utf8');
        const text = readFileSync(`${MAILS}${name.replace('.html', '.txt')}`, 'utf8');
        const dir = tag === 'en' ? 'ltr' : 'rtl';
        return `<h2>${name.replace('.html', '')}</h2><div class="pair"><iframe srcdoc="${escaped(html)}"></iframe><pre dir="${dir}">${escaped(text)}</pre></div>`;
      };
      const style = 'h2{font:600 14px monospace;margin:16px 0 4px}.pair{display:flex;flex-wrap:wrap;gap:12px}iframe{width:min(100%,540px);height:440px;border:1px solid #888}pre{flex:1 1 340px;margin:0;padding:12px;border:1px solid #888;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 monospace}';
      await page.setContent(`<style>${style}</style>${names.map(cell).join('')}`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.screenshot({ path: picture(`screenshots/mails-${tag}-${shape}-dark`), fullPage: true });
      await page.emulateMedia({ colorScheme: 'light' });
      const where = process.env['UPDATE_README'] === '1' && shape === 'desktop' ? 'pictures' : 'screenshots';
      await page.screenshot({ path: picture(`${where}/mails-${tag}-${shape}`), fullPage: true });
      await page.close();
    });
  }
}

/** A mail server that takes everything, and the mails that it took. */
async function mailServer(): Promise<{ port: number; mails: string[]; close: () => void }> {
  const mails: string[] = [];
  const serve = (socket: Socket) => {
    let [held, message] = ['', null as string | null];
    socket.write('220 localhost\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      held += bytes.toString();
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        if (message !== null) {
          if (line === '.') {
            mails.push(message.replaceAll('=\r\n', '').replaceAll('=3D', '='));
            message = null;
            socket.write('250 taken\r\n');
          } else {
            message += `${line}\r\n`;
          }
        } else if (line === 'DATA') {
          message = '';
          socket.write('354 go on\r\n');
        } else {
          socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 fine\r\n');
        }
      }
    });
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, mails, close: () => server.close() };
}

const withMail = test.extend<{ mailed: Awaited<ReturnType<typeof mailServer>> }>({
  mailed: async ({}, use) => {
    const server = await mailServer();
    await use(server);
    server.close();
  },
  settings: async ({ mailed }, use) => {
    await use({ TESSERA_MAIL__SMTP: `smtp://127.0.0.1:${mailed.port}?tls=none`, TESSERA_MAIL__FROM: 'login@example.com', TESSERA_SERVER__TEST_LANGUAGE: 'true' });
  },
});

for (const [shape, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  withMail(`a person proves an address, and gets back in, by mail on a ${shape}`, async ({ open, server, mailed }) => {
    const faults: string[] = [];
    const look = inspect(shape, faults);
    const link = async (which: number) => {
      await expect.poll(() => mailed.mails.length, { timeout: 20_000 }).toBeGreaterThan(which);
      const found = mailed.mails[which]?.match(/https?:\/\/[^/\s]+(\/(?:address|welcome)\/[\w-]+)/);
      return found?.[1] ?? '';
    };
    addPeople(server, [{ username: 'carol', display_name: 'Carol', email: 'carol@example.org' }]);
    server.command('user', 'promote', 'alice');
    const page = await open(options);
    await isSignedIn(page);
    await page.goto('/account/profile');
    await page.locator('#email').fill('alice@example.org');
    await press(page, 'Change address');
    await look(page, 'mail-unproven');
    // A recovery link goes to an address that nobody confirmed only if whoever makes it is sure.
    await page.goto(`${person(server, 'alice')}/links`);
    await look(page, 'mail-links-unproven');
    await press(page, 'Send by email');
    await expect(page.getByRole('alert')).toContainText('Nothing was made.');
    await look(page, 'mail-links-unproven-first');
    await page.goto('/account/profile');
    await press(page, 'Send a link to confirm it');
    await expect(page.getByText('The email is on its way.')).toBeVisible();
    await look(page, 'mail-prove-sent');
    await page.goto(await link(0));
    await look(page, 'mail-prove');
    await press(page, 'Confirm address');
    await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeVisible();
    await look(page, 'mail-proven');
    await page.goto('/address/nothing');
    await look(page, 'mail-link-unknown');

    await page.goto(`${person(server, 'carol')}/links`);
    await look(page, 'mail-links');
    await press(page, 'Send by email');
    await expect(page.getByText('The email is on its way to')).toBeVisible();
    await look(page, 'mail-links-sent');

    // Nobody gets back in by mail who has rights.
    server.command('user', 'promote', 'bob');
    server.command('user', 'demote', 'alice');
    const lost = await open(options);
    await lost.goto('/signin');
    await look(lost, 'mail-signin');
    await press(lost, 'Forgot your password?', 'link');
    await look(lost, 'mail-forgot');
    await lost.locator('#name').fill('alice@example.org');
    await press(lost, 'Send a link');
    await expect(lost.getByRole('heading', { name: 'Check your email' })).toBeVisible();
    await look(lost, 'mail-forgot-sent');
    await lost.goto(await link(2));
    await expect(lost.getByRole('heading', { name: 'Get back into your account' })).toBeVisible();
    expect(faults).toEqual([]);
  });
}

withMail.describe('in the mirrored language', () => {
  withMail('the pages about mail are mirrored on the narrowest screen', async ({ browser, server, mailed }) => {
    expect(mailed.port).toBeGreaterThan(0);
    const page = await browser.newPage({ ...PHONE, locale: 'ar-XA', viewport: { width: 320, height: 640 }, baseURL: server.origin });
    for (const path of ['/forgot', '/forgot?sent=1', '/address/nothing', '/signin']) {
      await page.goto(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
    }
    await page.close();
  });
});
