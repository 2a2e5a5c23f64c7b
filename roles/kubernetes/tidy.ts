import { type Command, command, sh, type Task } from "ts-play";
import { SECRET_MARK, TOKEN_MARK } from "./credentials.ts";
import { inCluster } from "./in-cluster.ts";
import { kube } from "./kubectl.ts";

const DESCRIPTION = Buffer.from(TOKEN_MARK).toString("base64");

/** Prints the names of the secrets by which runs let nodes join; those that others have made are not among them. */
export const admissions: Command = sh`{ kube -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o 'jsonpath={range .items[*]}{.metadata.name} {.data.description}{"\\n"}{end}' |
  awk -v ours=${DESCRIPTION} '$2 == ours { print $1 }'
kube -n kube-system get secrets -l ${SECRET_MARK} -o 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}' |
  grep -E '^(kubeadm-certs|bootstrap-token-.*)$'; } | sort -u`;

/** Deletes them, after `kube` was defined. */
export const withdrawal = sh`${admissions} | xargs -r kubectl -n kube-system delete secret --ignore-not-found >/dev/null`;

/** Takes back what let nodes join. */
export const withdrawAdmissions = (): Task =>
  command(
    {
      run: sh`${kube}
${withdrawal}`,
      unless: inCluster("nobody can join by tokens of ours", sh`[ -z "$(${admissions})" ]`),
    },
    { name: "join tokens are withdrawn" },
  );
