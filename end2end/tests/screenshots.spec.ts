/** Pictures of every page for people to look at, in `screenshots/`; and with UPDATE_README=1 the two of the README. */
import { fileURLToPath } from 'node:url';

import type { BrowserContextOptions, Page } from '@playwright/test';

import { DESKTOP, PHONE, test } from './fixtures.ts';
import { EVERY_PAGE, accountPages, firstPages, lossPages, signInPages, wrongTurns } from './pages.ts';
import { isSignedIn, scan } from './people.ts';
import { Server } from './server.ts';

const picture = (path: string) => fileURLToPath(new URL(`../${path}.png`, import.meta.url));

const SHAPES: Readonly<Record<string, BrowserContextOptions>> = { desktop: DESKTOP, phone: PHONE };

/** Takes one picture by day and one by night. */
function photograph(shape: string) {
  return async (page: Page, name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: picture(`screenshots/${shape}-${name}-${colorScheme}`), animations: 'disabled' });
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  };
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test.describe(`pictures on a ${name}`, () => {
    test.use({ settings: EVERY_PAGE });

    for (const [part, visit] of Object.entries({ accountPages, signInPages, wrongTurns, lossPages })) {
      test(`of ${part}`, async ({ open, server }) => {
        await visit({ open, shape, look: photograph(name) }, server);
      });
    }
  });

  test.describe(`pictures on a ${name}`, () => {
    test.use({ people: false });

    test('of a first start', async ({ open, server }) => {
      await firstPages({ open, shape, look: photograph(name) }, await server.setupLink());
    });
  });
}

const readme = test.extend({
  // The address that the README names, and not that of a chance port.
  server: async ({ folder }, use) => {
    const server = await Server.start({ folder, addr: '127.0.0.1:3000' });
    await use(server);
    await server.kill();
  },
});

if (process.env['UPDATE_README'] === '1') {
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
