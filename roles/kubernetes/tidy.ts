import { command, sh, type Task } from "ts-play";
import { TOKEN_MARK } from "./credentials.ts";
import { inCluster } from "./in-cluster.ts";
import { kube } from "./kubectl.ts";

const encoded = (text: string): string => Buffer.from(text).toString("base64");

/** The second is what kubeadm makes to have the shared certificates deleted after two hours. */
const OWN_TOKENS = [TOKEN_MARK, "Proxy for managing TTL for the kubeadm-certs secret"].map(encoded);

/** Prints the names of the secrets that let nodes join; those that others have made are not among them. */
const admissions = sh`kube -n kube-system get secrets --ignore-not-found -o 'jsonpath={range .items[*]}{.metadata.name} {.data.description}{"\\n"}{end}' |
  awk -v first=${OWN_TOKENS[0]!} -v second=${OWN_TOKENS[1]!} '$1 == "kubeadm-certs" || $1 ~ /^bootstrap-token-/ && ($2 == first || $2 == second) { print $1 }'`;

/** Takes back what let nodes join. */
export const withdrawAdmissions = (): Task =>
  command(
    {
      run: sh`${kube}
${admissions} | xargs -r kubectl -n kube-system delete secret --ignore-not-found >/dev/null`,
      unless: inCluster("nobody can join by tokens of ours", sh`[ -z "$(${admissions})" ]`),
    },
    { name: "join tokens are withdrawn" },
  );
