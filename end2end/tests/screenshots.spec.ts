/** Every page in every shape: what no page may lack, and pictures for people to look at, in `screenshots/`. */
import type { BrowserContextOptions } from '@playwright/test';

import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { TOUR } from './pages.ts';
import { PASSWORD, isSignedIn, scan } from './people.ts';
import { inspect, picture } from './inspect.ts';
import { readQr } from './qr.ts';
import { Server } from './server.ts';
import { TOURS } from './tours.ts';

const SHAPES: Readonly<Record<string, BrowserContextOptions>> = { desktop: DESKTOP, phone: PHONE };

for (const [name, shape] of Object.entries(SHAPES)) {
  test.describe(`on a ${name} every page has names for everything, and contrast by day and by night:`, () => {
    for (const [part, { visit, settings, people = true }] of Object.entries(TOURS)) {
      test.describe(() => {
        test.use({ settings: { ...TOUR, ...settings }, people });

        test(part, async ({ open, server }) => {
          const faults: string[] = [];
          await visit({ open, shape, look: inspect(name, faults) }, server);
          expect(faults).toEqual([]);
        });
      });
    }
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

  readme('the pictures of the README', async ({ folder, open }) => {
    const light = { colorScheme: 'light', reducedMotion: 'reduce', deviceScaleFactor: 1.5 } as const;
    const desktop = await open({ ...DESKTOP, ...light, viewport: { width: 480, height: 640 } });
    const phone = await open({ ...PHONE, ...light });
    await isSignedIn(phone);
    await desktop.goto('/login');
    await desktop.screenshot({ path: picture('pictures/login'), animations: 'disabled' });
    await scan(phone, desktop);
    await phone.screenshot({ path: picture('pictures/confirm'), animations: 'disabled' });

    // The same for docs/README.zh.md, whose buttons have other names. Somebody else scans: a second phone of Alice would be news.
    const chinese = { ...light, locale: 'zh-CN' } as const;
    Server.addPerson(folder, 'lihua', '李华', PASSWORD);
    const desktopZh = await open({ ...DESKTOP, ...chinese, viewport: { width: 480, height: 640 } });
    const phoneZh = await open({ ...PHONE, ...chinese });
    await isSignedIn(phoneZh, 'lihua');
    await desktopZh.goto('/login');
    await expect(desktopZh.locator('html')).toHaveAttribute('lang', 'zh-Hans');
    await desktopZh.screenshot({ path: picture('pictures/login-zh'), animations: 'disabled' });
    await phoneZh.goto(await readQr(desktopZh));
    await expect(phoneZh.locator('form#approve')).toBeVisible();
    await expect(phoneZh.locator('html')).toHaveAttribute('lang', 'zh-Hans');
    await phoneZh.screenshot({ path: picture('pictures/confirm-zh'), animations: 'disabled' });
  });
}
