import { z } from "zod";
import { type Command, sh } from "../define/command.ts";

/** Where something is fetched from: one URL, or mirrors that are tried in order. */
export const sourceUrls = z
  .union([z.string(), z.array(z.string()).min(1)], "a URL or a list of URLs is needed")
  .transform((given) => [given].flat())
  .superRefine((urls, context) => {
    const fault = urls.map(faultOf).find((each) => each !== undefined);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });

/** A SHA-256 in hex. */
export const sha256Text = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, "a SHA-256 is 64 hexadecimal digits, as `sha256sum` prints it")
  .transform((hash) => hash.toLowerCase());

function faultOf(text: string): string | undefined {
  if (!/^[!-~]+$/.test(text)) return "a URL is needed, in ASCII without spaces";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!["https:", "http:", "file:"].includes(url?.protocol ?? "")) return "a URL with https:, http: or file: is needed";
  return url?.username || url?.password
    ? "a URL must not hold a user or password: it shows in the host's process list"
    : undefined;
}

/**
 * Shell text that fetches to "$t" from the first mirror whose bytes have the hash, with whichever of curl and wget the host has.
 * A mirror that stalls for a minute is left (not by the wget of busybox, which may have been built without timeouts).
 * Ends the script with a message for each mirror when none has it.
 */
export const fetchScript = (urls: readonly string[], sha256: string): Command => sh`fetch() {
  case $1 in /*) cp -- "$1" "$t"; return ;; esac
  if command -v curl >/dev/null 2>&1; then
    curl -fsSL --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$t" -- "$1"
  elif command -v wget >/dev/null 2>&1; then
    case $(wget --version 2>&1) in *GNU*) wget -q -T 60 -t 2 -O "$t" -- "$1" ;; *) wget -q -O "$t" -- "$1" ;; esac
  else
    echo "neither curl nor wget is installed" >&2; return 127
  fi
}
${verifyFunction(sha256)}
good=
for u in ${urls.map(localPathOr)}; do
  if ! fetch "$u"; then echo "$u: could not be fetched" >&2
  elif verify "$u"; then good=1; break; fi
done
[ -n "$good" ] || exit 1`;

/** Shell text of a function that tells whether "$t" has the hash, and says what it has instead. */
export const verifyFunction = (sha256: string): Command => sh`verify() {
  s=$(sha256sum <"$t") && s=\${s%% *} && [ "$s" = ${sha256} ] && return
  echo "$1: sha256 is $s, wanted is "${sha256} >&2; return 1
}`;

/** Not every curl and no wget reads file: URLs. */
const localPathOr = (text: string): string => {
  const url = new URL(text);
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : text;
};
