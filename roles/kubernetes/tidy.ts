import { command, sh, type Task } from "ts-play";
import { TOKEN_MARK } from "./credentials.ts";
import { kube } from "./kubectl.ts";

const encoded = (text: string): string => Buffer.from(text).toString("base64");

/** The second is what kubeadm makes to have the shared certificates deleted after two hours. */
const OWN_TOKENS = [TOKEN_MARK, "Proxy for managing TTL for the kubeadm-certs secret"].map(encoded);

/** Names of the secrets that let nodes join; those that others have made are not among them. */
const admissions = sh`${kube}
admissions() {
  kube -n kube-system get secrets --ignore-not-found -o 'jsonpath={range .items[*]}{.metadata.name} {.data.description}{"\\n"}{end}' |
    awk -v first=${OWN_TOKENS[0]!} -v second=${OWN_TOKENS[1]!} '$1 == "kubeadm-certs" || $1 ~ /^bootstrap-token-/ && ($2 == first || $2 == second) { print $1 }'
}
`;

/** Takes back what let nodes join. Where the cluster does not answer there is nothing that could be taken back. */
export const withdrawAdmissions = (): Task =>
  command(
    {
      run: sh`${admissions}admissions | xargs -r kubectl -n kube-system delete secret >/dev/null`,
      unless: sh`${admissions}[ -z "$(admissions)" ]`,
      changes: [],
    },
    { name: "join tokens are withdrawn" },
  );
