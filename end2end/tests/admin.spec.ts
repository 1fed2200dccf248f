/** Apps are looked after by keyboard alone, with script and without, on a narrow screen and a wide one. */
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';

import { DESKTOP, expect, test as base } from './fixtures.ts';
import { enter, look, tabTo, type } from './keys.ts';
import { HANG_MS } from './ports.ts';
import { PASSWORD, expectHeading, expectSignedIn, isAdministrator } from './people.ts';
import type { House } from './server.ts';

/** A picture of another page will do. */
const LOGO = fileURLToPath(new URL('../pictures/login.png', import.meta.url));
const SHOP = 'https://shop.example/signed-in';
const NAME = 'Shop & <b>Sons</b>';

interface Form {
  readonly width: number;
  readonly javaScriptEnabled: boolean;
}

const test = base.extend<{ form: Form; desk: Page; seen: (name: string) => Promise<void>; app: string }>({
  form: [{ width: 1280, javaScriptEnabled: true }, { option: true }],

  /** A browser of this form. */
  desk: async ({ open, form: { width, javaScriptEnabled } }, use) => use(await open({ ...DESKTOP, viewport: { width, height: 844 }, javaScriptEnabled })),

  /** Looks at a page, which is the same without script. */
  seen: async ({ desk, form }, use) => use(async (name) => (form.javaScriptEnabled ? look(desk, `admin-${name}`) : undefined)),

  /** The address of an app's page, with an administrator before it. */
  app: async ({ desk, server }, use) => {
    await isAdministrator(desk, await server.setupLink());
    const address = `/admin/apps/${addShop(server)}`;
    await desk.goto(address);
    await use(address);
  },
});

function addShop(server: House): string {
  return server.addApp(NAME, ['--redirect-uri', SHOP]).app_id;
}

test.use({ people: false });

