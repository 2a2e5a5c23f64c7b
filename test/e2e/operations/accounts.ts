import { defineRole, group, secret, user, z } from "ts-play";

/** SHA-512 of "correct horse", crypt(5). */
const passwordHash = "$6$tsplay$oNnQAWbB5527KRLnBhIK08fweIPw4diGObvtzh8aYgMiQNSGw27J.NwHY1B8V39C8TPg3kMvHAOFn0FUUnmZb.";

/** Users and groups, made before anything belongs to them. */
export const accounts = defineRole({
  name: "accounts",
  summary: "Users and groups.",
  vars: z.object({}),
  tasks: () => [
    group({ name: "opsgroup", gid: 2001 }),
    group({ name: "opsdaemons", system: true }),
    group({ name: "opsfree" }),
    group({ name: "opsold", state: "absent" }),
    group({ name: "opsnever", state: "absent" }),
    user({
      name: "opsuser",
      uid: 2001,
      group: "opsgroup",
      groups: ["opsdaemons", "opsfree"],
      home: "/srv/opshome",
      createHome: true,
      shell: "/bin/sh",
      comment: "Owns what tests keep",
      passwordHash: secret(passwordHash),
    }),
    user({ name: "opsdaemon", system: true, shell: "/usr/sbin/nologin", createHome: false }),
    user({ name: "admin", groups: ["opsfree"], keepOtherGroups: true }),
    user({ name: "opsleaver", state: "absent", removeHome: true }),
    user({ name: "opsghost", state: "absent" }),
  ],
});
