// Jira's side of the Connect bridge. The npm package brings the transport; the modules below are those that Jira itself defines.
import { flag, press } from './dom.js';

const { connectHost } = window;
const place = document.querySelector('#frame');
const answering = (callback, value) => (typeof callback === 'function' ? callback(value) : undefined);

async function freshToken() {
  const answer = await press('/sandbox/context-token');
  if (!answer.ok) throw new Error('No token');
  return answer.token;
}

const getToken = (callback) => freshToken();
getToken.returnsPromise = true;
const getContext = (callback) => Promise.resolve({ license: { active: false } });
getContext.returnsPromise = true;
connectHost.defineModule('context', { getToken, getContext });

connectHost.defineModule('user', {
  getCurrentUser(callback) { answering(callback, { atlassianAccountId: place.dataset.account }); },
  getLocale(callback) { answering(callback, 'en_US'); },
  getTimeZone(callback) { answering(callback, Intl.DateTimeFormat().resolvedOptions().timeZone); },
});

const targets = {
  issue: ({ issueKey }) => `/browse/${encodeURIComponent(issueKey)}`,
  dashboard: () => '/issues',
  project: ({ projectKey }) => `/issues?project=${encodeURIComponent(projectKey)}`,
  addonmodule: ({ addonKey = place.dataset.app, moduleKey, customData = {} }) =>
    `/plugins/servlet/ac/${encodeURIComponent(addonKey)}/${encodeURIComponent(moduleKey)}?${new URLSearchParams(Object.entries(customData).map(([name, value]) => [`ac.${name}`, value]))}`,
  site: ({ relativeUrl }) => relativeUrl,
};
connectHost.defineModule('navigator', {
  go(target, context, callback) {
    const path = targets[String(target).toLowerCase()]?.(context ?? {});
    if (typeof path === 'string' && path.startsWith('/') && !path.startsWith('//')) location.assign(path);
  },
  reload(callback) { location.reload(); },
  getLocation(callback) { answering(callback, { target: 'addonmodule', context: { addonKey: place.dataset.app, moduleKey: place.dataset.module } }); },
});

connectHost.defineModule({
  getLocation(callback) { answering(callback, location.href); },
  sizeToParent(hideFooter, callback) { fill(); },
  resize(width, height, callback) { size(width, height); },
});

const frame = document.createElement('iframe');
const dimension = (value) => (/^\d+$/.test(String(value)) ? `${value}px` : String(value));
const fill = () => place.classList.add('full');
const size = (width, height) => {
  if (place.classList.contains('full')) return;
  if (width) frame.style.width = dimension(width);
  if (height) frame.style.height = dimension(height);
};
connectHost.registerProvider('addon', { resize: size, sizeToParent: fill });
connectHost.getFrameworkAdaptor().registerModule({
  getModuleRegistrationName: () => 'flag',
  isEnabled: () => true,
  getProvider: () => ({ create: (options) => flag({ ...options, onClose: () => options.onClose?.(options.id) }) }),
});

connectHost.setExtensionConfigurationOptions({ check_init: true });
const { iframeAttributes } = connectHost.createExtension({
  addon_key: place.dataset.app,
  key: place.dataset.module,
  url: place.dataset.url,
  options: { autoresize: true, hostOrigin: location.origin },
});
frame.id = iframeAttributes.id;
frame.name = iframeAttributes.name;
frame.title = place.dataset.name;
// Framed apps are sandboxed; what they open is not.
frame.setAttribute('sandbox', 'allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts');
frame.src = iframeAttributes.src;
connectHost.onIframeEstablished(() => place.setAttribute('data-established', 'true'));
place.append(frame);
