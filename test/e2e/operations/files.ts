import {
  absent,
  defineOutput,
  defineRole,
  defineTemplate,
  directory,
  file,
  fileText,
  type Group,
  localFile,
  secret,
  sh,
  symlink,
  template,
  z,
} from "ts-play";

const vars = z.object({
  payload: z.string().describe("a file of this machine"),
  helper: z.custom<Group>().describe("hosts to ask for the output"),
});

const greeting = defineTemplate(
  new URL("./greeting.conf.ejs", import.meta.url),
  z.object({ name: z.string(), words: z.array(z.string()) }),
);
const access = defineTemplate(new URL("./access.conf.ejs", import.meta.url), z.object({ token: z.any() }));
const issue = defineOutput({ name: "issue", probe: fileText("/etc/debian_version") });

const ours = { owner: "opsuser", group: "opsgroup" };

/** Files, folders and links of every shape; some take the place of what was there before. */
export const files = defineRole({
  name: "files",
  summary: "Files, folders and links.",
  vars,
  tasks: ({ vars: { payload, helper }, host }) => [
    directory({ path: "/srv/ops/shared", mode: "2775", ...ours }),
    directory({ path: "/srv/ops/deep/er/private", mode: "700" }),
    directory({ path: "/srv/ops/was-a-file", force: true }),

    file({ path: "/etc/issue", content: "Kept by ts-play.\n", backup: true }),
    file({ path: "/srv/ops/shared/secret", content: secret("none of\nyour business"), mode: "0600", ...ours }),
    file({
      path: "/srv/ops/bytes",
      content: Uint8Array.of(0, 255, 10, 13, 0),
      mode: "440",
      owner: "1000",
      group: "1000",
    }),
    file({ path: "/usr/local/bin/ops-payload", content: localFile(payload), mode: "0755" }),
    file({ path: '/srv/ops/it\'s "odd" $name é', content: "", mode: "0644" }),
    file({ path: "/srv/ops/checked", content: "good\n", validate: (file) => sh`grep -qx good ${file}` }),
    file({ path: "/srv/ops/was-a-folder", content: "a file now\n", force: true }),
    file({ path: "/srv/ops/was-a-link", content: "no link any more\n", force: true }),
    file({ path: "/srv/ops/asked", content: issue.from(helper).map((text) => text ?? "") }),

    template({
      path: "/srv/ops/greeting.conf",
      content: greeting({ name: host.name, words: ["<b>", "a & b", "'quoted'"] }),
      validate: (file) => sh`grep -q ^name ${file}`,
      backup: true,
      ...ours,
    }),
    template({ path: "/srv/ops/access.conf", content: access({ token: secret("open sesame") }), mode: "0640" }),
    template({ path: "/srv/ops/was-a-link-too", content: "rendered\n", force: true }),

    symlink({ path: "/srv/ops/current", target: "shared" }),
    symlink({ path: "/srv/ops/dangling", target: "/nowhere/at all" }),
    symlink({ path: "/srv/ops/other-link", target: "/srv/ops/checked" }),
    symlink({ path: "/srv/ops/was-full", target: "deep", force: true }),

    absent({ path: "/srv/ops/old-file" }),
    absent({ path: "/srv/ops/old-link" }),
    absent({ path: "/srv/ops/old-tree", recursive: true }),
    absent({ path: "/srv/ops/never-there" }),
  ],
});
