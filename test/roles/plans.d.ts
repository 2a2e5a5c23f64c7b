import type { RoleCall } from "ts-play";
import type { FakeHost, FakeRun } from "ts-play/testing";
/** The steps of a run, each by its first line. */
export declare const firstLines: (run: FakeRun) => readonly string[];
/** The tasks that would change something. */
export declare function changeNames(host: FakeHost, role: RoleCall): Promise<readonly string[]>;
/** The arguments of the task that writes a file. */
export declare function fileOf(
  role: RoleCall,
  path: string,
  known?: object,
  host?: string,
): {
  content: string;
  validate: unknown;
};
