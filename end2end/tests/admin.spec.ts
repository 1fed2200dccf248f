/** Apps are looked after by keyboard alone, with script and without, on a narrow screen and a wide one. */
import { fileURLToPath } from 'node:url';

import { DESKTOP, expect, test } from './fixtures.ts';
import { enter, look, tabTo, type } from './keys.ts';
import { PASSWORD, expectHeading, expectSignedIn } from './people.ts';

/** A picture of another page will do. */
const LOGO = fileURLToPath(new URL('../pictures/login.png', import.meta.url));
const SHOP = 'https://shop.example/signed-in';

test.use({ people: false });

for (const width of [390, 1280]) {
  for (const javaScriptEnabled of [true, false]) {
    const how = `${width} pixels wide, ${javaScriptEnabled ? 'with' : 'without'} script`;

    test(`an app is registered, changed and withdrawn from by keyboard: ${how}`, async ({ server, open }) => {
      const page = await open({ ...DESKTOP, viewport: { width, height: 844 }, javaScriptEnabled });
      const seen = async (name: string) => (javaScriptEnabled ? look(page, `admin-${name}`) : undefined);
      await page.goto(await server.setupLink());
      await type(page.getByLabel('Name that others see'), 'Grace Hopper');
      await type(page.getByLabel('Username'), 'grace');
      await type(page.getByLabel('Password'), PASSWORD);
      await enter(page.getByRole('button', { name: 'Create account' }));
      await expectSignedIn(page, 'Grace Hopper');
      await seen('home');

      await enter(page.getByRole('link', { name: 'Manage apps' }));
      await expect(page.getByText('No app is registered yet.')).toBeVisible();
      await seen('empty');
      await enter(page.getByRole('link', { name: 'Add an app' }));
      await seen('new');
      await type(page.getByLabel('Name', { exact: true }), 'Shop & <b>Sons</b>');
      await type(page.getByLabel('Redirect URI 1', { exact: true }), 'http://shop.example/');
      await enter(page.getByRole('button', { name: 'Add app' }));
      await expect(page.getByRole('alert')).toHaveText('Nothing was saved: one field needs another look.');
      const wrong = page.getByLabel('Redirect URI 1', { exact: true });
      await expect(wrong, 'the next key goes where it is needed').toBeFocused();
      await expect(wrong).toHaveAccessibleDescription(/^It has to start with https:\/\//);
      await seen('wrong');
      await type(wrong, SHOP);
      await enter(page.getByRole('button', { name: 'Add app' }));

      await expectHeading(page, 'Shop & <b>Sons</b>');
      const secret = page.locator('#fresh-secret');
      await expect(secret).toHaveText(/^[\w-]{43}$/);
      await expect(page.getByRole('button', { name: 'Copy' })).toHaveCount(javaScriptEnabled ? 3 : 0);
      await seen('added');
      await page.reload();
      await expect(secret, 'shown once').toHaveCount(0);

      await tabTo(page.locator('summary', { hasText: 'Node.js' }));
      await page.keyboard.press('Enter');
      await expect(page.locator('pre', { hasText: 'openid-client' })).toBeVisible();
      await tabTo(page.locator('summary', { hasText: 'More settings' }));
      await page.keyboard.press('Enter');
      await seen('open');
      await tabTo(page.getByLabel('Devices without a browser'));
      await page.keyboard.press('Space');
      await enter(page.getByRole('button', { name: 'Save' }));
      await expect(page.getByRole('status')).toHaveText('Saved.');
      await expect(page.getByLabel('Devices without a browser')).toBeChecked();
      await enter(page.getByRole('button', { name: 'Make a new secret' }));
      await expect(secret).toBeVisible();
      const id = (await page.locator('#app-id').textContent()) ?? '';

      await tabTo(page.getByLabel('Picture file'));
      await page.getByLabel('Picture file').setInputFiles(LOGO);
      await enter(page.getByRole('button', { name: 'Upload' }));
      await expect(page.getByRole('status')).toHaveText('People see its logo from now on.');
      await seen('logo');
      await enter(page.getByRole('button', { name: 'Try it' }));
      await expectHeading(page, 'Continue to Shop & <b>Sons</b>?');
      await seen('try-asked');
      await enter(page.getByRole('button', { name: 'Allow' }));
      await expect(page.getByRole('status')).toHaveText(/^It works\./);
      await expect(page.locator('pre', { hasText: '"acr": "urn:tessera:password"' })).toBeVisible();
      await seen('tried');
      await page.goto('/account/apps');
      await enter(page.getByRole('button', { name: 'Withdraw from Shop' }));
      await page.goto(`/admin/apps/${id}`);
      await enter(page.getByRole('link', { name: 'What was done to it' }));
      await expect(page.getByRole('listitem')).toHaveCount(5);
      await seen('log');

      await page.goto('/account/apps');
      await expectHeading(page, 'Apps you allowed');
      await seen('allowed-none');
      await page.context().route('https://shop.example/**', async (route) => route.fulfill({ body: 'the shop' }));
      const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
      const asked = { client_id: id, redirect_uri: SHOP, response_type: 'code', scope: 'openid profile', code_challenge: challenge };
      await page.goto(`/oauth/authorize?${new URLSearchParams({ ...asked, code_challenge_method: 'S256' })}`);
      await expectHeading(page, 'Continue to Shop & <b>Sons</b>?');
      await enter(page.getByRole('button', { name: 'Allow' }));
      await expect(page).toHaveURL(/^https:\/\/shop\.example\/signed-in\?code=/);
      await page.goto('/account/apps');
      await seen('allowed');
      await enter(page.getByRole('button', { name: 'Withdraw from Shop' }));
      await expect(page.getByText('You have not signed in to any site with this account yet.')).toBeVisible();

      await page.goto(`/admin/apps/${id}`);
      await enter(page.getByRole('button', { name: 'Disable this app' }));
      await expect(page.getByText(/^Disabled since/)).toBeVisible();
      await page.goto('/admin/apps');
      await expect(page.getByText('disabled', { exact: true })).toBeVisible();
      await seen('list');
    });
  }
}
