import {
  defineInventory,
  definePlaybook,
  defineRole,
  directory,
  file,
  line,
  packages,
  play,
  service,
  z,
} from "ts-play";

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const root = "/srv/bench-many";

/** Twenty tasks that change nothing once they have been done. */
const twenty = defineRole({
  name: "twenty",
  summary: "Twenty tasks of a few kinds.",
  vars: z.object({}),
  tasks: () => [
    directory({ path: root }),
    upTo(10).map((number) => file({ path: `${root}/file${number}`, content: `the content of file ${number}\n` })),
    upTo(5).map((number) => directory({ path: `${root}/folder${number}`, mode: "0750" })),
    upTo(2).map((number) => line({ path: `${root}/file1`, line: `line ${number}`, present: false })),
    packages({ names: ["openssh-server"] }),
    service({ unit: "ssh" }),
  ],
});

export default definePlaybook({
  summary: "Twenty tasks on very many hosts.",
  inventory: defineInventory({ groups: { servers: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [play({ title: "twenty tasks", on: groups.servers, roles: [twenty({})] })],
});
