/** All that roles and playbooks import. */
export { z } from "zod";
export type { CertificateAuthority, CertificateProfile } from "./define/certificate-authority.ts";
export { authoritySchema } from "./define/certificate-authority.ts";
export { type Command, script, sh } from "./define/command.ts";
export { type Condition, holds } from "./define/condition.ts";
export type { Content } from "./define/content.ts";
export type { ControlMachine, FileEntry } from "./define/control-machine.ts";
export {
  type Drill,
  type DrillLimits,
  type DrillTimes,
  defineDrill,
  type Guard,
  notTheHolder,
  type Scenario,
  theHolder,
  type Victim,
} from "./define/drill.ts";
export { breakBy, cutNetwork, type Fault, freezeUnit, killUnit, rebootHost, stopUnit } from "./define/fault.ts";
export type { Footprint } from "./define/footprint.ts";
export { defineGate, type Gate, type GateAnswer } from "./define/gate.ts";
export { Group, type Host } from "./define/host.ts";
export { defineInventory, type InventoryContract, type InventoryOf } from "./define/inventory.ts";
export {
  type InventoryObjection,
  InventoryRefusal,
  type Placed,
  refuseInventory,
  schemaObjections,
} from "./define/inventory-refusal.ts";
export { LocalFile, localFile } from "./define/local-file.ts";
export { madeHere } from "./define/made-here.ts";
export { corrected, nearest } from "./define/nearest.ts";
export { type BundledImage, type OfflineBundle, offlineBundle } from "./define/offline-bundle.ts";
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
export { type JsonPost, type RecordsWatch, recordsClient } from "./define/records-client.ts";
export { allRefs, isRef, type Ref, refOf } from "./define/ref.ts";
export { defineRole, type Role, type RoleCall } from "./define/role.ts";
export { type Secret, secret, secretText } from "./define/secret.ts";
export { type SecretSource, secretFrom } from "./define/secret-source.ts";
export {
  type Change,
  change,
  type Effect,
  fetchFile,
  forgetFile,
  predict,
  reboot as rebootStep,
  remove,
  run,
  type Step,
  wait,
  write,
} from "./define/step.ts";
export { flattenTasks, type Task, type TaskOptions, TaskRefusal, type Tasks } from "./define/task.ts";
export { defineTemplate, type Template } from "./define/template.ts";
export { httpClient, tcpClient, type Watch } from "./define/watch.ts";
export { type YamlPath, yamlValue, yamlWith } from "./define/yaml.ts";
export { absent } from "./operations/absent.ts";
export { absolutePath } from "./operations/absolute-path.ts";
export { assert } from "./operations/assert.ts";
export { block } from "./operations/block.ts";
export { certificate } from "./operations/certificate.ts";
export { command } from "./operations/command.ts";
export { directory } from "./operations/directory.ts";
export { download } from "./operations/download.ts";
export { file } from "./operations/file.ts";
export { fileMode } from "./operations/file-mode.ts";
export { group } from "./operations/group.ts";
export { hostname } from "./operations/hostname.ts";
export { hostsEntry } from "./operations/hosts-entry.ts";
export { inspect } from "./operations/inspect.ts";
export { kernelModule } from "./operations/kernel-module.ts";
export { line } from "./operations/line.ts";
export { packages } from "./operations/packages.ts";
export { reboot } from "./operations/reboot.ts";
export { service } from "./operations/service.ts";
export { symlink } from "./operations/symlink.ts";
export { sysctl } from "./operations/sysctl.ts";
export { systemdUnit } from "./operations/systemd-unit.ts";
export { template } from "./operations/template.ts";
export { unpack } from "./operations/unpack.ts";
export { user } from "./operations/user.ts";
export { waitFor } from "./operations/wait-for.ts";
export { certificateAuthority } from "./pki/authority.ts";
export { type Architecture, architecture } from "./probes/architecture.ts";
export { bootId } from "./probes/boot-id.ts";
export { type Certificate, isSignedBy } from "./probes/certificate.ts";
export { type CertificateFile, certificateFile } from "./probes/certificate-file.ts";
export { cpus } from "./probes/cpus.ts";
export { type DefaultRoute, defaultRoute } from "./probes/default-route.ts";
export { fileHash } from "./probes/file-hash.ts";
export { fileText } from "./probes/file-text.ts";
export { type GroupAccount, groupAccount } from "./probes/group-account.ts";
export { holdsAddress } from "./probes/holds-address.ts";
export { type HostName, hostName } from "./probes/host-name.ts";
export { type InstalledPackage, installedPackage } from "./probes/installed-package.ts";
export { interfaces, type NetworkInterface } from "./probes/interfaces.ts";
export { type ListeningPort, listeningPorts } from "./probes/listening-ports.ts";
export { type Memory, memory } from "./probes/memory.ts";
export { moduleLoaded } from "./probes/module-loaded.ts";
export { mountPoints } from "./probes/mount-points.ts";
export { type OsRelease, osRelease } from "./probes/os-release.ts";
export { type PackageManager, packageManager } from "./probes/package-manager.ts";
export { pathExists } from "./probes/path-exists.ts";
export { type PathState, pathState } from "./probes/path-state.ts";
export { type PortHolder, portHolders } from "./probes/port-holders.ts";
export { sysctlValue } from "./probes/sysctl-value.ts";
export { type UnitState, unitState } from "./probes/unit-state.ts";
export { type UserAccount, userAccount } from "./probes/user-account.ts";
