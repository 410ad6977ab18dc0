import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import en from './en.json';

const troubleshooting = readFileSync('../../docs/using.md', 'utf8').split('## Troubleshooting')[1] ?? '';
/** What a message quotes stands as … there. */
const asWritten = (text: string): string => text.replace(/\{\w+\}/g, '…');
const messages = Object.entries(en).filter(([key, text]) => /^(?:error|reason|statusReason|sync\.why)\./.test(key) && /\p{L}/u.test(text.replace(/\{\w+\}/g, '')));

it.each(messages)('the guide says what helps with %s', (_, text) => {
  const row = troubleshooting.split('\n').find((line) => line.startsWith(`| ${asWritten(text)} | `));

  expect(row, `docs/using.md lacks a row for: ${asWritten(text)}`).toBeDefined();
  expect(row!.split(' | ')[1]!.replace(/\|$/, '').trim()).not.toBe('');
});
