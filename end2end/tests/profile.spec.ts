/** What people tell of themselves, and what an app gets of it: by keyboard alone, with script and without. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';
import * as client from 'openid-client';

import { DESKTOP, PHONE } from './fixtures.ts';
import { enter, look, tabTo, type } from './keys.ts';
import { approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, scanByPress } from './people.ts';
import { cameBack, expect, request, test } from './site.ts';

const PICTURE = fileURLToPath(new URL('../pictures/confirm.png', import.meta.url));

/** Where an app finds it. */
const PICTURE_PATH = /\/picture\/[\w-]{22}\/0$/;

/** Alice is signed in, and has told of herself before. */
async function hasProfile(page: Page): Promise<void> {
  await isSignedIn(page);
  const shown = await (await page.request.get('/account/profile')).text();
  const seen = /name="seen" value="([^"]+)"/.exec(shown)?.[1] ?? '';
  const typed = { display_name: 'Alice Ångström', gender: 'other', city: 'Graz', province: '', country: 'Austria', language: 'nl', seen };
  const picture = { name: 'me.png', mimeType: 'image/png', buffer: readFileSync(PICTURE) };
  const ours = { headers: { 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 };
  const answers = [
    await page.request.post('/account/profile', { form: typed, ...ours }),
    await page.request.post('/account/profile/picture', { multipart: { picture }, ...ours }),
  ];
  expect(answers.map((answer) => answer.status())).toEqual([303, 303]);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? 'with' : 'without'} script`, () => {
    const shape = { ...(javaScriptEnabled ? DESKTOP : { ...DESKTOP, viewport: { width: 390, height: 844 } }), javaScriptEnabled };
    const seen = async (page: Page, name: string) => (javaScriptEnabled ? look(page, name) : undefined);

    test('a person tells of themselves', async ({ open }) => {
      const page = await open(shape);
      await isSignedIn(page);
      await page.goto('/');
      await enter(page.getByRole('link', { name: 'Your account' }));
      await expectHeading(page, 'Your account');
      await enter(page.getByRole('link', { name: 'Your profile' }));
      await expectHeading(page, 'Your profile');
      await seen(page, 'profile-empty');

      await type(page.getByLabel('City'), 'Graz');
      await type(page.getByLabel('Country'), 'Austria');
      await tabTo(page.getByLabel('Language'));
      await page.keyboard.type('Nederlands');
      await tabTo(page.getByLabel('Gender'));
      await page.keyboard.type('Another');
      await type(page.getByLabel('Name that others see'), ' ');
      await enter(page.getByRole('button', { name: 'Save' }));
      await expect(page.getByRole('alert')).toHaveText('Not saved. Check the marked field.');
      const name = page.getByLabel('Name that others see');
      await expect(name, 'the next key goes where it is needed').toBeFocused();
      await expect(name).toHaveAccessibleDescription(/^Use 1 to 64 characters/);
      await expect(page.getByLabel('City')).toHaveValue('Graz');
      await expect(page.getByLabel('Language')).toHaveValue('nl');
      await seen(page, 'profile-wrong');
      await type(name, 'Alice Ångström');
      await enter(page.getByRole('button', { name: 'Save' }));
      await expect(page.getByRole('status')).toHaveText('Saved.');

      await enter(page.getByRole('button', { name: 'Upload' }));
      await expect(page.getByLabel('Picture file')).toHaveAccessibleDescription(/^Choose a file first/);
      await page.getByLabel('Picture file').setInputFiles(PICTURE);
      await enter(page.getByRole('button', { name: 'Upload' }));
      await expect(page.getByRole('status')).toHaveText('Your picture is saved.');
      const portrait = page.locator('img.avatar');
      await expect.poll(async () => portrait.evaluate((item: HTMLImageElement) => item.naturalWidth)).toBe(132);
      await seen(page, 'profile');
      await page.goto('/');
      await expectSignedIn(page, 'Alice Ångström');
      await seen(page, 'profile-home');
    });

    test('an app gets what is ticked on the phone', async ({ desktop, open, site }) => {
      const config = await site.discover();
      const { asks, checks } = await request(site, 'openid profile address offline_access');
      const phone = await open({ ...PHONE, javaScriptEnabled });
      await hasProfile(phone);
      await desktop.goto(client.buildAuthorizationUrl(config, asks).href);
      await scanByPress(phone, desktop);
      await expectStatus(desktop, 'Alice Ångström: Confirm on your phone');
      await expect(desktop.locator('.veil img.avatar'), 'who scanned, on the screen').toBeVisible();
      const [no, yes] = [phone.getByRole('button', { name: 'Deny' }), phone.getByRole('button', { name: 'Approve' })];
      await expect(no).toBeFocused();
      const ticked = async () => phone.getByRole('checkbox', { checked: true }).evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value));
      expect(await ticked()).toEqual(['name', 'username', 'picture', 'language']);
      if (javaScriptEnabled) {
        for (const control of [no, yes, phone.getByRole('heading', { level: 1 })]) await expect(control).toBeInViewport({ ratio: 1 });
        expect(await phone.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight])).toEqual([360, 640]);
        await look(phone, 'profile-confirm');
        await look(desktop, 'profile-scanned');
      }
      await no.focus();
      await phone.keyboard.press('Shift+Tab');
      await expect(phone.getByLabel('Stay signed in')).toBeFocused();
      await phone.keyboard.press('Shift+Tab');
      await expect(phone.getByLabel('Place')).toBeFocused();
      await phone.keyboard.press('Space');
      await phone.keyboard.press('Shift+Tab');
      await expect(phone.getByLabel('Gender'), 'is left as it is').toBeFocused();
      await phone.keyboard.press('Shift+Tab');
      await expect(phone.getByLabel('Language')).toBeFocused();
      await phone.keyboard.press('Space');
      expect(await ticked()).toEqual(['name', 'username', 'picture', 'place']);
      await tabTo(yes);
      await phone.keyboard.press('Enter');

      const tokens = await client.authorizationCodeGrant(config, await cameBack(desktop, site), checks);
      const info = await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck);
      const address = { locality: 'Graz', country: 'Austria' };
      const told = { name: 'Alice Ångström', preferred_username: 'alice', address, picture: expect.stringMatching(PICTURE_PATH) };
      expect(info).toEqual({ sub: info.sub, ...told, updated_at: expect.any(Number) });
    });

    test('an app loses what is taken back, and asks for it again', async ({ open, site }) => {
      const page = await open(shape);
      await hasProfile(page);
      const config = await site.discover();
      const { asks, checks } = await request(site, 'openid profile address offline_access');
      await page.goto(client.buildAuthorizationUrl(config, asks).href);
      await enter(page.getByRole('button', { name: 'Allow' }));
      const tokens = await client.authorizationCodeGrant(config, await cameBack(page, site), checks);
      const learns = async () => client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck);
      const { picture, ...others } = await learns();
      expect(picture).toEqual(expect.stringMatching(PICTURE_PATH));

      await page.goto('/account/apps');
      await seen(page, 'profile-allowed');
      await tabTo(page.getByLabel('Picture'));
      await page.keyboard.press('Space');
      await enter(page.getByRole('button', { name: 'Save what Forum learns' }));
      await expect(page.getByRole('status')).toHaveText('Saved.');
      expect(await learns()).toEqual(others);

      // An app that asks for more asks again, here of somebody who is signed in already.
      const more = await request(site, 'openid profile address offline_access');
      await page.goto(client.buildAuthorizationUrl(config, { ...more.asks, prompt: 'consent' }).href);
      await expectHeading(page, 'Continue to Forum?');
      await expect(page.getByRole('button', { name: 'Deny' })).toBeFocused();
      await expect(page.getByLabel('Picture')).not.toBeChecked();
      await seen(page, 'profile-consent');
      await page.getByLabel('Picture').check();
      await enter(page.getByRole('button', { name: 'Allow' }));
      await cameBack(page, site);
      expect(await learns()).toMatchObject({ picture });
    });
  });
}

test('a picture is taken off again, and initials are there', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await phone.goto('/account/profile');
  await phone.getByLabel('Picture file').setInputFiles(PICTURE);
  await phone.getByRole('button', { name: 'Upload' }).click();
  await phone.getByRole('button', { name: 'Remove picture' }).click();
  await expect(phone.getByRole('status')).toHaveText('Your picture is removed.');
  await expect(phone.locator('.avatar')).toHaveText('AA');
  await desktop.goto('/login');
  await scanByPress(phone, desktop);
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await expect(desktop.locator('.veil p.avatar')).toHaveText('AA');
  await approve(phone);
  await expectSignedIn(desktop);
});
