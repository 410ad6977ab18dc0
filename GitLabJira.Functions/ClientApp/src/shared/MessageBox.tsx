import SectionMessage, { SectionMessageAction } from '@atlaskit/section-message';
import type { BoxProps } from './Message';

/** A message as Jira shows one. */
export default function MessageBox({ told, actions }: BoxProps) {
  return (
    <SectionMessage
      appearance={told.kind}
      title={told.title}
      actions={actions.map(({ name, run }) => (
        <SectionMessageAction key={name} onClick={run}>
          {name}
        </SectionMessageAction>
      ))}
    >
      {told.text ? <p>{told.text}</p> : null}
    </SectionMessage>
  );
}
