import { type Answers, defineOperation, inspect, type Probes, type Task, TaskRefusal, z } from "ts-play";
import { type AddressView, addressView, wrongWith } from "./address-view.ts";
import { checkAnswer } from "./check-answer.ts";

const args = z.object({
  tasks: z.custom<readonly Task[]>(Array.isArray, "a list of tasks is needed").describe("what the role keeps"),
  addresses: z.array(z.string()).describe("that float"),
  checks: z.array(z.string()).describe("paths of check scripts"),
});

type Args = z.output<typeof args>;

/** Everything that is wrong with keepalived on a host, at once. */
export const verified = defineOperation<typeof args, Probes>({
  name: "keepalivedVerified",
  summary: "Fails with everything that is wrong with keepalived on a host; changes nothing.",
  args,
  example: 'verified({ tasks: [], addresses: ["192.0.2.10"], checks: [] })',
  subject: () => "",
  read: ({ tasks, addresses, checks }) => ({
    ...Object.fromEntries(
      tasks.flatMap((task, at) => Object.entries(task.reads).map(([key, probe]) => [`${at} ${key}`, probe])),
    ),
    ...Object.fromEntries(addresses.map((address) => [address, addressView(address)])),
    ...Object.fromEntries(checks.map((path) => [path, checkAnswer(path)])),
  }),
  plan: ({ args, current }) => {
    const wrong = [...driftOf(args, current), ...checksOf(args, current), ...holdersOf(args, current)];
    if (wrong.length === 0) return [];
    throw new TaskRefusal(
      wrong.join("; "),
      "run the keepalived role on this host; `journalctl -u keepalived` says what it did",
    );
  },
});

type Current = Answers<Probes>;

const driftOf = ({ tasks }: Args, current: Current): readonly string[] =>
  tasks.flatMap((task, at) =>
    refusalOf(() => {
      const answers = Object.keys(task.reads).map((key) => [key, current[`${at} ${key}`]]);
      inspect.plan({ args: { task }, current: Object.fromEntries(answers) });
    }),
  );

function refusalOf(look: () => void): readonly string[] {
  try {
    look();
    return [];
  } catch (error) {
    if (error instanceof TaskRefusal) return [error.message];
    throw error;
  }
}

const checksOf = ({ checks }: Args, current: Current): readonly string[] =>
  checks.flatMap((path) =>
    current[path] === "good" ? [] : [`the check ${path} ${current[path] === "failed" ? "fails" : "cannot be run"}`],
  );

const holdersOf = ({ addresses }: Args, current: Current): readonly string[] =>
  addresses.flatMap((address) => wrongWith(address, current[address] as AddressView) ?? []);
