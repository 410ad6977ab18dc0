const projects = 45;
let deliveriesBefore = null;

function link(name, address, text) {
  for (const anchor of document.querySelectorAll(`[data-link="${name}"]`)) {
    if (address) {
      anchor.href = address;
    } else {
      anchor.removeAttribute('href');
    }
    if (text && (anchor.textContent === '' || 'address' in anchor.dataset)) {
      anchor.textContent = text;
    }
  }
}

function tick(done) {
  let next = true;
  for (const step of document.querySelectorAll('#steps li')) {
    const isDone = done[step.dataset.step];
    step.classList.toggle('done', isDone);
    step.classList.toggle('next', !isDone && next);
    next = next && isDone;
  }
}

async function refresh() {
  const now = await (await fetch('/progress')).json();
  const jira = now.jira.replace(/\/$/, '');
  link('jira', jira, jira);
  link('gitlab', now.gitLab, now.gitLab);
  link('app', now.descriptor, now.app);
  link('manage', `${jira}/manage-apps`);
  link('configure', now.appKey ? `${jira}/plugins/servlet/ac/${now.appKey}/gitlab-configuration` : `${jira}/manage-apps`);
  link('issue', `${jira}/browse/${now.busiestIssue ?? 'SHOP-1'}`, now.busiestIssue ?? 'SHOP-1');
  document.querySelector('[data-text="descriptor"]').textContent = now.descriptor;
  document.querySelector('[data-text="counts"]').textContent =
    `${now.repositories} projects with issues, ${now.mergeRequests} merge requests, ${now.branches} branches so far.`;
  document.querySelector('#projects').value = now.repositories;
  const synced = now.repositories >= projects * 0.8;
  deliveriesBefore = synced ? deliveriesBefore ?? now.deliveries : null;
  tick({
    installed: now.installed,
    signedIn: now.signedIn || now.linked,
    linked: now.linked,
    synced,
    shown: synced,
    relayed: deliveriesBefore !== null && now.deliveries > deliveriesBefore,
  });
  const violations = document.querySelector('#violations');
  violations.hidden = now.violations.length === 0;
  violations.textContent = now.violations.length === 0 ? '' : `Jira would object to:\n${now.violations.slice(-5).join('\n')}`;
}

async function watch() {
  try {
    await refresh();
  } catch {
    document.querySelector('header p').textContent = 'The Sandbox has stopped. Start it again with: dotnet run --project GitLabJira.Sandbox';
    return;
  }
  setTimeout(watch, 1500);
}

watch();
