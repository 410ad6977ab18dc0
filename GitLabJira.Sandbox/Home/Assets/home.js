function link(name, address, text) {
  for (const anchor of document.querySelectorAll(`[data-link="${name}"]`)) {
    anchor.href = address;
    if (text) anchor.textContent = text;
  }
}

function write(name, text) {
  for (const place of document.querySelectorAll(`[data-text="${name}"]`)) place.textContent = text;
}

function tick(now) {
  let next = true;
  for (const step of document.querySelectorAll('#steps li')) {
    const isDone = now[step.dataset.step];
    step.classList.toggle('done', isDone);
    step.classList.toggle('next', !isDone && next);
    if (!isDone && next) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
    next = next && isDone;
  }
  document.querySelector('#end').hidden = !next;
}

function progress(now) {
  const total = now.sync.projects;
  const done = now.sync.done;
  const bar = document.querySelector('#projects');
  bar.max = total || now.projects;
  bar.value = now.linked ? done : 0;
  write('counts', total && now.linked
    ? `${done} of ${total} projects are read; Jira shows ${now.mergeRequests} merge requests and ${now.branches} branches.`
    : 'Jira shows nothing of them yet.');
}

async function refresh() {
  const now = await (await fetch('/progress')).json();
  const jira = now.jira.replace(/\/$/, '');
  const gitLab = now.gitLab.replace(/\/$/, '');
  const issue = now.issue ?? 'SHOP-1';
  link('jira', jira);
  link('scenes', `${jira}/sandbox`);
  link('gitlab', gitLab);
  link('faults', `${gitLab}/-/sandbox/faults`);
  link('descriptor', now.descriptor);
  link('manage', `${jira}/manage-apps`);
  link('configure', now.appKey ? `${jira}/plugins/servlet/ac/${now.appKey}/gitlab-configuration` : `${jira}/manage-apps`);
  link('issue', `${jira}/browse/${issue}`, issue);
  link('project', now.project ? `${gitLab}/${now.project.path}` : gitLab, now.project ? now.project.name : 'in GitLab');
  write('descriptor', now.descriptor);
  write('owner', now.owner);
  write('group', now.group);
  write('projects', now.projects);
  write('message', `${issue} Try it out`);
  progress(now);
  tick({ ...now, signedIn: now.signedIn || now.linked });
  const violations = document.querySelector('#violations');
  violations.hidden = now.violations.length === 0;
  violations.textContent = now.violations.length === 0 ? '' : `Jira would object to:\n${now.violations.slice(-5).join('\n')}`;
}

async function watch() {
  try {
    await refresh();
  } catch {
    document.querySelector('#lead').textContent = 'The Sandbox has stopped. Start it again with: dotnet run --project GitLabJira.Sandbox';
    return;
  }
  setTimeout(watch, 1500);
}

watch();
