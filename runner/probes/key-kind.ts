import type { KeyObject } from "node:crypto";
import { type KeyKind, keyKinds } from "../define/certificate-authority.ts";

const CURVES: Readonly<Record<string, string>> = { prime256v1: "p256", secp384r1: "p384" };

/** The kind of a key; undefined for those that are not used here. */
export function keyKindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyKind | undefined {
  const { namedCurve = "", modulusLength } = asymmetricKeyDetails ?? {};
  const kind = asymmetricKeyType === "ec" ? `ecdsa-${CURVES[namedCurve]}` : `${asymmetricKeyType}-${modulusLength}`;
  return keyKinds.find((known) => known === kind);
}
