/** What no page may lack, by day and by night, and pictures of pages for people to look at. */
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';

import { lacks, pale, spread } from './access.ts';
import { violations } from './axe.ts';
import type { Look } from './pages.ts';

export const picture = (path: string) => fileURLToPath(new URL(`../${path}.png`, import.meta.url));

/** The pages of which every run takes pictures; `make pictures` takes one of each page, which costs minutes. */
const PHOTOGRAPHED = ['login', 'login-scanned', 'confirm', 'approved-signed-in', 'signin', 'app-consent', 'home-tiles', 'devices', 'people', 'turn-not-found'];
export const ALL_PICTURES = process.env['PICTURES'] === 'all';

/** Looks at a page by day and by night. */
export function inspect(shape: string, faults: string[]): Look {
  return async (page: Page, name: string): Promise<void> => {
    faults.push(...[...(await page.evaluate(lacks)), ...(await spread(page))].map((fault) => `${name}: ${fault}`));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      faults.push(...(await page.evaluate(pale)).map((text) => `${name} (${colorScheme}) has too little contrast: ${text}`));
      faults.push(...(await violations(page, colorScheme === 'light' ? 'all' : 'colours')).map((fault) => `${name} (${colorScheme}): ${fault}`));
      if (!ALL_PICTURES && !PHOTOGRAPHED.includes(name)) continue;
      await page.screenshot({ path: picture(`screenshots/${shape}-${name}-${colorScheme}`), animations: 'disabled', fullPage: true });
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  };
}
