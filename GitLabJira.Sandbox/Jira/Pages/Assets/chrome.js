import { press } from './dom.js';

const who = document.querySelector('.who');

for (const button of who.querySelectorAll('[data-user]')) {
  button.addEventListener('click', async () => {
    await press(`/sandbox/user?accountId=${encodeURIComponent(button.dataset.user)}`);
    location.reload();
  });
}

document.addEventListener('click', (event) => {
  if (!who.contains(event.target)) who.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') who.open = false;
});
