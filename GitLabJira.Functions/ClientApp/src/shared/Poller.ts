export interface Pace<T> {
  /** Milliseconds until the next look while nothing goes wrong. `unchanged` counts the looks that brought nothing new. */
  next(value: T, unchanged: number): number;
}

const slowestAfterFailures = 60_000;
const firstAfterFailure = 4_000;

/** Looks again and again, one look at a time, slower when looks fail. Hidden pages wait until they are seen. */
export class Poller<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last: Promise<void> = Promise.resolve();
  private ended = false;
  private failures = 0;
  private unchanged = 0;
  private shown: string | undefined;

  constructor(
    private readonly load: () => Promise<T>,
    private readonly pace: Pace<T>,
    private readonly told: {
      /** `same`: nothing new, so nothing has to be drawn. */
      value(value: T, same: boolean): void;
      failed(thrown: unknown): void;
    },
  ) {
    document.addEventListener('visibilitychange', this.seen);
  }

  /** Whoever asks while a look is under way gets the answer of a later one. */
  refresh(): Promise<void> {
    this.last = this.last.then(() => this.look());
    return this.last;
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.seen);
  }

  private readonly seen = () => {
    if (!document.hidden) void this.refresh();
  };

  private async look(): Promise<void> {
    if (this.ended) return;
    clearTimeout(this.timer);
    let wait: number;
    try {
      const value = await this.load();
      if (this.ended) return;
      const text = JSON.stringify(value);
      this.unchanged = text === this.shown ? this.unchanged + 1 : 0;
      this.failures = 0;
      this.shown = text;
      this.told.value(value, this.unchanged > 0);
      wait = this.pace.next(value, this.unchanged);
    } catch (thrown) {
      if (this.ended) return;
      this.told.failed(thrown);
      wait = Math.min(firstAfterFailure * 2 ** this.failures, slowestAfterFailures);
      this.failures += 1;
    }
    this.timer = setTimeout(() => {
      if (!document.hidden) void this.refresh();
    }, wait);
  }
}

/** From `first` on, half as much again with each look that brings nothing new, up to `longest`. */
export const backoff = (first: number, longest: number, unchanged: number): number => Math.min(first * 1.5 ** unchanged, longest);
