/** For pages that no product frames: the colours of the person's system, also when they change. */
export function followSystemTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const set = () => document.documentElement.setAttribute('data-color-mode', dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', set);
  set();
}