for (const width of [390, 1280]) {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(`by keyboard, ${width} pixels wide, ${javaScriptEnabled ? 'with' : 'without'} script`, () => {
      test.use({ form: { width, javaScriptEnabled } });

      test('the first account is made, and finds where apps are added', async ({ server, desk, seen }) => {
        await desk.goto(await server.setupLink());
        await enter(desk.getByRole('button', { name: 'Continue' }));
        await type(desk.getByLabel('Name that others see'), 'Grace Hopper');
        await type(desk.getByLabel('Username'), 'grace');
        await type(desk.getByLabel('Password'), PASSWORD);
        await enter(desk.getByRole('button', { name: 'Create account' }));
        await expectSignedIn(desk, 'Grace Hopper');
        await seen('home');

        await enter(desk.getByRole('link', { name: 'Manage apps' }));
        await expect(desk.getByText('No app is registered yet.')).toBeVisible();
        await seen('empty');
        await enter(desk.getByRole('link', { name: 'Add an app' }));
        await expect(desk.getByRole('button', { name: 'Add app' })).toBeVisible();
        await seen('new');
      });

      test('an app is registered, and its secret shown once', async ({ server, desk, seen }) => {
        await isAdministrator(desk, await server.setupLink());
        await desk.goto('/admin/apps/new');
        await type(desk.getByLabel('Name', { exact: true }), NAME);
        await type(desk.getByLabel('Redirect URI 1', { exact: true }), 'http://shop.example/');
        await enter(desk.getByRole('button', { name: 'Add app' }));
        await expect(desk.getByRole('alert')).toHaveText('Not saved. Check the marked field.');
        const wrong = desk.getByLabel('Redirect URI 1', { exact: true });
        await expect(wrong, 'the next key goes where it is needed').toBeFocused();
        await expect(wrong).toHaveAccessibleDescription(/^It has to start with https:\/\//);
        await seen('wrong');
        await type(wrong, SHOP);
        await enter(desk.getByRole('button', { name: 'Add app' }));

        await expectHeading(desk, NAME);
        const secret = desk.locator('#fresh-secret');
        await expect(secret).toHaveText(/^[\w-]{43}$/);
        await expect(desk.getByRole('button', { name: 'Copy' })).toHaveCount(javaScriptEnabled ? 3 : 0);
        await seen('added');
        // A second press is answered like the first one, for some seconds.
        await expect(async () => {
          await desk.reload();
          expect(await secret.count(), 'shown once').toBe(0);
        }).toPass({ timeout: HANG_MS });
      });

      test('an app is changed, and gets another secret', async ({ app, desk, seen }) => {
        await tabTo(desk.locator('summary', { hasText: 'Node.js' }));
        await desk.keyboard.press('Enter');
        await expect(desk.locator('pre', { hasText: 'openid-client' })).toBeVisible();
        await tabTo(desk.locator('summary', { hasText: 'More settings' }));
        await desk.keyboard.press('Enter');
        await seen('open');
        await tabTo(desk.getByLabel('Devices without a browser'));
        await desk.keyboard.press('Space');
        await enter(desk.getByRole('button', { name: 'Save' }));
        await expect(desk.getByRole('status')).toHaveText('Saved.');
        await expect(desk.getByLabel('Devices without a browser')).toBeChecked();
        await enter(desk.getByRole('button', { name: 'Make a new secret' }));
        await expect(desk.locator('#fresh-secret')).toBeVisible();
        await expect(desk.locator('#app-id')).toHaveText(app.split('/').at(-1) ?? '');
        await enter(desk.getByRole('link', { name: 'Change log' }));
        await expect(desk.getByRole('listitem'), 'added, changed, another secret').toHaveCount(3);
      });

      test('an app gets a logo, and is tried', async ({ app, desk, seen }) => {
        await tabTo(desk.getByLabel('Picture file'));
        await desk.getByLabel('Picture file').setInputFiles(LOGO);
        await enter(desk.getByRole('button', { name: 'Upload' }));
        await expect(desk.getByRole('status')).toHaveText('People see its logo from now on.');
        await seen('logo');
        await enter(desk.getByRole('button', { name: 'Try it' }));
        await expectHeading(desk, `Continue to ${NAME}?`);
        await seen('try-asked');
        await enter(desk.getByRole('button', { name: 'Allow' }));
        await expect(desk.getByRole('status')).toHaveText(/^It works\./);
        await expect(desk.locator('pre', { hasText: '"acr": "urn:tessera:password"' })).toBeVisible();
        await seen('tried');
        await desk.goto('/account/apps');
        await enter(desk.getByRole('button', { name: 'Withdraw from Shop' }));
        await desk.goto(app);
        await enter(desk.getByRole('link', { name: 'Change log' }));
        await expect(desk.getByRole('listitem'), 'added, a logo, tried').toHaveCount(3);
        await seen('log');
      });

      test('an app is allowed, and withdrawn from', async ({ server, desk, seen }) => {
        await isAdministrator(desk, await server.setupLink());
        await desk.goto('/account/apps');
        await expectHeading(desk, 'Apps you allowed');
        await seen('allowed-none');
        await desk.context().route('https://shop.example/**', async (route) => route.fulfill({ body: 'the shop' }));
        const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
        const asked = { client_id: addShop(server), redirect_uri: SHOP, response_type: 'code', scope: 'openid profile', code_challenge: challenge };
        await desk.goto(`/oauth/authorize?${new URLSearchParams({ ...asked, code_challenge_method: 'S256' })}`);
        await expectHeading(desk, `Continue to ${NAME}?`);
        await enter(desk.getByRole('button', { name: 'Allow' }));
        await expect(desk).toHaveURL(/^https:\/\/shop\.example\/signed-in\?code=/);
        await desk.goto('/account/apps');
        await seen('allowed');
        await enter(desk.getByRole('button', { name: 'Withdraw from Shop' }));
        await expect(desk.getByText('You have not signed in to any site with this account yet.')).toBeVisible();
      });

      test('an app is disabled', async ({ app, desk, seen }) => {
        await expect(desk).toHaveURL(new RegExp(`${app}$`));
        await enter(desk.getByRole('button', { name: 'Disable this app' }));
        await expect(desk.getByText(/^Disabled since/)).toBeVisible();
        await desk.goto('/admin/apps');
        await expect(desk.getByText('disabled', { exact: true })).toBeVisible();
        await seen('list');
      });
    });
  }
}

test('a button copies the value beside it, and says so', async ({ open, server }) => {
  const desk = await open({ ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] });
  await isAdministrator(desk, await server.setupLink());
  const id = addShop(server);
  await desk.goto(`/admin/apps/${id}`);
  const button = desk.locator('button[data-copies]').first();
  const copied = await button.evaluate((it: HTMLElement) => document.getElementById(it.dataset['copies'] ?? '')?.textContent);
  await desk.locator('details').evaluateAll((all) => all.forEach((it) => it.setAttribute('open', '')));
  await button.click();
  await expect(button).toHaveText('Copied');
  expect(await desk.evaluate(() => navigator.clipboard.readText())).toBe(copied);
});
