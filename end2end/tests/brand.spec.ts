/** The name, the logo and the colours of an operator, on pages by day and by night. */
import { fileURLToPath } from 'node:url';

import { pale } from './access.ts';
import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { picture } from './inspect.ts';
import { isSignedIn, scan } from './people.ts';

/** Any picture will do. */
const LOGO = fileURLToPath(new URL('../../public/favicon.svg', import.meta.url));

test.use({
  settings: {
    TESSERA_LOOK__NAME: 'Blue Heron',
    TESSERA_LOOK__LOGO: LOGO,
    TESSERA_LOOK__ACCENT: '#7a1fa2',
    TESSERA_LOOK__BACKGROUND: '#f4f0ff',
    TESSERA_LOOK__BACKGROUND_DARK: '#12061f',
  },
});

for (const [colorScheme, ground] of [['light', 'rgb(244, 240, 255)'], ['dark', 'rgb(18, 6, 31)']] as const) {
  test(`the pages have them in the ${colorScheme}, and every text can be read`, async ({ open }) => {
    const desktop = await open({ ...DESKTOP, colorScheme });
    const phone = await open({ ...PHONE, colorScheme });
    await isSignedIn(phone);
    await desktop.goto('/login');
    await expect(desktop).toHaveTitle(/ · Blue Heron$/);
    const logo = desktop.locator('img.mark');
    await expect(logo).toHaveJSProperty('complete', true);
    expect(await logo.evaluate((image: HTMLImageElement) => [image.naturalWidth > 0, image.getBoundingClientRect().height])).toEqual([true, 40]);
    await expect(desktop.locator('body')).toHaveCSS('background-color', ground);
    // The code stays dark on light, and cameras read it.
    await expect(desktop.locator('.plate')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await desktop.screenshot({ path: picture(`screenshots/brand-login-${colorScheme}`), animations: 'disabled' });
    expect(await desktop.evaluate(pale)).toEqual([]);
    await scan(phone, desktop);
    for (const page of [desktop, phone]) expect(await page.evaluate(pale)).toEqual([]);
    await phone.screenshot({ path: picture(`screenshots/brand-confirm-${colorScheme}`), animations: 'disabled' });
    for (const path of ['/', '/account/devices', '/account/security', '/nothing']) {
      await phone.goto(path);
      expect(await phone.evaluate(pale), path).toEqual([]);
    }
  });
}
