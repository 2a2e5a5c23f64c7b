import { defineProbe, sh } from "ts-play";

/** Which configuration the running haproxy holds, as the id in its `description`; undefined when none answers. */
export const loadedConfiguration = defineProbe<string, string | undefined>({
  name: "loadedConfiguration",
  summary: "The id of the configuration that the running haproxy holds.",
  command: (socket) =>
    sh`[ ! -S ${socket} ] || echo "show info" | timeout 10 socat -t 5 STDIO UNIX-CONNECT:${socket} 2>/dev/null || true`,
  parse: ({ stdout }) => /^description: (.*)$/m.exec(stdout)?.[1],
  looksAt: (socket) => ["unit:haproxy.service", `path:${socket as `/${string}`}`],
  bare: () => undefined,
});
