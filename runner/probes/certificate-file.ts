import { sh } from "../define/command.ts";
import { defineVectorProbe } from "../define/probe.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { pathFootprint } from "./path-footprint.ts";

/** A certificate of a host, or why what is at its path is none. */
export type CertificateFile = Certificate | { readonly unreadable: string };

/** The first certificate of each file in PEM, parsed here: the host needs no openssl. Undefined when there is no file. */
export const certificateFile = defineVectorProbe({
  name: "certificateFile",
  summary: "What the certificate at a path says (the first of the file, PEM); undefined when there is no file.",
  command: (paths: readonly string[]) => sh`date +%s
for p in ${paths}; do
if ! [ -f "$p" ]; then echo absent; elif ! [ -r "$p" ]; then echo unreadable
else echo "pem $(head -c 100000 -- "$p" | base64 | tr -d '\\n')"; fi
done`,
  parse: ({ stdout }, paths): readonly (CertificateFile | undefined)[] => {
    const [seconds = "", ...lines] = stdout.split("\n");
    if (!/^\d+$/.test(seconds)) throw new Error(`date answered: ${seconds}`);
    return paths.map((_, i) => readAnswer(lines[i] ?? "", Number(seconds) * 1000));
  },
  looksAt: (path) => [pathFootprint(path)],
  bare: () => undefined,
});

function readAnswer(line: string, now: number): CertificateFile | undefined {
  if (line === "absent") return undefined;
  if (!line.startsWith("pem ")) return { unreadable: "it cannot be read" };
  try {
    return parseCertificate(Buffer.from(line.slice(4), "base64").toString("latin1"), now);
  } catch {
    return { unreadable: "it holds no certificate" };
  }
}

export const isReadable = (found: CertificateFile | undefined): found is Certificate =>
  found !== undefined && !("unreadable" in found);
