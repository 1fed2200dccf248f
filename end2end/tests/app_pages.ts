/** The pages of apps: who may use them, who asks for them, and what administrators see. Tours like those of `pages.ts`. */
import { type Page, expect } from '@playwright/test';

import type { Part, Tour } from './pages.ts';
import { LONG, addPeople, press } from './people_pages.ts';
import { expectHeading, isSignedIn, scan } from './people.ts';
import { readQr } from './qr.ts';
import type { House } from './server.ts';

const BACK = 'https://shop.example/signed-in';

/** An authorization request of this app. */
function asks(client_id: string, scope: string): string {
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const params = { client_id, redirect_uri: BACK, response_type: 'code', scope, state: '1' };
  return `/oauth/authorize?${new URLSearchParams({ ...params, code_challenge: challenge, code_challenge_method: 'S256' })}`;
}

/** Apps that are open to some, and what the others see. */
async function audiencePages({ open, shape, look }: Tour, server: House): Promise<void> {
  const [browser, phone, person] = [await open(shape), await open(shape), await open(shape)];
  for (const name of ['staff', 'wiki-editors', `the-people-of-${'department-'.repeat(4)}42`]) server.command('group', 'add', name);
  addPeople(server, [{ username: 'carol', display_name: LONG, groups: ['staff'] }]);
  for (const name of ['staff', 'wiki-editors']) server.command('group', 'add-member', name, 'bob');
  const add = (name: string, allow: string) => server.addApp(name, ['--redirect-uri', BACK, '--client-uri', 'https://shop.example/', '--allow', allow]);
  const app = add('Forum', 'group:staff');
  add('Aktenverwaltungsgesellschaft 🗄️ für Donaudampfschifffahrt', 'everyone');
  for (const name of ['Calendar', 'Files', 'Wiki']) add(name, 'everyone');
  const nobody = add('The Shop of Things with a Rather Long Name', 'nobody');
  await Promise.all([isSignedIn(phone), isSignedIn(person, 'bob')]);

  await phone.goto('/');
  await look(phone, 'home-tiles');
  await phone.goto(asks(app.app_id, 'openid'));
  await look(phone, 'app-may-not-use');
  await phone.goto(asks(nobody.app_id, 'openid'));
  await look(phone, 'app-nobody-may-use');
  const show = async () => {
    await browser.goto(asks(app.app_id, 'openid profile email groups'));
    if (shape.isMobile) await browser.getByRole('button', { name: 'Show a code for another phone' }).click();
  };
  await show();
  await phone.goto(await readQr(browser));
  await expectHeading(phone, /^You may not use/);
  await look(phone, 'app-confirm-may-not-use');
  await person.goto(asks(app.app_id, 'openid profile email groups offline_access'));
  await look(person, 'app-consent-groups');
  await show();
  await scan(person, browser);
  await look(person, 'app-confirm-groups');
  await person.route(`${BACK}**`, async (route) => route.fulfill({ body: 'Forum' }));
  await person.goto(asks(app.app_id, 'openid profile email groups'));
  await person.getByRole('button', { name: 'Allow' }).click();
  await person.waitForURL(`${BACK}**`);
  await person.goto('/account/apps');
  await look(person, 'allowed-some');
}

/** Apps, as administrators see them, and what happened. */
async function adminPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  server.command('user', 'promote', 'alice');
  await isSignedIn(page);
  await page.goto('/admin/apps');
  await look(page, 'apps-none');
  await page.goto('/admin/log');
  await look(page, 'log-none');
  for (const name of ['security', 'reports']) {
    await page.goto(`/admin/${name}`);
    await look(page, `admin-${name}`);
  }
  server.command('group', 'add', 'staff');
  server.command('group', 'add', `the-people-of-${'department-'.repeat(4)}42`);
  const app = server.addApp('Forum', ['--redirect-uri', BACK, '--allow', 'nobody', '--dialect', 'both']);
  server.addApp('Aktenverwaltungsgesellschaft 🗄️ für Donaudampfschifffahrt', ['--redirect-uri', `${BACK}/${'long/'.repeat(12)}`, '--allow', 'group:staff']);
  await page.goto(`/admin/apps/${app.app_id}`);
  await look(page, 'app-open-to-nobody');
  await page.locator('summary').first().click();
  await page.locator('summary').last().click();
  await look(page, 'app-unfolded');
  server.command('app', 'disable', app.app_id);
  await page.goto('/admin/apps');
  await look(page, 'apps');
  await page.goto(`/admin/apps/${app.app_id}`);
  await look(page, 'app-disabled');
  await page.goto('/admin/log');
  await look(page, 'log');
  await page.goto(`/admin/log?app=${app.app_id}`);
  await look(page, 'log-of-app');
  addPeople(server, [{ username: 'carol', display_name: LONG, groups: ['staff'], role: 'people' }]);
  server.command('user', 'disable', 'bob');
  await page.request.post('/signin', { headers: { 'sec-fetch-site': 'same-origin' }, form: { username: 'alice', password: 'wrong' }, maxRedirects: 0 });
  await page.goto('/admin/activity');
  await look(page, 'admin-activity');
  await page.goto('/admin/activity?person=nobody-like-that');
  await look(page, 'admin-activity-wrong');
  await page.goto('/admin/activity?person=alice&kind=deleted');
  await look(page, 'admin-activity-none');
}

