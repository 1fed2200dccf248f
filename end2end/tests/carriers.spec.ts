/** A watch is a WebSocket; where something on the way blocks it, server-sent events; where that too, a long poll. */
import type { Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { SCANNED, approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, scan } from './people.ts';

const WATCH = /\/watch\?/;

/** A proxy that lets no WebSocket through. */
async function refuseSockets(page: Page): Promise<void> {
  await page.routeWebSocket(WATCH, (socket) => socket.close());
}

/** A proxy that accepts a WebSocket and then carries nothing. */
async function swallowSockets(page: Page): Promise<void> {
  await page.routeWebSocket(WATCH, () => {});
}

async function refuseEvents(page: Page): Promise<void> {
  await page.route(WATCH, async (route) => {
    const isEvents = route.request().headers()['accept'] === 'text/event-stream';
    await (isEvents ? route.abort() : route.continue());
  });
}

async function overEvents(page: Page): Promise<void> {
  await page.waitForRequest((request) => WATCH.test(request.url()) && request.resourceType() === 'eventsource');
}

async function overPoll(page: Page): Promise<void> {
  await page.waitForRequest((request) => /\/watch\?.*wait=[1-9]/.test(request.url()));
}

/** The whole sign-in, once the browser watches by the carrier that is left to it. */
async function signInOver(browser: Page, phone: Page, carrier: (page: Page) => Promise<void>): Promise<void> {
  await isSignedIn(phone);
  await Promise.all([carrier(browser), browser.goto('/login')]);
  await scan(phone, browser);
  await expectStatus(browser, SCANNED);
  await approve(phone);
  await expectSignedIn(browser);
  await expectHeading(phone, 'Signed in');
}

test('with nothing in the way the watch is a WebSocket and nothing else', async ({ desktop, phone }) => {
  const others: string[] = [];
  desktop.on('request', (request) => {
    if (WATCH.test(request.url()) && !request.url().includes('wait=0')) others.push(request.resourceType());
  });
  await signInOver(desktop, phone, async (page) => {
    await page.waitForEvent('websocket');
  });
  expect(others).toEqual([]);
});

test('where WebSockets are refused, server-sent events carry the sign-in', async ({ desktop, phone }) => {
  await refuseSockets(desktop);
  await signInOver(desktop, phone, overEvents);
});

test('where WebSockets open and stay mute, server-sent events carry the sign-in', async ({ desktop, phone }) => {
  await swallowSockets(desktop);
  await signInOver(desktop, phone, overEvents);
});

test('where both are blocked, a long poll carries the sign-in', async ({ desktop, phone }) => {
  await refuseSockets(desktop);
  await refuseEvents(desktop);
  await signInOver(desktop, phone, overPoll);
});

test('a browser that has neither of the two is signed in as well', async ({ desktop, phone }) => {
  await desktop.addInitScript(() => {
    for (const name of ['WebSocket', 'EventSource']) {
      Object.defineProperty(globalThis, name, {
        value: class {
          constructor() {
            throw new DOMException('blocked', 'SecurityError');
          }
        },
      });
    }
  });
  await signInOver(desktop, phone, overPoll);
});

test('the page of a phone behind such a proxy hears the end as well', async ({ desktop, phone }) => {
  await refuseSockets(phone);
  await refuseEvents(phone);
  await isSignedIn(phone);
  await desktop.goto('/login');
  await Promise.all([overPoll(phone), scan(phone, desktop)]);
  await desktop.getByRole('button', { name: 'Not you? Start over' }).click();
  await expectHeading(phone, 'The other screen started over');
});
