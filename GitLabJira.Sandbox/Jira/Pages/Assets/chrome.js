import { press } from './dom.js';

const who = document.querySelector('.who');

for (const button of who.querySelectorAll('[data-user]')) {
  button.addEventListener('click', async () => {
    await press(`/sandbox/user?accountId=${encodeURIComponent(button.dataset.user)}`);
    location.reload();
  });
}

for (const button of who.querySelectorAll('[data-mode]')) {
  button.addEventListener('click', () => {
    const { mode } = button.dataset;
    document.cookie = `jira-theme=${mode}; path=/; max-age=31536000; SameSite=Lax`;
    // The bridge watches this and tells the framed app.
    document.documentElement.dataset.colorMode = mode;
    for (const other of who.querySelectorAll('[data-mode]')) other.setAttribute('aria-checked', String(other === button));
  });
}

document.addEventListener('click', (event) => {
  if (!who.contains(event.target)) who.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') who.open = false;
});