/** Fills in the form that asks for an app. */
async function ask(page: Page, name: string): Promise<void> {
  await page.goto('/apps/request');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Address of the site').fill('https://shop.example/');
  await page.getByLabel('Redirect URI 1', { exact: true }).fill(BACK);
  await page.getByLabel('Who should use it').fill('Everyone in the shop and at the counter.');
  await page.getByLabel('Purpose').fill('For everybody who buys things, at the counter and from home, on our own machine.');
  await press(page, 'Send the request');
}

/** Apps that are asked for, as both sides see it. */
async function requestPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const [page, admin] = [await open(shape), await open(shape)];
  server.command('user', 'promote', 'alice');
  await Promise.all([isSignedIn(page, 'bob'), isSignedIn(admin)]);
  await admin.goto('/admin/requests');
  await look(admin, 'requests-none');
  await page.goto('/apps/mine');
  await look(page, 'own-apps-none');
  await page.goto('/apps/request');
  await look(page, 'request-form');
  await press(page, 'Send the request');
  await look(page, 'request-form-wrong');
  await ask(page, 'The Shop of Things with a Rather Long Name');
  await look(page, 'own-apps-asked');
  await press(page, 'The Shop of Things with a Rather Long Name', 'link');
  await look(page, 'request-waiting');
  for (const name of ['Forum', 'Wiki']) await ask(page, name);
  await press(page, 'Wiki', 'link');
  await press(page, 'Withdraw the request');
  await look(page, 'request-taken-back');

  await admin.goto('/admin/apps');
  await look(admin, 'apps-requests-wait');
  await admin.goto('/admin/requests');
  await look(admin, 'requests');
  await press(admin, 'Forum', 'link');
  await look(admin, 'request-to-decide');
  await press(admin, 'Decline');
  await look(admin, 'request-decline-wrong');
  await admin.getByLabel('Reason').fill('We have a forum already: ask in the office, and you are let in there.');
  await press(admin, 'Decline');
  await look(admin, 'request-declined');
  await admin.goto('/admin/requests');
  await press(admin, 'The Shop of Things with a Rather Long Name', 'link');
  await admin.getByLabel('Everyone with an account here').check();
  await press(admin, 'Approve');
  await look(admin, 'request-approved');

  await page.goto('/apps/mine');
  await look(page, 'own-apps');
  await press(page, 'Forum', 'link');
  await look(page, 'request-was-declined');
  await page.goto('/apps/mine');
  await page.getByRole('link', { name: 'The Shop of Things with a Rather Long Name' }).first().click();
  await expect(page.getByRole('button', { name: 'Show the secret' })).toBeVisible();
  await look(page, 'own-app');
  const own = page.url();
  await press(page, 'Show the secret');
  await look(page, 'own-app-secret');
  await page.getByLabel('Username').fill('nobody-like-that');
  await press(page, 'Continue');
  await look(page, 'own-app-wrong');
  await page.getByLabel('Username').fill('alice');
  await press(page, 'Continue');
  await look(page, 'own-app-hand-over');
  await press(page, 'No, keep it', 'link');
  await press(page, 'Propose a change', 'link');
  await look(page, 'own-app-propose');
  await page.getByLabel('Name', { exact: true }).fill('Shop');
  await page.getByLabel('Purpose').fill('Shorter, and easier to find.');
  await press(page, 'Send the request');
  await page.goto(own);
  await look(page, 'own-app-change-waits');
  await admin.goto('/admin/requests');
  await press(admin, 'Shop', 'link');
  await look(admin, 'request-change');
}

/** All of them, with what each needs of its server. */
export const APPS: Record<string, Part> = {
  audiencePages: { visit: audiencePages },
  adminPages: { visit: adminPages },
  requestPages: { visit: requestPages, settings: { TESSERA_OAUTH__REQUESTS: 'true' } },
};
