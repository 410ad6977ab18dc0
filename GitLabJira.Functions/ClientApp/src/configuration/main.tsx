import { Client } from '../api/client';
import { connectHost } from '../host/connect';
import { mount } from '../shared/mount';
import { App } from './App';

connectHost.followTheme();

const client = new Client((path, init) => connectHost.request(path, init), 'configuration/');

mount(<App client={client} host={connectHost} />, () => connectHost.reload());
