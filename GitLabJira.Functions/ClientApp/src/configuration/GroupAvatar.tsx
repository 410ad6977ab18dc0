import Avatar from '@atlaskit/avatar';
import { useState } from 'react';

/** A group's picture; GitLab shows that of a private one only to its own session, so the first letter stands in. */
export function GroupAvatar({ name, src }: { name: string; src?: string | undefined }) {
  const [failed, setFailed] = useState(false);
  if (src && !failed) {
    return (
      <span onErrorCapture={() => setFailed(true)}>
        <Avatar appearance="square" size="medium" src={src} />
      </span>
    );
  }
  return (
    <span className="letter" aria-hidden="true">
      {(name[0] ?? '?').toUpperCase()}
    </span>
  );
}
