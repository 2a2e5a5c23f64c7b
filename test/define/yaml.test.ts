import { yamlValue, yamlWith } from "ts-play";
import { expect, test } from "vitest";

const text = `# by hand
apiServer:
  certSANs:
  - a
  - "1.30"
  extraArgs:
  - name: v
    value: "2" # loud
controlPlaneEndpoint: old:6443
`;

test("a value is found by its path", () => {
  expect(yamlValue(text, ["apiServer", "certSANs"])).toEqual(["a", "1.30"]);
  expect(yamlValue(text, ["apiServer", "extraArgs", 0, "value"])).toBe("2");
  expect(yamlValue(text, ["nothing", "here"])).toBeUndefined();
  expect(yamlValue("", ["nothing"])).toBeUndefined();
});

test("only what is told changes: comments, quotes and order stay", () => {
  const changed = yamlWith(text, [
    [["controlPlaneEndpoint"], "new:8443"],
    [
      ["apiServer", "certSANs"],
      ["a", "b"],
    ],
  ]);
  expect(changed).toBe(text.replace("old:6443", "new:8443").replace('- "1.30"', "- b"));
});

test("what is not there yet is added", () => {
  expect(yamlWith("kind: X\n", [[["apiServer", "certSANs"], ["a"]]])).toBe("kind: X\napiServer:\n  certSANs:\n  - a\n");
});

test("what is no YAML is refused", () => expect(() => yamlValue("a: [", ["a"])).toThrow("this is no YAML"));
