import { useEffect, useMemo, useRef, useState } from 'react';
import type { Problem } from '../api/client';
import { SignIn, type SignInCalls, type SignInEnd, type SignInStep } from './SignIn';

/** A sign-in of the page, and where it stands. */
export function useSignIn<T>(calls: SignInCalls<T>, told: { signedIn(status: T): void; failed(why: SignInEnd | Problem): void }): { signIn: SignIn<T>; step: SignInStep } {
  const [step, setStep] = useState<SignInStep>('idle');
  const latest = useRef({ calls, told });
  latest.current = { calls, told };

  const signIn = useMemo(
    () =>
      new SignIn<T>(
        { start: () => latest.current.calls.start(), redeem: (code, state) => latest.current.calls.redeem(code, state) },
        { step: setStep, signedIn: (status) => latest.current.told.signedIn(status), failed: (why) => latest.current.told.failed(why) },
      ),
    [],
  );
  useEffect(() => {
    signIn.listen();
    return () => signIn.end();
  }, [signIn]);

  return { signIn, step };
}
