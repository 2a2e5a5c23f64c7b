import { block, defineRole, line, secret, sh, z } from "ts-play";

/** Lines and blocks in files that other people own as well. */
export const edits = defineRole({
  name: "edits",
  summary: "Lines and blocks in files.",
  vars: z.object({}),
  tasks: () => [
    line({ path: "/etc/login.defs", match: /^UMASK\s/, line: "UMASK\t\t027", backup: true }),
    line({
      path: "/etc/login.defs",
      match: /^#?LOG_OK_LOGINS/,
      line: "LOG_OK_LOGINS yes",
      insertAfter: /^FAILLOG_ENAB/,
    }),
    line({ path: "/etc/ops.list", line: "first", create: true }),
    line({ path: "/etc/ops.list", line: "before first", insertBefore: /^first$/ }),
    line({ path: "/etc/ops.list", line: "last", validate: (file) => sh`grep -qx last ${file}` }),
    line({ path: "/srv/ops/mixed", match: /^unwanted/, present: false }),
    line({ path: "/srv/ops/mixed", line: "exactly this", present: false }),
    line({ path: "/srv/ops/private", match: /^pass/, line: secret("pass phrase") }),
    line({ path: "/srv/ops/private", line: secret("old secret"), present: false }, { name: "line that was secret" }),
    block({ path: "/etc/ops.list", name: "hosts", content: "one\ntwo\n", insertAfter: /^first$/ }),
    block({
      path: "/etc/ops.ini",
      name: "ini",
      content: "[main]\nkey = value",
      comment: ";",
      create: true,
      validate: (file) => sh`test -s ${file}`,
      backup: true,
    }),
    block({ path: "/srv/ops/mixed", name: "old", present: false }),
    block({ path: "/srv/ops/private", name: "token", content: secret("token=hidden\n"), insertBefore: /^pass/ }),
  ],
});
