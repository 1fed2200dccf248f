/** The scanner of the page `/scan`: a code on another screen is scanned without leaving the site. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, none, refused, test } from './camera.ts';
import { PHONE } from './fixtures.ts';
import { approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, setVisible, signIn } from './people.ts';
import { says } from './scanner_pages.ts';
import { readQr } from './qr.ts';
import { Server } from './server.ts';

const open = (phone: Page) => phone.getByRole('button', { name: 'Open the camera' });

/** A person opens the scanner and taps the button. */
async function tap(phone: Page): Promise<void> {
  await phone.goto('/scan');
  await open(phone).click();
}

/** The phone asks whether the browser that showed the code is to be signed in, and the person approves. */
async function approvesFor(phone: Page, browser: Page): Promise<void> {
  await expectHeading(phone, /^Sign in another device to/);
  await expectStatus(browser, /^Alice Adams/);
  await approve(phone);
  await expectSignedIn(browser);
}

/** Replaces the browser's own detector of codes, or takes it away. One that answers sees these texts, one after the other. */
async function detects(page: Page, kind: 'none' | 'throws' | 'hangs' | 'sees nothing' | 'answers', ...texts: string[]): Promise<void> {
  await page.addInitScript(
    ([kind, texts]) => {
      const found = {
        none: undefined,
        throws: () => Promise.reject(new DOMException('Barcode detection service unavailable.', 'NotSupportedError')),
        hangs: () => new Promise(() => {}),
        'sees nothing': () => Promise.resolve([]),
        answers: () => Promise.resolve([{ rawValue: texts.length > 1 ? texts.shift() : texts[0] }]),
      }[kind];
      Reflect.deleteProperty(globalThis, 'BarcodeDetector');
      if (found) Object.assign(globalThis, { BarcodeDetector: class { detect = found; } });
    },
    [kind, texts] as const,
  );
}

/** The streams that the page got of its camera, told by what has become of each. */
async function recordsStreams(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const get = mediaDevices.getUserMedia.bind(mediaDevices);
    const tracks: Promise<MediaStream>[] = [];
    Object.assign(globalThis, { streams: tracks });
    mediaDevices.getUserMedia = (asked) => {
      const stream = get(asked);
      tracks.push(stream);
      return stream;
    };
  });
  return async () => page.evaluate(async () => {
    const { streams } = globalThis as unknown as { streams: Promise<MediaStream>[] };
    return (await Promise.all(streams)).map((stream) => stream.getVideoTracks()[0]?.readyState ?? 'none');
  });
}

/** The camera of this page answers so. */
async function cameraFails(page: Page, name: string): Promise<void> {
  await page.addInitScript((name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
  }, name);
}

/** What the page asks the server for, by file name. */
function asked(page: Page): string[] {
  const names: string[] = [];
  page.on('request', (request) => names.push(new URL(request.url()).pathname.split('/').at(-1) ?? ''));
  return names;
}

