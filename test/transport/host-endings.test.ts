import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostEndings } from "../../runner/transport/session/host-endings.ts";

test.each(["dash", "bash"])(
  "in %s, what ignores TERM is killed in time, also on a host where each look takes long",
  (shell) => {
    const begun = join(tmpdir(), `ts-play-endings-${process.pid}-${shell}`);
    const script = `${hostEndings.replaceAll("@{", "$\u007b")}
setsid sh -c "trap '' TERM; : >${begun}; while :; do sleep 0.1; done" & stubborn=$!
until [ -e ${begun} ]; do sleep 0.1; done
looks=0
sleep() { looks=$((looks + 1)); command sleep 1; }
end_sessions $stubborn
wait $stubborn
echo "$? $looks"`;
    const [code, looks] = execFileSync(shell, ["-c", script], { encoding: "utf8" }).trim().split(" ").map(Number);
    rmSync(begun);
    expect(code).toBe(137);
    expect(looks).toBeLessThanOrEqual(7);
  },
);
