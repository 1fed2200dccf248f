/** Devices: the list of them, their ends, which open pages notice at once, and sign-ins that are new. */
import type { Page } from '@playwright/test';

import { PASSWORD, expectHeading, expectSignedIn, isSignedIn, signIn, signInByScan, signOut } from './people.ts';
import { expect, test } from './site.ts';

test('an open page of a device that is signed out elsewhere says so at once', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await desktop.goto('/account/profile');
  await phone.goto('/account/devices');
  await phone.getByRole('link', { name: 'Chrome' }).last().click();
  await phone.getByRole('button', { name: 'Sign out' }).click();
  await desktop.waitForURL(/\/signed-out\?next=%2Faccount%2Fprofile$/);
  await expect(desktop.getByRole('heading', { level: 1 })).toHaveText(/^You were signed out on Chrome on /);
  await expect(desktop.getByRole('status')).toContainText('That was done from Chrome on ');
  await desktop.getByRole('link', { name: 'Sign in', exact: true }).click();
  await desktop.getByLabel('Username').fill('alice');
  await desktop.getByLabel('Password').fill(PASSWORD);
  await desktop.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectHeading(desktop, 'Your profile');
});

/** Resolves once the page watches its session; to be called before the page is opened. */
async function watchesItsSession(page: Page): Promise<void> {
  const socket = await page.waitForEvent('websocket');
  await socket.waitForEvent('framereceived');
}

/**
 * Resolves once the page has asked what became of its session, because its socket was closed, and has done what it does
 * when it is told. To be called before the page is opened, and returns before that.
 */
async function hearsOfItsEnd(page: Page): Promise<{ ended: Promise<void> }> {
  let heard = () => {};
  const ended = new Promise<void>((resolve) => (heard = resolve));
  await page.exposeBinding('heard', () => heard());
  await page.addInitScript(() => {
    const { heard } = globalThis as unknown as { heard: () => void };
    const { json } = Response.prototype;
    Response.prototype.json = async function (this: Response): Promise<unknown> {
      const told: unknown = await json.call(this);
      // A page that is told waits for a second, in case that it is signed in again meanwhile, before it goes on.
      setTimeout(() => setTimeout(heard), 1000);
      return told;
    };
  });
  return { ended };
}

for (const [how, leave] of Object.entries({
  'an address': async (page: Page) => page.evaluate(() => location.assign('/oauth/logout')),
  'a link': async (page: Page) => page.getByRole('link', { name: 'Your account' }).click({ noWaitAfter: true }),
  'a form': async (page: Page) => page.getByRole('button', { name: 'Sign out' }).click({ noWaitAfter: true }),
})) {
  test(`a page that is left by ${how} arrives there, also if its session ends on the way`, async ({ desktop }) => {
    await isSignedIn(desktop);
    const { ended } = await hearsOfItsEnd(desktop);
    const watches = watchesItsSession(desktop);
    await desktop.goto('/');
    await watches;
    let arrive = () => {};
    const asked = new Promise<void>((resolve) => {
      void desktop.route(/\/(oauth\/logout|account|signout)$/, async (route) => {
        resolve();
        await new Promise<void>((resume) => (arrive = resume));
        await route.fulfill({ contentType: 'text/html', body: '<h1>Arrived</h1>' });
      });
    });
    await leave(desktop);
    await asked;
    await signOut(desktop);
    await ended;
    arrive();
    await expectHeading(desktop, 'Arrived');
  });
}

for (const [how, path, save] of [
  ['a link', '/account/activity', async (page: Page) => page.getByRole('link', { name: 'CSV' }).click()],
  ['a form', '/account/data', async (page: Page) => page.getByRole('button', { name: 'Download' }).click()],
] as const) {
  test(`a page that stays because ${how} saved a file notices the end of its session`, async ({ desktop }) => {
    await isSignedIn(desktop);
    await desktop.clock.install();
    const { ended } = await hearsOfItsEnd(desktop);
    const watches = watchesItsSession(desktop);
    await desktop.goto(path);
    await watches;
    const saved = desktop.waitForEvent('download');
    await save(desktop);
    await saved;
    await signOut(desktop);
    await ended;
    await desktop.clock.fastForward('00:31');
    await desktop.waitForURL(`/signed-out?next=${encodeURIComponent(path)}`);
  });
}

test('after an approval the phone shows the device, ends it, and notices that it signed out', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await expect(phone.getByRole('status')).toHaveText(/ is signed in to /);
  await phone.getByRole('button', { name: 'End it' }).click();
  await expect(phone.getByRole('status')).toHaveText('That device is signed out.');
  await desktop.waitForURL(/\/signed-out/);

  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await expect(phone.getByRole('button', { name: 'End it' })).toBeVisible();
  await desktop.goto('/');
  await desktop.getByRole('button', { name: 'Sign out' }).click();
  await expect(phone.getByRole('status')).toHaveText('That device is signed out.');
});

test('a sign-in on a new device is told on the other one and answered once', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/signin');
  await signIn(desktop, 'alice');
  await phone.goto('/');
  await expect(phone.locator('.new-device')).toContainText('New sign-in to your account: Chrome on ');
  await phone.getByRole('button', { name: 'This was me' }).click();
  await expect(phone.getByRole('status')).toHaveText('Thank you. You will not be asked about this sign-in again.');
  await phone.goto('/');
  await expectSignedIn(phone);
  await expect(phone.locator('.new-device')).toHaveCount(0);
});

test('a device has a name of its own', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.goto('/account/devices');
  await phone.getByRole('link', { name: 'Chrome' }).click();
  await phone.getByLabel('Your name for this device').fill('My phone');
  await phone.getByRole('button', { name: 'Save' }).click();
  await expectHeading(phone, 'My phone');
});
