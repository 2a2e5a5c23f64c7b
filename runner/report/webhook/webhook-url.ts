import { InputError } from "../../errors.ts";

/** Throws InputError when this is no address that can be posted to. */
export function requireWebhookUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (isWeb && url.username === "" && url.password === "") return;
  throw new InputError({
    code: "CLI005",
    message:
      "--webhook takes an address that begins with https:// or http://, without a user and password before the host",
    fix: "give the whole address, or set TS_PLAY_WEBHOOK",
  });
}

/** The address as people and records may see it: its path and query often are the key to the channel. */
export const maskedUrl = (text: string): string => (URL.canParse(text) ? `${new URL(text).origin}/***` : "***");
