/** Every page in every shape: what no page may lack, and pictures for people to look at, in `screenshots/`. */
import { fileURLToPath } from 'node:url';

import type { BrowserContextOptions, Page } from '@playwright/test';

import { lacks, pale, spread } from './access.ts';
import { APPS } from './app_pages.ts';
import { DEVICES } from './device_pages.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { TOUR, type Part, accountPages, appPages, firstPages, lossPages, signInPages, signedInPages } from './pages.ts';
import { isSignedIn, scan } from './people.ts';
import { PEOPLE } from './people_pages.ts';
import { Server } from './server.ts';
import { TRANSFER } from './transfer_pages.ts';
import { TURNS } from './turns.ts';

const SHAPES: Readonly<Record<string, BrowserContextOptions>> = { desktop: DESKTOP, phone: PHONE };

const PARTS: Record<string, Part> = {
  accountPages: { visit: accountPages },
  appPages: { visit: appPages },
  signInPages: { visit: signInPages },
  signedInPages: { visit: signedInPages },
  lossPages: { visit: lossPages },
  ...TURNS,
  ...PEOPLE,
  ...DEVICES,
  ...TRANSFER,
  ...APPS,
};

const picture = (path: string) => fileURLToPath(new URL(`../${path}.png`, import.meta.url));

/** The pages of which every run takes pictures; `make pictures` takes one of each page, which costs minutes. */
const PHOTOGRAPHED = ['login', 'login-scanned', 'confirm', 'approved-signed-in', 'signin', 'app-consent', 'home-tiles', 'devices', 'people', 'turn-not-found'];
const ALL_PICTURES = process.env['PICTURES'] === 'all';

/** Looks at a page by day and by night. */
function inspect(shape: string, faults: string[]) {
  return async (page: Page, name: string): Promise<void> => {
    faults.push(...[...(await page.evaluate(lacks)), ...(await spread(page))].map((fault) => `${name}: ${fault}`));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      faults.push(...(await page.evaluate(pale)).map((text) => `${name} (${colorScheme}) has too little contrast: ${text}`));
      if (!ALL_PICTURES && !PHOTOGRAPHED.includes(name)) continue;
      await page.screenshot({ path: picture(`screenshots/${shape}-${name}-${colorScheme}`), animations: 'disabled', fullPage: true });
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  };
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test.describe(`on a ${name} every page has names for everything, and contrast by day and by night:`, () => {
    for (const [part, { visit, settings }] of Object.entries(PARTS)) {
      test.describe(() => {
        test.use({ settings: { ...TOUR, ...settings } });

        test(part, async ({ open, server }) => {
          const faults: string[] = [];
          await visit({ open, shape, look: inspect(name, faults) }, server);
          expect(faults).toEqual([]);
        });
      });
    }

    test.describe('on a first start', () => {
      test.use({ people: false });

      test('firstPages', async ({ open, server }) => {
        const faults: string[] = [];
        await firstPages({ open, shape, look: inspect(name, faults) }, await server.setupLink());
        expect(faults).toEqual([]);
      });
    });
  });
}

// The pictures of the README change only when somebody means it.
if (process.env['UPDATE_README'] === '1') {
  const readme = test.extend({
    // The address that the README names, and not that of a chance port.
    server: async ({ folder }, use) => {
      const server = await Server.start({ folder, addr: '127.0.0.1:3000' });
      await use(server);
      await server.kill();
    },
  });

  readme('the pictures of the README', async ({ open }) => {
    const light = { colorScheme: 'light', reducedMotion: 'reduce', deviceScaleFactor: 1.5 } as const;
    const desktop = await open({ ...DESKTOP, ...light, viewport: { width: 480, height: 640 } });
    const phone = await open({ ...PHONE, ...light });
    await isSignedIn(phone);
    await desktop.goto('/login');
    await desktop.screenshot({ path: picture('pictures/login'), animations: 'disabled' });
    await scan(phone, desktop);
    await phone.screenshot({ path: picture('pictures/confirm'), animations: 'disabled' });
  });
}
