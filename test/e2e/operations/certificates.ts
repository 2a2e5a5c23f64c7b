import { certificate, certificateAuthority, defineRole, directory, inspect, secret, z } from "ts-play";

const PLACE = "/srv/ops/tls";
const PASSPHRASE = "a passphrase of the operations";

/** Certificates of an authority that is made in a folder of this machine. */
export const certificates = defineRole({
  name: "certificates",
  summary: "Certificates.",
  vars: z.object({ pki: z.string().describe("a folder of this machine") }),
  tasks: ({ vars }) => {
    const ca = certificateAuthority({ name: "ops", folder: vars.pki, passphrase: secret(PASSPHRASE) });
    const place = directory({ path: PLACE });
    return [
      place,
      inspect({ task: place }),
      certificate({
        ca,
        profile: "peer",
        commonName: "ops1",
        organizations: ["ops"],
        names: ["ops1.ops.test"],
        addresses: ["192.0.2.10", "2001:db8::10"],
        path: `${PLACE}/peer.crt`,
        keyPath: `${PLACE}/peer.key`,
        key: "rsa-2048",
        lifetimeDays: 90,
        renewBeforeDays: 10,
        mode: "0640",
        owner: "opsuser",
        group: "opsgroup",
        keyMode: "0640",
      }),
      certificate({
        ca,
        profile: "client",
        commonName: "ops-client",
        path: `${PLACE}/client.crt`,
        keyPath: `${PLACE}/client.key`,
      }),
    ];
  },
});
