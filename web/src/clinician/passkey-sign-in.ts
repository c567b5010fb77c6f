// Signing in with a passkey: in the list under the name field while the form waits, and by a button.
// The browser takes one request at a time: whoever begins another ends the one that waits.
import { useEffect, useRef, useState } from "preact/hooks";
import type { PasskeyAssertion } from "../shared/api-types.ts";
import * as calls from "../shared/calls.ts";
import { canOfferPasskeys, canUsePasskeys, isForThisAddress, usePasskey } from "../shared/passkeys.ts";

/** Before the server forgets what it asked, which is after five minutes. */
const kAskAgainAfter = 240_000;

interface Wanted {
  onSignedIn: () => Promise<void>;
  /** Also the person's own "no" to the button. */
  onProblem: (problem: unknown) => void;
}

export interface PasskeySignIn {
  /** Whether this browser, at this address, can sign in with one. */
  isPossible: boolean;
  /** By the button. */
  signIn: () => Promise<void>;
  /** The password is being sent: no passkey is asked for until `resume`. */
  stop: () => void;
  resume: () => void;
}

export function usePasskeySignIn({ onSignedIn, onProblem }: Wanted): PasskeySignIn {
  const [isPossible, setPossible] = useState(false);
  const waiting = useRef<AbortController | null>(null);

  const stop = () => {
    waiting.current?.abort();
    waiting.current = null;
  };

  const begin = () => {
    stop();
    waiting.current = new AbortController();
    return waiting.current;
  };

  const finish = async (passkey: PasskeyAssertion) => {
    await calls.passkeySignIn({ passkey });
    await onSignedIn();
  };

  /** What the device answers in the list; null when nobody chose one, or it cannot be asked. */
  const chosen = async (signal: AbortSignal): Promise<PasskeyAssertion | null> => {
    try {
      const { publicKey } = await calls.passkeySignInOptions();
      if (!isForThisAddress(publicKey.rpId)) return null;
      setPossible(true);
      if (signal.aborted || !(await canOfferPasskeys())) return null;
      return await usePasskey(publicKey, { isConditional: true, signal });
    } catch {
      // Not reached, not set up, or given up for the password: the form is there.
      return null;
    }
  };

  const offer = async () => {
    if (!canUsePasskeys()) return;
    const own = begin();
    const renewal = setTimeout(() => {
      if (waiting.current === own) void offer();
    }, kAskAgainAfter);
    const passkey = await chosen(own.signal);
    clearTimeout(renewal);
    if (!passkey) return;
    try {
      await finish(passkey);
    } catch (problem) {
      onProblem(problem);
      if (waiting.current === own) void offer();
    }
  };

  const signIn = async () => {
    const own = begin();
    try {
      const { publicKey } = await calls.passkeySignInOptions();
      await finish(await usePasskey(publicKey, { signal: own.signal }));
    } catch (problem) {
      onProblem(problem);
      if (waiting.current === own) void offer();
    }
  };

  useEffect(() => {
    const again = () => void offer();
    again();
    // Without a network nothing could be asked.
    addEventListener("online", again);
    return () => {
      removeEventListener("online", again);
      stop();
    };
  }, []);

  return { isPossible, signIn, stop, resume: () => void offer() };
}
