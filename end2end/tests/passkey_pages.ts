/** The pages of passkeys, in a tour like those of `pages.ts`. */
import { Authenticator } from './authenticator.ts';
import type { Part, Tour } from './pages.ts';
import { expectHeading, expectSignedIn, isSignedIn } from './people.ts';
import type { House } from './server.ts';

async function passkeyPages({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  await Authenticator.of(page);
  await isSignedIn(page);
  await page.goto('/');
  await look(page, 'home-passkey-offered');
  await page.goto('/account/passkeys');
  await look(page, 'passkeys-none');
  await page.getByLabel('Name').fill('The laptop in the kitchen, which everybody in the family uses');
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await page.getByText('The passkey was added.').waitFor();
  await look(page, 'passkeys');
  await page.goto('/account/security');
  await look(page, 'security-with-passkey');

  const link = server.command('user', 'recover', 'alice').match(/\/welcome\/[\w-]+/)?.[0] ?? '';
  const phone = await open(shape);
  await phone.goto(link);
  await phone.getByRole('button', { name: 'Continue' }).click();
  await phone.getByLabel('New password').waitFor();
  await look(phone, 'recover-with-passkey');
  await Authenticator.of(phone);
  await phone.getByRole('button', { name: 'Create a passkey' }).click();
  await expectSignedIn(phone);
  await phone.goto('/account/passkeys');
  await look(phone, 'passkeys-only-one');
  await phone.getByRole('link', { name: 'Add a passkey' }).click();
  await expectHeading(phone, "Confirm it's you");
  await look(phone, 'proof-by-passkey');
}

export const PASSKEYS: Readonly<Record<string, Part>> = { passkeyPages: { visit: passkeyPages } };
