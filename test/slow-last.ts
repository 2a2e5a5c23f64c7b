import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files whose tests take minutes; whatever is broken should show before them. */
const SLOW = [
  ...["web.test.ts", "operations.test.ts", "controller.test.ts", "uml.test.ts"],
  ...["schedule.test.ts", "package.test.ts"],
  ...["repair.test.ts", "haproxy.test.ts", "keepalived.test.ts"],
  ...["cuts.test.ts", "etcd.test.ts", "etcd-members.test.ts", "etcd-backup.test.ts", "drills.test.ts", "lvs.test.ts"],
  "kubernetes.test.ts",
];

/** Runs quick files first: what they find need not wait. */
export class SlowLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => SLOW.indexOf(basename(moduleId));
    return [...files].sort((one, other) => place(one) - place(other) || one.moduleId.localeCompare(other.moduleId));
  }
}
