/** Browsers that translate a page take its texts away and put elements in their place. The page goes on all the same. */
import { expect, test } from './fixtures.ts';
import { RENEWABLE, SCANNED, approve, deny, expectHeading, expectSignedIn, expectStatus, isSignedIn, isWatching, scan, scanByPress, setVisible, typedCode } from './people.ts';
import { codeIn, readQr } from './qr.ts';

const WAITING = "Scan with your phone's camera";

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
});

test('a translated page tells that a code was denied, that a second account scanned it, and that it is over', async ({ desktop, phone, open }) => {
  const other = await open();
  await Promise.all([isSignedIn(phone), isSignedIn(other, 'bob')]);
  await desktop.goto('/login');
  await desktop.evaluate(translate);
  const address = await readQr(desktop);
  await scan(phone, desktop);
  await other.goto(address);
  await expect(desktop.getByRole('alert')).toHaveText(/^A second account scanned this code/);
  await deny(phone);
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  await desktop.getByRole('button', { name: 'Show a new code' }).click();
  await expectStatus(desktop, WAITING);
});

test('a translated page tells that its server is away, and that its code is over', async ({ server, desktop }) => {
  await Promise.all([isWatching(desktop), desktop.goto('/login')]);
  await desktop.evaluate(translate);
  await setVisible(desktop, false);
  await server.kill();
  await expectStatus(desktop, 'Connection lost. Trying again…');
  await server.startAgain();
  await expectStatus(desktop, 'This code has expired.');
  await expect(desktop.getByRole('button', { name: 'Show a new code' })).toBeVisible();
});

test('a phone whose pages are translated scans, approves and hears what became of it', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await phone.addInitScript({ content: AT_ONCE });
  await desktop.goto('/login');
  await scan(phone, desktop);
  await expect(phone.getByRole('heading', { level: 1 }).locator('font').first()).toBeVisible();
  await approve(phone);
  await expectSignedIn(desktop);
  await expectHeading(phone, 'Signed in');
});

test('what is data on the login page is no text to translate', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await expect(desktop.getByLabel('Code for typing')).toHaveAttribute('translate', 'no');
  // That the name in it is none is seen of every page that `access.ts` looks at.
  await scanByPress(phone, desktop);
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await expect(desktop.getByRole('status').locator('[translate=no]')).toHaveText('Alice Adams');
  await approve(phone);
});
