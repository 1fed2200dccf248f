/**
 * What every page owes to people who do not see it well, or not at all, beside what axe-core knows (`axe.ts`). Functions
 * without a page run in it.
 */
import type { Page } from '@playwright/test';

/** The narrowest screens that pages are made for. */
const NARROW = [320, 390] as const;
/** Names that the tests give to people, apps, places and the site; its host is another such name. */
const NAMES = [
  ...['Alice Adams', 'Alice Ångström', 'Bob Brown', 'Grace Hopper', 'alice', 'bob', 'grace', 'Graz', 'Tessera'],
  ...['Xaver', 'Wilhelmina', 'Donaudampfschifffahrt', 'carol', 'staff', 'wiki-editors', 'department'],
  ...['The Shop of Things with a Rather Long Name', 'Shop & <b>Sons</b>', 'Forum', 'shop.example'],
];

/** How wide the page is where every name on it is one word of 64 letters; and the names that a browser would translate. */
function named(names: readonly string[]): { width: number; translated: string[] } {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const before = new Map<Node, string>();
  const translated: string[] = [];
  while (texts.nextNode()) {
    const { currentNode: node } = texts;
    const text = node.textContent ?? '';
    const found = [location.host, ...names].filter((name) => text.includes(name));
    if (found.length === 0 || node.parentElement?.closest('script, style, noscript')) continue;
    if (!node.parentElement?.closest('[translate=no]')) translated.push(text);
    before.set(node, text);
    node.textContent = found.reduce((text, name) => text.replaceAll(name, 'W'.repeat(64)), text);
  }
  const width = document.documentElement.scrollWidth;
  for (const [node, text] of before) node.textContent = text;
  return { width, translated };
}

/**
 * How wide the page is from right to left, in a language whose texts are a third longer than English: the letters are
 * those of the server's test language `ar-XA` (`src/text/mirrored.rs`). Names stay as they are.
 */
function mirrored(): number {
  const letters = [...'ابكدعفغهيجقلمنوپخرستءڤصطىز'];
  const root = document.documentElement;
  const { lang, dir } = root;
  [root.lang, root.dir] = ['ar-XA', 'rtl'];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const before = new Map<Node, string>();
  while (texts.nextNode()) {
    const { currentNode: node } = texts;
    const text = node.textContent ?? '';
    if (node.parentElement?.closest('script, style, noscript, [translate=no]')) continue;
    before.set(node, text);
    node.textContent = text.replace(/[a-z]+/gi, (word) =>
      word.toLowerCase().replace(/[a-z]/g, (letter, at: number) => `${letters[letter.charCodeAt(0) - 97]}${at % 3 === 1 ? 'ـ' : ''}`),
    );
  }
  const width = root.scrollWidth;
  for (const [node, text] of before) node.textContent = text;
  [root.lang, root.dir] = [lang, dir];
  return width;
}

/**
 * What would have somebody with a small screen scroll to the side (WCAG 1.4.10), and what would be translated although it is
 * no text.
 */
export async function spread(page: Page): Promise<string[]> {
  const shape = page.viewportSize();
  if (!shape) return ['no viewport'];
  const faults: string[] = [];
  for (const width of NARROW) {
    await page.setViewportSize({ ...shape, width });
    const { width: taken, translated } = await page.evaluate(named, NAMES);
    if (taken > width) faults.push(`with long names ${taken} pixels of ${width}`);
    const wide = await page.evaluate(mirrored);
    if (wide > width) faults.push(`mirrored ${wide} pixels of ${width}`);
    faults.push(...translated.map((text) => `would be translated: ${text}`));
  }
  await page.setViewportSize(shape);
  return [...new Set(faults)];
}

/** What no page may lack. */
export function lacks(): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const { lang, dir } = document.documentElement;
  check(dir === (lang === 'ar-XA' ? 'rtl' : 'ltr'), 'not the direction of its language');
  check(all('h1').length === 1, `${all('h1').length} first headings`);
  check(all('meta[name=viewport]').length === 1, 'no viewport');
  // axe is content with a name that nobody sees, or that goes away as soon as somebody types.
  for (const item of all('input:not([type=hidden])')) check((item as HTMLInputElement).labels?.length === 1, `${item.id} has no label`);
  // axe asks it only of what says that it is a picture.
  for (const item of all('svg')) {
    const isNamed = item.getAttribute('role') === 'img' && item.hasAttribute('aria-label');
    check(isNamed || item.getAttribute('aria-hidden') === 'true', 'a picture without a name');
  }
  // axe lets smaller ones be where nothing else is near, and within a sentence (WCAG 2.5.8).
  for (const item of all('a, button, input:not([type=hidden])')) {
    const { width, height } = item.getBoundingClientRect();
    check(width === 0 || (width >= 24 && height >= 24), `${item.textContent}: ${width} × ${height} is too small for a finger`);
  }
  check(document.documentElement.scrollWidth <= innerWidth, 'wider than the screen');
  return faults;
}

/**
 * Texts with less contrast than 4.5 to 1 (WCAG 1.4.3) against what is painted behind them. axe lets large ones have less, and
 * cannot tell where something else may lie over a text, as on the login page.
 */
export function pale(): string[] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (!canvas) throw new Error('no canvas');
  const ancestors = (item: Element | null): Element[] => (item ? [item, ...ancestors(item.parentElement)] : []);
  const paint = (colours: string[]): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const luminance = (rgb: number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((part) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const item = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent?.trim();
    if (!item || !text || !item.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const grounds = ancestors(item).map((one) => getComputedStyle(one).backgroundColor);
    const ground = paint(grounds.reverse());
    const ink = paint([...grounds, getComputedStyle(item).color]);
    const [light = 0, dark = 0] = [luminance(ground), luminance(ink)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)}: ${text}`);
  }
  return found;
}

/** Notes what has a ground of its own; {@link melted} looks at it once the reader's colours have taken all grounds away. */
export function noteGrounds(): void {
  for (const item of document.querySelectorAll<HTMLElement>('main *')) {
    const isSeen = item.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const { backgroundColor } = getComputedStyle(item);
    item.toggleAttribute('data-ground', isSeen && backgroundColor !== 'rgba(0, 0, 0, 0)');
  }
}

/** What had a ground of its own, and now has no line around it either. */
export function melted(): string[] {
  const ground = getComputedStyle(document.body).backgroundColor;
  const hasLine = (item: Element): boolean => {
    const style = getComputedStyle(item);
    return Number.parseFloat(style.borderBlockStartWidth) >= 1 && style.borderBlockStartStyle !== 'none' && style.borderBlockStartColor !== ground;
  };
  /** What lies on all of something is seen by the line of that. */
  const isCovered = (item: Element): boolean => {
    const around = item.parentElement;
    if (!around || !hasLine(around)) return false;
    const [inner, outer] = [item.getBoundingClientRect(), around.getBoundingClientRect()];
    return outer.width - inner.width <= 4 && outer.height - inner.height <= 4;
  };
  // Browsers draw boxes to tick themselves.
  const items = [...document.querySelectorAll('[data-ground]:not([type=checkbox], [type=radio])')].filter((item) => getComputedStyle(item).forcedColorAdjust !== 'none');
  return items.filter((item) => !hasLine(item) && !isCovered(item)).map((item) => `${item.localName}.${item.className}: ${item.textContent}`);
}
