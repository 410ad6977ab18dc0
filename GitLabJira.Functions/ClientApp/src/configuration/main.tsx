import { Client } from '../api/client';
import type { FirstLook } from '../api/types';
import { connectHost } from '../host/connect';
import { mount } from '../shared/mount';
import { App } from './App';

connectHost.followTheme();

const client = new Client((path, init) => connectHost.request(path, init), 'configuration/');

const sent = document.querySelector('#first')?.textContent;

mount(<App client={client} host={connectHost} first={sent ? (JSON.parse(sent) as FirstLook) : undefined} />, () => connectHost.reload());
