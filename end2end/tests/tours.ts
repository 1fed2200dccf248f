/** All tours: between them they go to every page, in every state in which somebody may see it. */
import { APPS } from './app_pages.ts';
import { DEVICES } from './device_pages.ts';
import { LADDERS } from './ladder_pages.ts';
import { type Part, accountPages, appPages, firstPages, lossPages, signInPages, signedInPages } from './pages.ts';
import { PASSKEYS } from './passkey_pages.ts';
import { PEOPLE } from './people_pages.ts';
import { SCANNER } from './scanner_pages.ts';
import { TRANSFER } from './transfer_pages.ts';
import { TURNS } from './turns.ts';

export const TOURS: Readonly<Record<string, Part>> = {
  accountPages: { visit: accountPages },
  appPages: { visit: appPages },
  firstPages: { visit: firstPages, people: false },
  signInPages: { visit: signInPages },
  signedInPages: { visit: signedInPages },
  lossPages: { visit: lossPages },
  ...TURNS,
  ...LADDERS,
  ...PEOPLE,
  ...DEVICES,
  ...PASSKEYS,
  ...SCANNER,
  ...TRANSFER,
  ...APPS,
};
