/** What is done by keyboard alone, and how a page looks that is worked on. */
import { fileURLToPath } from 'node:url';

import type { Locator, Page } from '@playwright/test';

import { lacks, pale, spread } from './access.ts';
import { violations } from './axe.ts';
import { DESKTOP, expect } from './fixtures.ts';

/** Goes on by the tab key until this has the focus. */
export async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((item) => item === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the keyboard does not get there');
}

/** Presses a button or follows a link, and waits for the page that answers. */
export async function enter(target: Locator): Promise<void> {
  await tabTo(target);
  const page = target.page();
  await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
  await page.waitForLoadState();
}

export async function type(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press('ControlOrMeta+A');
  await target.page().keyboard.type(text);
}

/** A picture by day and by night, of the page as it is and on the narrowest phone; what it lacks. */
export async function look(page: Page, name: string): Promise<void> {
  const size = page.viewportSize() ?? DESKTOP.viewport;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect([...(await page.evaluate(pale)), ...(await violations(page, colorScheme === 'light' ? 'all' : 'colours'))], `${name} (${colorScheme})`).toEqual([]);
    const path = fileURLToPath(new URL(`../screenshots/${name}-${size.width}-${colorScheme}.png`, import.meta.url));
    await page.screenshot({ path, animations: 'disabled', fullPage: true });
  }
  await page.setViewportSize({ width: 360, height: 640 });
  expect([...(await page.evaluate(lacks)), ...(await spread(page))], name).toEqual([]);
  await page.setViewportSize(size);
}
