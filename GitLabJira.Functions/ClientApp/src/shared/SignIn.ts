import { Problem } from '../api/client';
import type { SignInStarted } from '../api/types';

/** Where a sign-in stands. */
export type SignInStep = 'idle' | 'starting' | 'blocked' | 'waiting' | 'redeeming';

/** Ends that are no sign-in: closed before the end, refused in GitLab, an answer of another sign-in, or what the app says. */
export type SignInEnd = 'closed' | 'denied' | 'ended' | 'other';

export interface SignInCalls<T> {
  start(): Promise<SignInStarted>;
  redeem(code: string, state: string): Promise<T>;
}

export interface SignInTold<T> {
  step(step: SignInStep): void;
  signedIn(status: T): void;
  failed(why: SignInEnd | Problem): void;
}

interface CallbackMessage {
  type: string;
  code: string | null;
  state: string | null;
  error: string | null;
}

const size = 800;
const look = 500;
const lastWords = 1000;

/** Signs in to GitLab in a window of its own: the page is framed, and GitLab does not let itself be framed. */
export class SignIn<T> {
  private popup: Window | null = null;
  private started: SignInStarted | undefined;
  private watching: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly calls: SignInCalls<T>,
    private readonly told: SignInTold<T>,
  ) {}

  listen(): void {
    window.addEventListener('message', this.heard);
  }

  end(): void {
    window.removeEventListener('message', this.heard);
    clearInterval(this.watching);
  }

  /** Call it from a click: a window that opens later counts as unasked for, and browsers block it. */
  async begin(): Promise<void> {
    this.popup = this.open('about:blank');
    this.told.step('starting');
    try {
      this.started = await this.calls.start();
      this.popup?.location.replace(this.started.authorizeUrl);
      this.watch();
    } catch (thrown) {
      this.popup?.close();
      this.popup = null;
      this.told.step('idle');
      this.told.failed(Problem.of(thrown));
    }
  }

  /** After the browser blocked the window: a click of its own opens it. */
  openAgain(): void {
    if (!this.started) return;
    this.popup = this.open(this.started.authorizeUrl);
    this.watch();
  }

  show(): void {
    this.popup?.focus();
  }

  private open(address: string): Window | null {
    const left = Math.max(0, Math.round((screen.availWidth - size) / 2));
    const top = Math.max(0, Math.round((screen.availHeight - size) / 2));
    return window.open(address, 'gitlab-sign-in', `popup,width=${size},height=${size},left=${left},top=${top}`);
  }

  private watch(): void {
    clearInterval(this.watching);
    this.told.step(this.popup ? 'waiting' : 'blocked');
    if (this.popup) this.watching = setInterval(() => this.lookAtPopup(), look);
  }

  /** A person may close the window, or a page on the way may cut it off from this one: neither sends a message. */
  private lookAtPopup(): void {
    const closed = this.popup;
    if (!closed?.closed) return;
    clearInterval(this.watching);
    // What it posted just before it closed may still be on its way.
    setTimeout(() => {
      if (this.popup !== closed) return;
      this.popup = null;
      this.told.step('idle');
      this.told.failed('closed');
    }, lastWords);
  }

  private readonly heard = (event: MessageEvent) => {
    // Anyone may post to this window: only our own popup counts.
    if (event.origin !== location.origin || !this.popup || event.source !== this.popup) return;
    const message = event.data as CallbackMessage | null;
    if (message?.type === 'gitlab-sign-in') void this.finish(message);
  };

  private async finish({ code, state, error }: CallbackMessage): Promise<void> {
    this.popup = null;
    clearInterval(this.watching);
    const awaited = this.started?.state;
    this.started = undefined;
    if (!awaited || state !== awaited) {
      this.told.step('idle');
      this.told.failed('other');
      return;
    }
    if (!code) {
      this.told.step('idle');
      this.told.failed(error === 'access_denied' ? 'denied' : 'ended');
      return;
    }
    this.told.step('redeeming');
    try {
      const status = await this.calls.redeem(code, state);
      this.told.step('idle');
      this.told.signedIn(status);
    } catch (thrown) {
      this.told.step('idle');
      this.told.failed(Problem.of(thrown));
    }
  }
}
