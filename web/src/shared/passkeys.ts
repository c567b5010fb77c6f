// Passkeys in the browser: the server's options in, what the device answers out, bytes as URL-safe
// base64. No calls here, and no words.
import type {
  PasskeyAssertion,
  PasskeyCreationOptions,
  PasskeyDescriptor,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from "./api-types.ts";

/** `cancelled`: closed by the person, timed out, or no passkey fits; the browser does not say which. */
export type PasskeyFailure = "cancelled" | "exists" | "failed";

export class PasskeyProblem extends Error {
  readonly kind: PasskeyFailure;
  constructor(kind: PasskeyFailure) {
    super(kind);
    this.kind = kind;
  }
}

export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "credentials" in navigator;
}

/** Whether the browser can offer passkeys in the list under the name field. */
export async function canOfferPasskeys(): Promise<boolean> {
  if (!canUsePasskeys()) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** A passkey is for one address; at another one of the same server it cannot be used. */
export function isForThisAddress(rpId: string): boolean {
  return location.hostname === rpId || location.hostname.endsWith(`.${rpId}`);
}

export async function createPasskey(options: PasskeyCreationOptions): Promise<PasskeyRegistration> {
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        user: { ...options.user, id: bytesOf(options.user.id) },
        excludeCredentials: options.excludeCredentials.map(descriptorOf),
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    type: "public-key",
    id: textOf(made.rawId),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

interface Manner {
  /** In the list under the name field instead of a window of its own. */
  isConditional?: boolean;
  signal?: AbortSignal;
}

export async function usePasskey(options: PasskeyRequestOptions, manner: Manner = {}): Promise<PasskeyAssertion> {
  const used = await ask(() =>
    navigator.credentials.get({
      ...(manner.isConditional ? { mediation: "conditional" as const } : {}),
      ...(manner.signal ? { signal: manner.signal } : {}),
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        allowCredentials: options.allowCredentials.map(descriptorOf),
      },
    }),
  );
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    type: "public-key",
    id: textOf(used.rawId),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      userHandle: response.userHandle ? textOf(response.userHandle) : null,
    },
  };
}

async function ask(begin: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await begin();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (problem) {
    throw new PasskeyProblem(kindOf(problem));
  }
  throw new PasskeyProblem("failed");
}

function kindOf(problem: unknown): PasskeyFailure {
  const name = problem instanceof DOMException ? problem.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "cancelled";
  return name === "InvalidStateError" ? "exists" : "failed";
}

function descriptorOf(descriptor: PasskeyDescriptor): PublicKeyCredentialDescriptor {
  return {
    type: descriptor.type,
    id: bytesOf(descriptor.id),
    transports: descriptor.transports as AuthenticatorTransport[],
  };
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function textOf(bytes: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
