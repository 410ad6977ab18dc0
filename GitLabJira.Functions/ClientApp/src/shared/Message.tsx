import SectionMessage, { SectionMessageAction } from '@atlaskit/section-message';
import { text } from '../texts';

export interface Told {
  kind: 'error' | 'warning' | 'success' | 'information';
  title: string;
  text?: string;
  /** What the message is about: a newer one about the same takes its place, and the next success takes it away. */
  about: string;
  action?: { name: string; run(): void };
}

/** A message that stays until somebody dismisses it, and is read out when it comes. */
export function Message({ told, dismiss }: { told: Told; dismiss?: () => void }) {
  const actions = [
    ...(told.action ? [<SectionMessageAction key="action" onClick={told.action.run}>{told.action.name}</SectionMessageAction>] : []),
    ...(dismiss ? [<SectionMessageAction key="dismiss" onClick={dismiss}>{text('action.dismiss')}</SectionMessageAction>] : []),
  ];
  return (
    <div className="message" role={told.kind === 'error' ? 'alert' : 'status'} data-kind={told.kind}>
      <SectionMessage appearance={told.kind} title={told.title} actions={actions}>
        {told.text ? <p>{told.text}</p> : null}
      </SectionMessage>
    </div>
  );
}
