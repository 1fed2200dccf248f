/** What a screen reader reads of the login page and of the phone's page, on every rung, is in the order in which a person needs it. */
import { Authenticator } from './authenticator.ts';
import { expect, test } from './fixtures.ts';
import { expectHeading, isSignedIn } from './people.ts';
import { readQr } from './qr.ts';
import { LADDER } from './server.ts';

/** First what is asked, then the facts. */
const FACTS = String.raw`
- heading /^Sign in another device to/ [level=1]
- term: Site
- definition: Tessera
- term: Device
- definition: /Chrome on/
- term: Network
- definition: /127\.0\.0\.1/
- term: Requested
- definition
- term: Account
- definition: Alice Adams
- term: Effect
- definition: /stays signed in/`;

const WHY = `
- list "Why this asks for more":
  - listitem: Your account does not know that browser.`;

const WARNING = `
- paragraph: /Only approve if you are looking at that screen/`;

/** What may be chosen comes before the buttons that send it. */
const CHOICES = `
- paragraph:
  - combobox "Stay signed in"
- paragraph:
  - checkbox "Remember that browser"
- paragraph: /Do not tick this on a shared computer/`;

const ABOVE = `
- heading "Sign in to Tessera" [level=1]
- paragraph: /localhost/
- button "Sign in with a passkey"
- img /QR code/`;

const BELOW = `
- button "Not you? Start over"
- paragraph:
  - link "Sign in on this device instead"`;

interface Rung {
  readonly name: string;
  /** What the phone shows once it has scanned. */
  readonly phone: string;
  /** What the login page shows then. */
  readonly browser: string;
}

const RUNGS: readonly Rung[] = [
  {
    name: 'tap',
    phone: `${FACTS}${WARNING}
- paragraph:
  - combobox "Stay signed in"
- button "Deny"
- button "Approve"`,
    browser: `${ABOVE}
- status: Scanned. Confirm on your phone.${BELOW}`,
  },
  {
    name: 'number',
    phone: String.raw`${FACTS}${WHY}${WARNING}${CHOICES}
- paragraph: Which number does the other screen show?
- group "Which number does the other screen show?":
  - button /^\d\d$/
  - button /^\d\d$/
  - button /^\d\d$/
- paragraph: If it shows none of these, deny.
- button "Deny"`,
    browser: String.raw`${ABOVE}
- status: /^Tap \d\d on your phone\.$/${BELOW}`,
  },
  {
    name: 'type',
    phone: `${FACTS}${WHY}${WARNING}${CHOICES}
- paragraph: /this phone shows four digits/
- button "Deny"
- button "Approve"`,
    browser: `${ABOVE}
- status: Scanned. Confirm on your phone.${BELOW}`,
  },
  {
    name: 'passkey',
    phone: `${FACTS}${WHY}${WARNING}${CHOICES}
- button "Approve with a passkey"
- button "Deny"`,
    browser: `${ABOVE}
- status: Scanned. Confirm on your phone.${BELOW}`,
  },
];

for (const { name, phone: onPhone, browser } of RUNGS) {
  test.describe(`where ${name} is asked`, () => {
    test.use({ settings: { ...LADDER, TESSERA_LOGIN__VERIFICATION__NEW_BROWSER: name } });

    test('both screens are read in order', async ({ desktop, phone }) => {
      await isSignedIn(phone);
      if (name === 'passkey') {
        await Authenticator.of(phone);
        await phone.goto('/account/passkeys');
        await phone.getByRole('button', { name: 'Create a passkey' }).click();
        await expect(phone.getByRole('status').first()).toHaveText('The passkey was added.');
      }
      await desktop.goto('/login');
      await phone.goto(await readQr(desktop));
      await expect(phone.getByRole('main')).toMatchAriaSnapshot(onPhone);
      await expect(desktop.getByRole('main')).toMatchAriaSnapshot(browser);
      if (name !== 'type') return;
      await phone.getByRole('button', { name: 'Approve' }).click();
      await expectHeading(phone, 'Type these digits on the other screen');
      await expect(phone.getByRole('main')).toMatchAriaSnapshot(String.raw`
- heading "Type these digits on the other screen" [level=1]
- status: /^\d{4}$/
- paragraph: /Type them only on the screen in front of you/
- button "Deny"`);
      await expect(desktop.getByRole('main')).toMatchAriaSnapshot(`${ABOVE}
- status: Type the four digits that your phone shows.
- textbox "Digits on your phone"
- button "Continue"${BELOW}`);
    });
  });
}

test.describe('where nothing is enough', () => {
  test.use({ settings: { ...LADDER, TESSERA_LOGIN__VERIFICATION__NEW_BROWSER: 'refuse' } });

  test('the phone says so first, then why, and offers to deny', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    await phone.goto(await readQr(desktop));
    await expect(phone.getByRole('main')).toMatchAriaSnapshot(`
- heading "This sign-in is not possible" [level=1]
- status: /You cannot approve this sign-in/
- list "Why this asks for more"
- button "Deny"`);
  });
});
