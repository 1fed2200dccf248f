/** A known browser asks a phone. No push service is reachable here: the phone's subscription is made up, and the debugger delivers. */
import type { BrowserContext, CDPSession, Page, Worker } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { inspect } from './inspect.ts';
import { expectHeading, expectSignedIn, expectStatus, isSignedIn } from './people.ts';
import { readQr } from './qr.ts';
import { LADDER } from './server.ts';

test.use({ settings: LADDER });

/** The keys of a browser: a point of P-256 (the one of RFC 8291), and a secret. */
const P256DH = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
const AUTH = 'BTBZMqHH6r4Tts7J_aSIgg';

/** What a message says, as the server writes it. */
const MESSAGE = JSON.stringify({
  title: 'A browser wants to sign in as you',
  body: 'Tap to see which one, and to approve or deny it.',
  lang: 'en',
  dir: 'ltr',
});

/** Makes the browser subscribe at a push service that is not there. */
async function subscribesNowhere(context: BrowserContext): Promise<void> {
  await context.addInitScript(
    ([p256dh, auth]) => {
      const made = {
        endpoint: 'https://push.tessera-end2end.com/of-alice',
        options: { applicationServerKey: null },
        toJSON: () => ({ endpoint: 'https://push.tessera-end2end.com/of-alice', keys: { p256dh, auth } }),
        unsubscribe: () => Promise.resolve(true),
      };
      // A browser without windows grants the permission, and says the contrary.
      Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
      const { prototype } = PushManager;
      const isOn = () => sessionStorage.getItem('subscribed') === 'yes';
      Object.assign(prototype, {
        subscribe: () => {
          sessionStorage.setItem('subscribed', 'yes');
          return Promise.resolve(made);
        },
        getSubscription: () => Promise.resolve(isOn() ? made : null),
      });
    },
    [P256DH, AUTH] as const,
  );
}

/** Turns it on for the phone, through the page. */
async function turnsOn(phone: Page): Promise<void> {
  await phone.goto('/account');
  await phone.getByRole('link', { name: 'Ask this phone' }).click();
  await expectHeading(phone, 'Ask this phone');
  await phone.getByRole('button', { name: 'Turn on for this phone' }).click();
  await expect(phone.getByText('It is on for this phone.')).toBeVisible();
}

/** Signs a browser in, has it remembered, and signs it out. */
async function isRemembered(browser: Page, phone: Page): Promise<void> {
  await browser.goto('/login');
  await phone.goto(await readQr(browser));
  await expectHeading(phone, /^Sign in another device to/);
  await phone.getByLabel('Remember that browser').check();
  await choosesNumber(phone, browser);
  await expectSignedIn(browser);
  await browser.getByRole('button', { name: 'Sign out' }).click();
  await expect(browser.locator('a[href="/login"]')).toBeVisible();
}

async function choosesNumber(phone: Page, browser: Page): Promise<void> {
  const shown = browser.locator('.number');
  await expect(shown).toHaveText(/^\d\d$/);
  await phone.getByRole('group').getByRole('button').filter({ hasText: await shown.innerText() }).click();
}

/** The service worker of the phone, as the debugger has it: its registration. */
async function registration(session: CDPSession): Promise<string> {
  const found = new Promise<string>((done) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const first = registrations.find((one) => !one.isDeleted);
      if (first) done(first.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  return found;
}

/** What the service worker of a phone shows: a browser without windows has no notifications, so the worker keeps them itself. */
async function keepsNotifications(context: BrowserContext): Promise<Worker> {
  const worker = context.serviceWorkers()[0];
  if (!worker) throw new Error('there is no service worker');
  await worker.evaluate(() => {
    const scope = globalThis as unknown as { registration: ServiceWorkerRegistration };
    const shown = new Map<string, object>();
    Object.assign(scope.registration, {
      showNotification: (title: string, { tag = '', body }: NotificationOptions) => {
        shown.set(tag, { title, body, tag, close: () => shown.delete(tag) });
        return Promise.resolve();
      },
      getNotifications: () => Promise.resolve([...shown.values()]),
    });
  });
  return worker;
}

/** The notifications that it shows. */
async function notifications(worker: Worker): Promise<{ title: string; body: string; tag: string }[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration };
    return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
  });
}

