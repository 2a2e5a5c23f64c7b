/** All that roles and playbooks import. */
export { z } from "zod";
export { type Command, script, sh } from "./define/command.ts";
export { type Condition, holds } from "./define/condition.ts";
export type { Content } from "./define/content.ts";
export type { Footprint } from "./define/footprint.ts";
export { defineGate, type Gate, type GateAnswer } from "./define/gate.ts";
export { Group, type Host } from "./define/host.ts";
export { defineInventory, type InventoryContract, type InventoryOf } from "./define/inventory.ts";
export { type LocalFile, localFile } from "./define/local-file.ts";
export { defineOperation, type Operation } from "./define/operation.ts";
export { defineOutput, type Output } from "./define/output.ts";
export { type BatchSize, definePlaybook, type Play, type Playbook, play } from "./define/playbook.ts";
export {
  type Answer,
  type Answers,
  type CommandResult,
  defineProbe,
  defineVectorProbe,
  type Probe,
  type Probes,
} from "./define/probe.ts";
export { type Ref, refOf } from "./define/ref.ts";
export { defineRole, type Role, type RoleCall } from "./define/role.ts";
export { type Secret, secret, secretText } from "./define/secret.ts";
export {
  type Change,
  change,
  type Effect,
  predict,
  reboot as rebootStep,
  remove,
  run,
  type Step,
  wait,
  write,
} from "./define/step.ts";
export { type Task, type TaskOptions, TaskRefusal, type Tasks } from "./define/task.ts";
export { defineTemplate, type Template } from "./define/template.ts";
export { absent } from "./operations/absent.ts";
export { absolutePath } from "./operations/absolute-path.ts";
export { block } from "./operations/block.ts";
export { directory } from "./operations/directory.ts";
export { file } from "./operations/file.ts";
export { fileMode } from "./operations/file-mode.ts";
export { line } from "./operations/line.ts";
export { symlink } from "./operations/symlink.ts";
export { template } from "./operations/template.ts";
export { fileHash } from "./probes/file-hash.ts";
export { fileText } from "./probes/file-text.ts";
export { mountPoints } from "./probes/mount-points.ts";
export { pathExists } from "./probes/path-exists.ts";
export { type PathState, pathState } from "./probes/path-state.ts";
