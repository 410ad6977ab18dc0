import { flag, press } from './dom.js';

const problem = document.querySelector('#problem');
const done = { install: 'The app is installed', upgrade: 'The app is up to date', rotate: 'The app has a new secret', uninstall: 'The app is uninstalled' };

async function act(name, query, button) {
  problem.hidden = true;
  button.disabled = true;
  const answer = await press(`/sandbox/apps/${name}${query}`);
  button.disabled = false;
  if (!answer.ok) {
    problem.textContent = answer.problem;
    problem.hidden = false;
    return;
  }
  sessionStorage.setItem('done', done[name]);
  location.reload();
}

document.querySelector('#install').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  act('install', `?descriptorUrl=${encodeURIComponent(form.descriptorUrl.value)}`, form.querySelector('button'));
});

for (const button of document.querySelectorAll('[data-act]')) {
  button.addEventListener('click', () => act(button.dataset.act, '', button));
}

const told = sessionStorage.getItem('done');
if (told) {
  sessionStorage.removeItem('done');
  flag({ title: told, type: 'success', close: 'auto' });
}
