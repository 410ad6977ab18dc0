import Button from '@atlaskit/button/default/button';
import { lazy, Suspense } from 'react';
import { text } from '../texts';

interface Action {
  name: string;
  run(): void;
}

export interface Told {
  kind: 'error' | 'warning' | 'success' | 'information';
  title: string;
  text?: string;
  /** What the message is about: a newer one about the same takes its place, and the next success takes it away. */
  about: string;
  action?: Action;
}

export interface BoxProps {
  told: Told;
  actions: Action[];
}

/** Brings Atlassian's box before a message needs it. It comes with tooltips and layers, more than all of the first screen, so never before that one stands. */
export const bringMessageBox = () => import('./MessageBox').catch(() => ({ default: PlainBox }));

const MessageBox = lazy(bringMessageBox);

/** A message that stays until somebody dismisses it, and is read out when it comes. */
export function Message({ told, dismiss }: { told: Told; dismiss?: () => void }) {
  const actions = [...(told.action ? [told.action] : []), ...(dismiss ? [{ name: text('action.dismiss'), run: dismiss }] : [])];
  return (
    <div className="message" role={told.kind === 'error' ? 'alert' : 'status'} data-kind={told.kind}>
      <Suspense fallback={<PlainBox told={told} actions={actions} />}>
        <MessageBox told={told} actions={actions} />
      </Suspense>
    </div>
  );
}

/** Until the box has come, and when it cannot: a message may say that the network is gone. */
function PlainBox({ told, actions }: BoxProps) {
  return (
    <div className={told.kind === 'success' || told.kind === 'information' ? 'notice' : 'notice warn'}>
      <div>
        <strong>{told.title}</strong>
        {told.text ? <p>{told.text}</p> : null}
      </div>
      {actions.map(({ name, run }) => (
        <Button key={name} appearance="subtle" spacing="compact" onClick={run}>
          {name}
        </Button>
      ))}
    </div>
  );
}
