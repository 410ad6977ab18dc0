import Button from '@atlaskit/button/default/button';
import Spinner from '@atlaskit/spinner';
import type { SignInStatus } from '../api/types';
import type { SignIn, SignInStep } from '../shared/SignIn';
import { text } from '../texts';

/** How the window with GitLab fares, wherever on the page the sign-in was begun. */
export function Popup({ step, signIn }: { step: SignInStep; signIn: SignIn<SignInStatus> }) {
  if (step === 'blocked') {
    return (
      <div className="popup notice warn" role="alert">
        <span>{text('error.popupBlocked')}</span>
        <Button appearance="primary" spacing="compact" onClick={() => signIn.openAgain()}>
          {text('popup.open')}
        </Button>
        <span className="muted">{text('error.popupBlocked.text')}</span>
      </div>
    );
  }
  if (step === 'waiting' || step === 'redeeming') {
    return (
      <div className="popup notice" role="status">
        <Spinner size="small" />
        <span>{text(step === 'waiting' ? 'popup.waits' : 'popup.redeems')}</span>
        {step === 'waiting' ? (
          <Button appearance="subtle" spacing="compact" onClick={() => signIn.show()}>
            {text('popup.show')}
          </Button>
        ) : null}
      </div>
    );
  }
  return null;
}
