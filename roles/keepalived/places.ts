import { dirname } from "node:path/posix";
import type { OsRelease } from "ts-play";

type Family = OsRelease["family"];

export const CONFIG = "/etc/keepalived/keepalived.conf";
/** Other roles put their own part of the configuration here, one file each. */
export const PARTS = `${dirname(CONFIG)}/conf.d`;

/** keepalived(8) takes this user for scripts when there is one. */
export const SCRIPT_USER = "keepalived_script";

/** keepalived runs a script only when nobody but root can change it or what is above it; SELinux lets keepalived_t run what is in its own folder. */
export const scriptFolder = (family: Family): string =>
  family === "redhat" ? "/usr/libexec/keepalived" : "/usr/local/libexec/ts-play";
