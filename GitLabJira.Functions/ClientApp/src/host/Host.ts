/** What the page needs of the product that frames it. Connect's bridge fills it today; Forge's has the same under other names (`requestRemote`, `view.theme`, `router.reload`). */
export interface Host {
  /** Calls the app on behalf of the person before the page. */
  request(path: string, init: RequestInit): Promise<Response>;

  /** Shows the page in the product's colours, and follows when they change. */
  followTheme(): void;

  /** Loads the page anew with a fresh permission; reloading only the frame would come with one that has run out. */
  reload(): void;
}

/** The product did not say who calls. */
export class NobodyKnown extends Error {
  constructor(readonly reason: 'no_bridge' | 'no_token') {
    super(reason);
  }
}
