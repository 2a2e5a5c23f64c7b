import { type CertificateAuthority, type RecordsWatch, recordsClient } from "ts-play";

const PREFIX = "/ts-play-drill/";

/** A client that puts a key again and again, with a certificate of a day; in the end its keys are read back and deleted. */
export const etcdWriter = ({
  endpoints,
  ca,
  everyMs,
}: {
  readonly endpoints: readonly string[];
  readonly ca: CertificateAuthority;
  readonly everyMs: number;
}): RecordsWatch =>
  recordsClient({
    title: "put a key",
    endpoints,
    tls: {
      ca: ca.certificate,
      client: ca.issue({
        profile: "client",
        commonName: "etcd-drill",
        organizations: [],
        names: [],
        addresses: [],
        key: "ecdsa-p256",
        lifetimeDays: 1,
        renewBeforeDays: 0,
      }),
    },
    everyMs,
    write: (id) => ({ path: "/v3/kv/put", body: { key: base64(`${PREFIX}${id}`), value: base64("written") } }),
    readBack: (run) => ({ path: "/v3/kv/range", body: { ...allOf(run), keys_only: true } }),
    remove: (run) => ({ path: "/v3/kv/deleterange", body: allOf(run) }),
    idsIn: (answer) => keysIn(answer).map((key) => key.slice(PREFIX.length)),
  });

/** Every key of a run: from `<run>/` up to `<run>0`, which comes next in order. */
const allOf = (run: string) => ({ key: base64(`${PREFIX}${run}/`), range_end: base64(`${PREFIX}${run}0`) });

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function keysIn(answer: unknown): readonly string[] {
  const { kvs = [] } = answer as { readonly kvs?: readonly { readonly key: string }[] };
  return kvs.map(({ key }) => Buffer.from(key, "base64").toString());
}