test.describe('with a camera', () => {
  test.beforeEach(async ({ phone }) => isSignedIn(phone));

  test('the code on a login page is scanned, and the decoder is loaded by the tap only', async ({ desktop, phone, holdOn }) => {
    await detects(phone, 'none');
    await desktop.goto('/login');
    await readQr(desktop);
    await holdOn(desktop);
    const names = asked(phone);
    await phone.goto('/scan');
    await expect(open(phone)).toBeVisible();
    await phone.waitForLoadState('networkidle');
    expect(names).toContain('scanner.js');
    expect(names.filter((name) => name.startsWith('decoder'))).toEqual([]);
    await open(phone).click();
    await approvesFor(phone, desktop);
    expect(names).toEqual(expect.arrayContaining(['decoder.js', 'decoder.wasm']));
  });

  test('a code that is light on dark is scanned', async ({ desktop, phone, holdOn }) => {
    await detects(phone, 'none');
    await desktop.goto('/login');
    await readQr(desktop);
    await holdOn(desktop, { inverted: true, turned: -0.1 });
    await tap(phone);
    await approvesFor(phone, desktop);
  });

  test('a detector of the browser that answers is asked instead of our own', async ({ desktop, phone, holdOn }) => {
    await desktop.goto('/login');
    await detects(phone, 'answers', await readQr(desktop));
    await holdOn(desktop);
    const names = asked(phone);
    await tap(phone);
    await approvesFor(phone, desktop);
    expect(names.filter((name) => name.startsWith('decoder'))).toEqual([]);
  });

  for (const kind of ['throws', 'hangs', 'sees nothing'] as const) {
    test(`a detector of the browser that ${kind} is no hindrance`, async ({ desktop, phone, holdOn }) => {
      await detects(phone, kind);
      await desktop.goto('/login');
      await readQr(desktop);
      await holdOn(desktop);
      await tap(phone);
      await approvesFor(phone, desktop);
    });
  }

  test('one tap is enough where the camera is allowed for good', async ({ desktop, phone, holdOn }) => {
    await desktop.goto('/login');
    await readQr(desktop);
    await holdOn(desktop);
    await phone.context().grantPermissions(['camera']);
    await phone.goto('/');
    await phone.getByRole('link', { name: 'Scan a code' }).click();
    await approvesFor(phone, desktop);
  });

  test('a code of another server leads nowhere, and the scanner goes on', async ({ seed, desktop, phone, open: browse, holdOn }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-'));
    cpSync(seed, folder, { recursive: true });
    const elsewhere = await Server.start({ folder });
    const other = await browse({ baseURL: elsewhere.origin });
    await other.goto('/login');
    expect(await readQr(other)).toContain(elsewhere.origin.toUpperCase());
    await holdOn(other);
    await tap(phone);
    await says(phone, 'This is not a code of this site.');
    await expect(phone).toHaveURL(/\/scan$/);
    // Stopped and opened again, the camera sees another film.
    await phone.getByRole('button', { name: 'Stop' }).click();
    await desktop.goto('/login');
    await readQr(desktop);
    await holdOn(desktop);
    await open(phone).click();
    await approvesFor(phone, desktop);
    await elsewhere.kill();
    rmSync(folder, { recursive: true });
  });

  test('of a link nothing counts but a code of this site', async ({ server, desktop, phone, holdOn }) => {
    await desktop.goto('/login');
    const link = await readQr(desktop);
    await holdOn(desktop);
    const code = link.split('/').at(-1) ?? '';
    const texts = [
      code,
      `${server.origin}/signout`,
      `${server.origin}/s/${code}/disown`,
      `${server.origin}/s/${code}?next=https://evil.example/`,
      `${server.origin}/s/${code}#x`,
      `${server.origin}/s/..%2f${code}`,
      `http://alice@localhost:${server.port}/s/${code}`,
      `https://localhost:${server.port}/s/${code}`,
      `http://localhost:1/s/${code}`,
      `http://localhost.evil.example:${server.port}/s/${code}`,
      `javascript:location='/s/${code}'`,
      `data:text/html,${code}`,
      'WIFI:S:home;T:WPA;P:secret;;',
    ];
    const left: string[] = [];
    phone.on('request', (request) => {
      if (request.isNavigationRequest()) left.push(request.url());
    });
    await detects(phone, 'answers', ...texts, link);
    await tap(phone);
    await says(phone, 'This is not a code of this site.');
    await expectHeading(phone, /^Sign in another device to/);
    expect(left).toEqual(['/scan', '/api/scan', `/s/${code}`].map((path) => `${server.origin}${path}`));
  });

  test('a code that signs phones in leads to its own page', async ({ server, desktop, phone, holdOn }) => {
    await desktop.goto('/');
    await holdOn(desktop);
    await detects(phone, 'answers', `${server.origin.toUpperCase()}/T/${'A'.repeat(40)}`);
    await tap(phone);
    await expect(phone).toHaveURL(`${server.origin}/t/${'A'.repeat(40)}`);
  });

  test('two taps at once open the camera once, and Stop turns it off', async ({ phone, desktop, holdOn }) => {
    await desktop.goto('/');
    await holdOn(desktop);
    const streams = await recordsStreams(phone);
    await phone.goto('/scan');
    await open(phone).dblclick();
    await says(phone, 'Looking for a code…');
    expect(await streams()).toEqual(['live']);
    await expect(phone.getByLabel('What the camera sees')).toBeVisible();
    await phone.getByRole('button', { name: 'Stop' }).click();
    await expect(open(phone)).toBeVisible();
    expect(await streams()).toEqual(['ended']);
    await expect(phone.getByLabel('What the camera sees')).toBeHidden();
  });

  test('the camera is off while the page is not seen, and after it was left', async ({ phone, desktop, holdOn }) => {
    await desktop.goto('/');
    await holdOn(desktop);
    const streams = await recordsStreams(phone);
    await tap(phone);
    await says(phone, 'Looking for a code…');
    await setVisible(phone, false);
    expect(await streams()).toEqual(['ended']);
    await setVisible(phone, true);
    await says(phone, 'Looking for a code…');
    expect(await streams()).toEqual(['ended', 'live']);
    await phone.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await expect(open(phone)).toBeVisible();
    expect(await streams()).toEqual(['ended', 'ended']);
    await open(phone).click();
    await says(phone, 'Looking for a code…');

    await phone.getByRole('link', { name: 'Back to start' }).click();
    await expectSignedIn(phone);
    await phone.goBack();
    await open(phone).click();
    await says(phone, 'Looking for a code…');
  });

  test('a camera that is taken away says so', async ({ phone, desktop, holdOn }) => {
    await desktop.goto('/');
    await holdOn(desktop);
    await tap(phone);
    await says(phone, 'Looking for a code…');
    await phone.locator('video').evaluate((video: HTMLVideoElement) => (video.srcObject as MediaStream).getTracks()[0]?.dispatchEvent(new Event('ended')));
    await says(phone, /^Another app or tab is using the camera/);
    await expect(open(phone)).toBeVisible();
  });

  test('the light is offered where the camera has one', async ({ phone, desktop, holdOn }) => {
    await desktop.goto('/');
    await holdOn(desktop);
    await phone.addInitScript(() => {
      const { prototype } = MediaStreamTrack;
      prototype.getCapabilities = () => ({ torch: true }) as MediaTrackCapabilities;
      prototype.applyConstraints = (asked) => (Object.assign(globalThis, { asked: JSON.stringify(asked) }), Promise.resolve());
    });
    await tap(phone);
    const light = phone.getByRole('button', { name: 'Light' });
    for (const torch of [true, false]) {
      await light.click();
      await expect(light).toHaveAttribute('aria-pressed', String(torch));
      expect(await phone.evaluate(() => (globalThis as unknown as { asked: string }).asked)).toBe(`{"advanced":[{"torch":${torch}}]}`);
    }
  });

  test('a decoder that breaks or cannot be loaded is said, and a second try works', async ({ phone, desktop, holdOn }) => {
    await detects(phone, 'none');
    await desktop.goto('/login');
    await readQr(desktop);
    await holdOn(desktop);
    await phone.route('**/decoder.wasm', (route) => route.abort());
    await tap(phone);
    await says(phone, /^A part of the scanner could not be loaded/);
    await phone.unroute('**/decoder.wasm');
    await open(phone).click();
    await approvesFor(phone, desktop);
  });

  test('the keyboard alone opens the camera, stops it, and types the code', async ({ phone, desktop, holdOn }) => {
    await desktop.goto('/login');
    await readQr(desktop);
    const typed = await desktop.locator('.typed code').innerText();
    await desktop.locator('.plate').evaluate((plate) => ((plate as HTMLElement).style.visibility = 'hidden'));
    await holdOn(desktop);
    await phone.goto('/scan');
    await phone.keyboard.press('Tab');
    await expect(open(phone)).toBeFocused();
    await phone.keyboard.press('Enter');
    await says(phone, 'Looking for a code…');
    await expect(phone.getByRole('button', { name: 'Stop' })).toBeFocused();
    await phone.keyboard.press('Enter');
    await expect(open(phone)).toBeFocused();
    await phone.keyboard.press('Tab');
    await expect(phone.getByRole('button', { name: 'Choose a picture of the code' })).toBeFocused();
    await phone.keyboard.press('Tab');
    await expect(phone.getByLabel('Code', { exact: true })).toBeFocused();
    await phone.keyboard.type(typed);
    await phone.keyboard.press('Enter');
    await approvesFor(phone, desktop);
  });

  for (const [name, words] of [
    ['NotReadableError', /^Another app or tab is using the camera/],
    ['AbortError', /^Another app or tab is using the camera/],
    ['SecurityError', /^The camera is blocked for this site/],
    ['TypeError', /^The camera did not start/],
  ] as const) {
    test(`a camera that fails with ${name} is told in words, and another try is offered`, async ({ phone }) => {
      await cameraFails(phone, name);
      await tap(phone);
      await says(phone, words);
      await expect(open(phone)).toBeVisible();
    });
  }
});

