import {
  commands,
  directories,
  files,
  groups,
  lines,
  linesFile,
  links,
  packageNames,
  shell,
  units,
  users,
} from "./spec.ts";

/** The workload as a pyinfra deploy file: each call is one operation. */
export const pyinfraDeploy = (): string => `import json
import os

from pyinfra import host
from pyinfra.facts.files import File
from pyinfra.operations import apt, files, server, systemd
from pyinfra.operations.util import any_changed

templates = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")
data = {name: host.data.get(name) for name in ("bench_name", "bench_ip", "bench_id", "bench_role")}
spec = json.loads(${JSON.stringify(JSON.stringify(spec))})


def template(name, path, mode, owner, group):
    return files.template(
        name=f"file {path}", src=os.path.join(templates, f"{name}.j2"), dest=path, mode=mode,
        user=owner, group=group, create_remote_dir=False, **data
    )


for name in spec["groups"]:
    server.group(name=f"group {name}", group=name)
for user in spec["users"]:
    server.user(name=f"user {user['name']}", user=user["name"], group=user["group"], shell=spec["shell"], ensure_home=False)
for name in spec["packages"]:
    apt.packages(name=f"package {name}", packages=[name])
for item in spec["directories"]:
    files.directory(name=f"directory {item['path']}", path=item["path"], mode=item["mode"], user="root", group="root")
for item in spec["files"]:
    template(item["template"], item["path"], item["mode"], item["owner"], item["group"])
for item in spec["lines"]:
    pattern = "^" + item["key"].replace(".", "\\\\.") + "\\\\s*=.*$"
    files.line(name=f"line {item['key']}", path=spec["linesFile"], line=pattern, replace=item["line"])
written = [template(unit["template"], unit["path"], "644", "root", "root") for unit in spec["units"]]
systemd.daemon_reload(name="reload systemd", _if=any_changed(*written))
for unit in spec["units"]:
    systemd.service(name=f"service {unit['name']}", service=unit["name"], running=True, enabled=True)
for item in spec["commands"]:
    if not host.get_fact(File, path=item["creates"]):
        server.shell(name=f"command {item['creates']}", commands=[f"touch {item['creates']}"])
for item in spec["links"]:
    files.link(name=f"link {item['path']}", path=item["path"], target=item["target"], create_remote_dir=False)
`;

/** pyinfra writes modes without the leading zero. */
const shortMode = <T extends { readonly mode: string }>(item: T): T => ({ ...item, mode: item.mode.replace(/^0/, "") });

const spec = {
  groups,
  users,
  shell,
  packages: packageNames,
  directories: directories.map(shortMode),
  files: files.map(shortMode),
  lines,
  linesFile,
  units,
  commands,
  links,
};
