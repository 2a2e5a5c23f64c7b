import { expect, test } from "vitest";
import { z } from "zod";
import * as api from "../../runner/index.ts";

const {
  absent,
  assert,
  block,
  certificate,
  command,
  directory,
  download,
  file,
  line,
  symlink,
  template,
  unpack,
  waitFor,
} = api;
const operations = {
  absent,
  assert,
  block,
  certificate,
  command,
  directory,
  download,
  file,
  line,
  symlink,
  template,
  unpack,
  waitFor,
};

test.each(Object.entries(operations))(
  "%s: its example is a call that works, with what authors can import",
  (name, operation) => {
    const task = new Function(...Object.keys(api), `return ${operation.example}`)(...Object.values(api)) as api.Task;
    expect(operation.operationName).toBe(name);
    expect(task.operation).toBe(name);
  },
);

test.each(Object.entries(operations))("%s: every argument says what it is", (_, operation) => {
  const { properties } = z.toJSONSchema(operation.args as z.ZodType, { io: "input", unrepresentable: "any" });
  const silent = Object.entries(properties ?? {}).filter(
    ([, schema]) => !(schema as { description?: string }).description,
  );
  expect(silent.map(([argument]) => argument)).toEqual([]);
});
