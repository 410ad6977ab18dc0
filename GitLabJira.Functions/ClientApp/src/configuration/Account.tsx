import Button from '@atlaskit/button/default/button';
import { useState } from 'react';
import { Problem } from '../api/client';
import { text } from '../texts';
import { usePage } from './Page';

/** Whose GitLab account the page acts with. */
export function Account({ signedOut }: { signedOut(): void }) {
  const { client, messages, status } = usePage();
  const [busy, setBusy] = useState(false);
  const { user } = status;
  if (!user) return null;

  const leave = async () => {
    setBusy(true);
    try {
      await client.remove('sign-in');
      messages.forget('sign-in');
      signedOut();
    } catch (thrown) {
      messages.failed(text('error.signOut'), Problem.of(thrown), 'sign-in');
      setBusy(false);
    }
  };

  return (
    <div id="account" className="account">
      <span>
        {text('account.as')}{' '}
        <a href={user.webUrl} target="_blank" rel="noopener noreferrer">
          @{user.username}
        </a>
      </span>
      <Button appearance="subtle" spacing="compact" onClick={() => void leave()} isLoading={busy}>
        {text('account.signOut')}
      </Button>
    </div>
  );
}
