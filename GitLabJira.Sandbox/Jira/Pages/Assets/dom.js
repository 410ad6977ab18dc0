// Small pieces that all pages use. Text from the app only ever becomes text nodes.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const shapes = {
  branch: 'M5 3v10M5 13a1.5 1.5 0 1 0 0 .1M5 3a1.5 1.5 0 1 0 0-.1M11 5.5a1.5 1.5 0 1 0 0-.1M11 5.5c0 3-6 2-6 5',
  commit: 'M1 8h4M11 8h4M8 5a3 3 0 1 0 .1 0',
  merge: 'M4 4.5v7M4 3a1.5 1.5 0 1 0 .1 0M4 12a1.5 1.5 0 1 0 .1 0M4 6c1 3 3 4 7 4M12 8.5a1.5 1.5 0 1 0 .1 0',
  build: 'M8 2l5.2 3v6L8 14l-5.2-3V5zM8 8l5.2-3M8 8v6M8 8L2.8 5',
  deploy: 'M8 14V5M4.5 8.5L8 5l3.5 3.5M3 2h10',
  flag: 'M4 14V2.5M4 3h8l-2 3 2 3H4',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [name_, value] of Object.entries({ d: shapes[name], fill: 'none', stroke: 'currentColor', 'stroke-width': '1.5', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) path.setAttribute(name_, value);
  svg.append(path);
  return svg;
}

/** Only web addresses become links: the site checks them, and the page does not rely on it. */
export function link(url, ...children) {
  const safe = /^https?:\/\//i.test(url ?? '');
  return safe ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children) : h('span', null, ...children);
}

export function avatar(person, approved = false) {
  const name = person?.name || person?.username || person?.email || 'Somebody';
  const tone = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7) % 6;
  const initials = name.split(' ').filter(Boolean).slice(0, 2).map((part) => part[0].toUpperCase()).join('');
  return h('span', { class: `avatar tone${tone}${approved ? ' approved' : ''}`, title: approved ? `${name}, approved` : name, role: 'img', 'aria-label': approved ? `${name}, approved` : name }, initials);
}

export const lozenge = (text, tone = 'grey') => h('span', { class: `lozenge ${tone}` }, text);

export function ago(time, now = new Date()) {
  const seconds = Math.max(0, (new Date(now) - new Date(time)) / 1000);
  const steps = [[60, 'second'], [3600, 'minute'], [86400, 'hour'], [86400 * 30, 'day'], [86400 * 365, 'month'], [Infinity, 'year']];
  const sizes = [1, 60, 3600, 86400, 86400 * 30, 86400 * 365];
  const index = steps.findIndex(([limit]) => seconds < limit);
  return index === 0 ? 'just now' : new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.floor(seconds / sizes[index]), steps[index][1]);
}

/** Presses one of the stand-in's own buttons; another site's page cannot send this header. */
export async function press(path) {
  const response = await fetch(path, { method: 'POST', headers: { 'X-Own-Page': '1' } });
  const body = response.status === 204 ? {} : await response.json().catch(() => ({}));
  return { ok: response.ok, problem: response.ok ? null : body.problem ?? `The site answered ${response.status}.`, ...body };
}

/** Calls once a second while the page is visible; a call that fails is tried again. */
export function everySecond(look) {
  const turn = async () => {
    if (!document.hidden) {
      try {
        await look();
      } catch {
        // The site restarts or is told to fail; the next look may succeed.
      }
    }
    setTimeout(turn, 1000);
  };
  return turn();
}

export function flag({ title, body, type = 'info', actions = [], close = 'manual', onClose }) {
  const element = h('section', { class: `flag ${type}`, role: type === 'error' ? 'alert' : 'status' },
    h('h2', null, title ?? ''),
    body ? h('p', null, body) : null,
    actions.length ? h('p', { class: 'links' }, actions.map((action) => h('button', { type: 'button', onclick: action.executeAction }, action.actionText))) : null,
    h('button', { type: 'button', class: 'close', 'aria-label': 'Dismiss', onclick: () => remove() }, '✕'));
  const remove = () => {
    if (element.isConnected) {
      element.remove();
      onClose?.();
    }
  };
  document.querySelector('#flags').append(element);
  if (close === 'auto') setTimeout(remove, 8000);
  return { close: remove };
}
