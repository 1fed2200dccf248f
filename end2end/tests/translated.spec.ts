/** Browsers that translate a page take its texts away and put elements in their place. The page goes on all the same. */
import { expect, test } from './fixtures.ts';
import { RENEWABLE, SCANNED, approve, expectSignedIn, expectStatus, isSignedIn, isWatching, scan, typedCode } from './people.ts';
import { codeIn, readQr } from './qr.ts';

/** Does so now with every text, data or not, and from then on with each that comes. The words stay, so that tests find them. */
function translate(): void {
  const take = (): void => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (text.data.trim() === '' || text.parentElement?.closest('font, script, style, noscript')) continue;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      inner.textContent = text.data;
      outer.append(inner);
      text.replaceWith(outer);
    }
  };
  take();
  new MutationObserver(take).observe(document.body, { subtree: true, childList: true, characterData: true });
}

/** Before any script of the page runs. */
const AT_ONCE = `document.addEventListener('readystatechange', () => {
  if (document.readyState === 'interactive') (${translate.toString()})();
});`;

test.describe('with codes of twenty seconds', () => {
  test.use({ settings: RENEWABLE });

  for (const isAtOnce of [true, false]) {
    test(`a page that is translated ${isAtOnce ? 'before it wakes' : 'while it waits'} renews its code and tells of the scan`, async ({ desktop, phone }) => {
      await isSignedIn(phone);
      if (isAtOnce) await desktop.addInitScript({ content: AT_ONCE });
      const watching = isWatching(desktop);
      await desktop.goto('/login');
      await watching;
      if (!isAtOnce) await desktop.evaluate(translate);
      await expect(desktop.getByRole('status').locator('font').first()).toBeVisible();

      const [first, typed] = [codeIn(await readQr(desktop)), await typedCode(desktop)];
      await expect(desktop.getByLabel('Code for typing')).not.toHaveText(typed);
      expect(await typedCode(desktop)).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
      expect(codeIn(await readQr(desktop))).not.toBe(first);

      await scan(phone, desktop);
      await expectStatus(desktop, SCANNED);
      await approve(phone);
      await expectSignedIn(desktop);
    });
  }

  test('what is data is no text to translate', async ({ desktop }) => {
    await desktop.goto('/login');
    await expect(desktop.getByLabel('Code for typing')).toHaveAttribute('translate', 'no');
    for (const host of await desktop.locator('.host').all()) await expect(host).toHaveAttribute('translate', 'no');
  });
});