refused('a camera that was refused is explained, and a picture of the code helps', async ({ phone, desktop }) => {
  await isSignedIn(phone);
  await tap(phone);
  await says(phone, /^The camera is blocked for this site\..*tap the icon beside the address/s);
  await expect(phone.getByText('click the icon')).toHaveCount(0);
  await desktop.goto('/login');
  await readQr(desktop);
  const picture = { name: 'photo.png', mimeType: 'image/png' };
  const file = phone.locator('input[type=file]');
  await file.setInputFiles({ ...picture, buffer: Buffer.from('no picture') });
  await says(phone, /^This file is not a picture/);
  await file.setInputFiles({ ...picture, buffer: await phone.screenshot() });
  await says(phone, /^There is no code in this picture/);
  const [chooser] = await Promise.all([phone.waitForEvent('filechooser'), phone.getByRole('button', { name: 'Choose a picture of the code' }).click()]);
  await chooser.setFiles({ ...picture, buffer: await desktop.screenshot() });
  await approvesFor(phone, desktop);
});

none.describe('without a camera', () => {
  none.beforeEach(async ({ phone }) => isSignedIn(phone));

  none('the page says so, and offers a picture and the letters', async ({ phone }) => {
    await tap(phone);
    await says(phone, /^There is no camera here/);
    await expect(phone.getByRole('button', { name: 'Choose a picture of the code' })).toBeVisible();
    await expect(phone.getByLabel('Code', { exact: true })).toBeVisible();
  });

  none('a page without https says so at once', async ({ phone }) => {
    await phone.addInitScript(() => {
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
      Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    });
    await phone.goto('/scan');
    await says(phone, /^Browsers open the camera on https pages only/);
    await expect(open(phone)).toBeHidden();
  });

  none('without script there is the form for the letters, and it works', async ({ open: browse, desktop }) => {
    const bare = await browse({ ...PHONE, javaScriptEnabled: false });
    await isSignedIn(bare);
    await bare.goto('/scan');
    await expect(open(bare)).toBeHidden();
    await expect(bare.locator('noscript p')).toHaveText(/turn on JavaScript/);
    await desktop.goto('/login');
    await readQr(desktop);
    await bare.getByLabel('Code', { exact: true }).fill(await desktop.locator('.typed code').innerText());
    await bare.getByRole('button', { name: 'Continue' }).click();
    await expectHeading(bare, /^Sign in another device to/);
  });

  none('who has to sign in first comes back to the scanner', async ({ desktop }) => {
    await desktop.goto('/scan');
    await signIn(desktop);
    await expectHeading(desktop, 'Scan a code');
  });
});

none('phones read the manifest of a page, and find nothing wrong with it', async ({ server, phone }) => {
  await isSignedIn(phone);
  await phone.goto('/');
  const devtools = await phone.context().newCDPSession(phone);
  const { url, errors, data } = await devtools.send('Page.getAppManifest');
  expect({ url, errors }).toEqual({ url: `${server.origin}/manifest.webmanifest`, errors: [] });
  expect(JSON.parse(data ?? '')).toMatchObject({ name: 'Tessera', shortcuts: [{ name: 'Scan a code', url: '/scan' }] });
});
