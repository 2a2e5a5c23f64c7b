import { expect, test } from "vitest";
import { selectHosts } from "../../runner/inventory/pattern.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

/** What Ansible selects is compared in conformance.test.ts; here is what only ts-play does. */
const inventory = await loadWritten({
  "hosts.yaml": `web: { hosts: { "web[1:4]": } }
db: { hosts: { db1: , "2001:db8::1": } }
`,
});

test.each<[string, readonly string[]]>([
  ["web1,db:!db1", ["web1", "2001:db8::1"]],
  ["2001:db8::1", ["2001:db8::1"]],
  ["all,!2001:db8::1", ["web1", "web2", "web3", "web4", "db1"]],
  ["~web[12]{1,2}$,db1", ["web1", "web2", "db1"]],
  ["web[:1]", ["web1", "web2"]],
])("%s", (pattern, expected) => {
  expect(selectHosts(inventory, pattern)).toEqual(expected);
});

test("@retry and @file give the parts of a pattern", () => {
  const lists: Record<string, string[]> = { "@retry": ["web2", "# a comment", "", "db"], "@some/file:1": ["!db1"] };
  expect(selectHosts(inventory, "@retry,@some/file:1", (name) => lists[name]!)).toEqual(["web2", "2001:db8::1"]);
});

test.each<[string, string]>([
  ["webz", 'error CLI004: no host or group matches "webz" (did you mean "web"?). Fix: write "web".'],
  [
    "zebra*",
    'error CLI004: no host or group matches "zebra*". Fix: see `ts-play inventory -i hosts.yaml --graph` for hosts and groups.',
  ],
  ["web:!wbe1", 'error CLI004: no host or group matches "wbe1" (did you mean "web1"?). Fix: write "web1".'],
  [
    "web:&db",
    'error CLI004: no host matches the pattern "web:&db". Fix: see `ts-play inventory -i hosts.yaml --graph` for hosts and groups.',
  ],
  ["web[7]", 'error CLI004: "web[7]" is beyond the 4 hosts of "web". Fix: count from 0.'],
  ["~[", 'error CLI004: "~[" is not a valid pattern. Fix: mend the regular expression or the brackets.'],
  [
    "",
    'error CLI004: no host matches the pattern "". Fix: see `ts-play inventory -i hosts.yaml --graph` for hosts and groups.',
  ],
  ["@retry", 'error CLI004: no list of hosts is known for "@retry". Fix: name the hosts or groups.'],
])('"%s" is an error', async (pattern, expected) => {
  expect(await caught(() => selectHosts(inventory, pattern))).toEqual([expected]);
});

test("an empty retry list is an error, not all hosts", async () => {
  expect((await caught(() => selectHosts(inventory, "@retry", () => [])))[0]).toContain(
    'the list "@retry" names no hosts',
  );
});
