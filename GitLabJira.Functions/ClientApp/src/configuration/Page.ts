import { createContext, useContext } from 'react';
import type { Client } from '../api/client';
import type { SignInStatus } from '../api/types';
import type { Host } from '../host/Host';
import type { Messages } from '../shared/useMessages';

/** What every part of the page uses. */
export interface Page {
  client: Client;
  host: Host;
  messages: Messages;
  status: SignInStatus;
  /** Asks again who is signed in, after the app said that nobody is. */
  askStatus(): Promise<void>;
  /** Begins a sign-in; call it from a click. */
  signIn(): void;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('Outside of the page.');
  return page;
}
