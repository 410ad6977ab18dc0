import en from './en.json';

export type TextKey = keyof typeof en;

type Values = Record<string, string | number>;

// Another language is another file of the same keys, chosen here.
const texts: Record<string, string> = en;
export const language = 'en';

const plural = new Intl.PluralRules(language);

/** The text of a key, with `{names}` filled in. */
export function text(key: TextKey, values: Values = {}): string {
  return fill(texts[key] ?? key, values);
}

/** The form of a text that fits a number: keys end in `.one` and `.other`. */
export function count(key: string, number: number, values: Values = {}): string {
  const form = texts[`${key}.${plural.select(number)}`] ?? texts[`${key}.other`] ?? key;
  return fill(form, { count: number.toLocaleString(language), ...values });
}

/** For codes that the app answers: whether there is a text for one. */
export function find(key: string, values: Values = {}): string | undefined {
  const found = texts[key];
  return found === undefined ? undefined : fill(found, values);
}

const fill = (form: string, values: Values): string => form.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));

const lists = new Intl.ListFormat(language, { type: 'conjunction' });
export const list = (items: string[]): string => lists.format(items);

const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
const units = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3_600], ['minute', 60]] as const;

/** How long ago or ahead a time is, as people say it. */
export function ago(time: string, now = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? relative.format(Math.round(seconds / unit[1]), unit[0]) : text('time.now');
}

/** A span of seconds in the coarsest unit that tells it. */
export function span(seconds: number): string {
  if (seconds < 60) return text('time.lessThanMinute');
  return seconds < 5400 ? count('time.minutes', Math.round(seconds / 60)) : count('time.hours', Math.round(seconds / 3600));
}

export const moment = (time: string): string => new Date(time).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
