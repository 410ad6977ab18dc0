import { NobodyKnown, type Host } from './Host';

/** The slice of Atlassian Connect's script that the page uses. */
interface ConnectBridge {
  context?: { getToken(callback?: (token?: string) => void): Promise<string | undefined> | undefined };
  theming?: { initializeTheming?(): void };
  navigator?: { reload?(): void };
}

const bridge = (): ConnectBridge | undefined => (window as { AP?: ConnectBridge }).AP;

/** A bridge whose Jira has lost the session never answers. */
const patience = 15_000;

/** Browsers give a frame no cookies, so every call carries a fresh token from Jira. */
function token(): Promise<string> {
  return new Promise((resolve, reject) => {
    const context = bridge()?.context;
    if (!context) {
      reject(new NobodyKnown('no_bridge'));
      return;
    }
    const take = (token?: string) => {
      clearTimeout(waiting);
      if (token) resolve(token);
      else reject(new NobodyKnown('no_token'));
    };
    const waiting = setTimeout(take, patience);
    // Old bridges take a callback, new ones answer with a promise.
    context.getToken(take)?.then(take, () => take());
  });
}

export const connectHost: Host = {
  async request(path, init) {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `JWT ${await token()}`);
    return fetch(path, { ...init, headers });
  },

  followTheme: () => bridge()?.theming?.initializeTheming?.(),

  reload() {
    const navigator = bridge()?.navigator;
    if (navigator?.reload) navigator.reload();
    else location.reload();
  },
};
