import { type Command, sh } from "ts-play";
import { kube } from "./kubectl.ts";

/**
 * Begins a script on a control plane: afterwards `$own` is the address of its own apiserver, and `here` is kubectl as the administrator through
 * that one, whatever has become of the endpoint.
 */
export const ownApiServer: Command = sh`${kube}
own=$(sed -n 's/.*--advertise-address=//p' /etc/kubernetes/manifests/kube-apiserver.yaml 2>/dev/null) || :
case $own in *:*) own="[$own]" ;; esac
here() { kubectl --server "https://$own:6443" --request-timeout=10s "$@"; }
`;
