import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import { ago, count, span, text } from '.';

const texts: Record<string, string> = en;
const root = join(__dirname, '..');

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n');

describe('the texts', () => {
  it('are all used', () => {
    // Some keys are put together from a code of the app.
    const families = ['reason', 'statusReason', 'status', 'sync.why', 'hook', 'hookHealth', 'kind', 'trail.kind', 'environment', 'run', 'settings'];
    const unused = Object.keys(texts).filter((key) => {
      const whole = key.replace(/\.(one|other)$/, '');
      return !sources.includes(`'${whole}'`) && !sources.includes(`'${key}'`) && !families.some((family) => key.startsWith(`${family}.`) && sources.includes(`${family}.\${`));
    });

    expect(unused).toEqual([]);
  });

  it('have both forms where they count', () => {
    const counted = Object.keys(texts).filter((key) => key.endsWith('.one'));

    for (const key of counted) expect(texts[key.replace(/one$/, 'other')], key).toBeDefined();
  });
});

describe('what the app calls by a code', () => {
  it('has a name in the trail', () => {
    const answered = readFileSync('../Trail/Reading/TrailReader.cs', 'utf8').match(/string Name\(EntityKind kind\)[^}]+}/)?.[0] ?? '';
    const named = [...answered.matchAll(/"(\w+)"/g)].map(([, name]) => name);

    for (const kind of [...named, 'branch', 'commit', 'deployment']) expect(texts[`trail.kind.${kind}`], kind).toBeDefined();
    expect(named).toContain('merge_request');
  });
});

describe('a text', () => {
  it('is filled in', () => {
    expect(text('unlink.title', { group: 'acme/shop' })).toBe('Unlink acme/shop?');
    expect(text('reason.not_site_admin', { detail: 'That takes {x}.' })).toContain('That takes {x}.');
  });

  it('counts', () => {
    expect(count('failed.title', 1)).toBe('One project failed');
    expect(count('failed.title', 1200)).toBe('1,200 projects failed');
  });

  it('tells times', () => {
    const now = Date.parse('2026-01-02T12:00:00Z');
    expect(ago('2026-01-02T11:59:30Z', now)).toBe('just now');
    expect(ago('2026-01-02T09:00:00Z', now)).toBe('3 hours ago');
    expect(ago('2026-01-02T12:05:00Z', now)).toBe('in 5 minutes');
    expect([span(20), span(60), span(240), span(7200)]).toEqual(['less than a minute', 'about a minute', 'about 4 minutes', 'about 2 hours']);
  });
});