test('sec_77_a_known_browser_asks_the_phone_which_is_led_from_the_notification_to_the_number', async ({ desktop, phone }) => {
  const faults: string[] = [];
  const context = phone.context();
  await context.grantPermissions(['notifications']);
  await subscribesNowhere(context);
  await isSignedIn(phone);
  await phone.goto('/account/ask');
  await expect(phone.getByRole('button', { name: 'Turn on for this phone' })).toBeVisible();
  await inspect('phone', faults)(phone, 'ask-off');
  await turnsOn(phone);
  await inspect('phone', faults)(phone, 'ask-on');
  await isRemembered(desktop, phone);

  await desktop.goto('/login');
  await readQr(desktop);
  const button = desktop.getByRole('button', { name: /^Continue as Alice/ });
  await expect(button).toBeVisible();
  await inspect('desktop', faults)(desktop, 'login-asks');
  const before = await desktop.locator('form[action$="/ask"]').getAttribute('action');
  await button.click();
  await expect(desktop.getByText('Your phone was asked.')).toBeVisible();
  expect(before).toContain(new URL(desktop.url()).pathname);
  await readQr(desktop);
  await inspect('desktop', faults)(desktop, 'login-asked');

  // The push service delivers.
  await phone.goto('/account/ask');
  const worker = await keepsNotifications(context);
  const session = await context.newCDPSession(phone);
  const id = await registration(session);
  const origin = new URL(phone.url()).origin;
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: id, data: MESSAGE });
  await expect.poll(async () => notifications(worker)).toEqual([
    { title: 'A browser wants to sign in as you', body: 'Tap to see which one, and to approve or deny it.', tag: 'ask' },
  ]);
  // A second one takes the place of the first.
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: id, data: MESSAGE });
  await expect.poll(async () => (await notifications(worker)).length).toBe(1);

  // The tap: a page that is not the one of the question stays, and the worker opens another.
  const opened = await worker.evaluate(async () => {
    const scope = globalThis as unknown as { registration: ServiceWorkerRegistration; clients: Record<string, unknown> };
    const opened: string[] = [];
    // A browser opens windows for a real tap only.
    scope.clients['openWindow'] = (path: string) => {
      opened.push(path);
      return Promise.resolve(null);
    };
    const [notification] = await scope.registration.getNotifications();
    const waits: Promise<unknown>[] = [];
    const event = Object.assign(new Event('notificationclick'), { notification, waitUntil: (work: Promise<unknown>) => waits.push(work) });
    globalThis.dispatchEvent(event);
    await Promise.all(waits);
    return opened;
  });
  expect(opened).toEqual(['/account/asked']);
  await expect.poll(async () => (await notifications(worker)).length).toBe(0);

  await phone.goto('/account/asked');
  await expectHeading(phone, /^Sign in another device to/);
  await expect(phone.getByText('You did not scan a code')).toBeVisible();
  await inspect('phone', faults)(phone, 'confirm-asked');
  await expectStatus(desktop, /Tap \d\d on your phone/);
  await expect(desktop.locator('.ask')).toBeHidden();
  await choosesNumber(phone, desktop);
  await expectSignedIn(desktop);
  await phone.goto('/account/asked');
  await expectHeading(phone, 'Nothing is waiting');
  await inspect('phone', faults)(phone, 'turn-asked-none');
  expect(faults).toEqual([]);
});

test('a_phone_that_blocks_notifications_says_how_to_allow_them', async ({ phone }) => {
  const faults: string[] = [];
  await isSignedIn(phone);
  await phone.addInitScript(() => {
    Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
    Notification.requestPermission = () => Promise.resolve('denied');
  });
  await phone.goto('/account/ask');
  await expect(phone.getByText('Notifications are blocked for this site.')).toBeVisible();
  await expect(phone.getByText('To allow them, tap the icon beside the address')).toBeVisible();
  await inspect('phone', faults)(phone, 'ask-refused');
  expect(faults).toEqual([]);
});

test('a_browser_without_push_says_so', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.addInitScript(() => Reflect.deleteProperty(globalThis, 'PushManager'));
  await phone.goto('/account/ask');
  await expect(phone.getByText('This browser cannot take notifications of a site.')).toBeVisible();
});

test('the_button_works_without_script_and_what_waits_is_chosen_by_a_press', async ({ desktop, phone, open }) => {
  const faults: string[] = [];
  const context = phone.context();
  await context.grantPermissions(['notifications']);
  await subscribesNowhere(context);
  await isSignedIn(phone);
  await turnsOn(phone);
  await isRemembered(desktop, phone);
  const bare = await open({ javaScriptEnabled: false });
  await bare.context().addCookies(await desktop.context().cookies());
  await bare.goto('/login');
  await bare.getByRole('button', { name: /^Continue as Alice/ }).click();
  await expect(bare.getByText('Your phone was asked.')).toBeVisible();
  const still = await open({ javaScriptEnabled: false });
  await still.context().addCookies(await context.cookies());
  await still.goto('/account/asked');
  await expectHeading(still, 'A browser is asking');
  await inspect('phone', faults)(still, 'turn-asked');
  await still.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(still, /^Sign in another device to/);
  expect(faults).toEqual([]);
});
