import { defineOperation, sh, wait, z } from "ts-play";
import { kube } from "./kubectl.ts";

const NAMESPACE = "ts-play-verify";

const args = z.strictObject({
  image: z.string().describe("an image with a busybox"),
  dnsDomain: z.string().describe("domain of services"),
  timeoutMs: z.int().positive().default(120_000).describe("how long the whole may take, ms"),
});

type Arguments = z.output<typeof args>;

/** Has a pod find another by DNS and call it through a service; both are deleted again. Made anew each time, it is no change. */
export const serviceProbe = defineOperation({
  name: "serviceProbe",
  summary: "Has a pod call another through a service that it finds by DNS; all of it is deleted again.",
  args,
  example: 'serviceProbe({ image: "registry.k8s.io/e2e-test-images/busybox:1.29-4", dnsDomain: "cluster.local" })',
  subject: () => "",
  read: () => ({}),
  plan: ({ args }) => [wait(called(args), { timeoutMs: args.timeoutMs, intervalMs: 2000 })],
  provable: () => false,
});

/** Ends when all of it is gone: a pod that nobody controls would stop the drain of its node. */
const called = ({ image, dnsDomain }: Arguments) => sh`${kube}
printf '%s' ${JSON.stringify(namespace)} | kube apply -f - >/dev/null || exit 1
printf '%s' ${JSON.stringify(objects(image, `server.${NAMESPACE}.svc.${dnsDomain}`))} | kube apply -f - >/dev/null || exit 1
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  phase=$(kube -n ${NAMESPACE} get pod client -o 'jsonpath={.status.phase}' 2>/dev/null)
  [ "$phase" != Succeeded ] || break
  sleep 1
done
[ "$phase" = Succeeded ] && kubectl delete namespace ${NAMESPACE} --timeout=60s >/dev/null`;

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };

function objects(image: string, server: string): object {
  const container = (script: string) => ({
    name: "main",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["/bin/sh", "-c", script],
  });
  const pod = (name: string, spec: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 0, ...spec },
  });
  return {
    apiVersion: "v1",
    kind: "List",
    items: [
      pod("server", {
        containers: [
          container("mkdir -p /tmp/www && echo well >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"),
        ],
      }),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "server", namespace: NAMESPACE },
        spec: { selector: { app: "server" }, ports: [{ port: 80, targetPort: 8080 }] },
      },
      pod("client", {
        restartPolicy: "OnFailure",
        containers: [container(calling(server))],
      }),
    ],
  };
}

/** Looked up by itself, and not given `-T`: the wget of a busybox that is linked statically may be able to do neither. */
const calling = (
  server: string,
): string => `a=$(nslookup ${server} | sed -n '/^Name/,$s/^Address[^:]*: *\\([0-9a-f.:]*\\).*/\\1/p' | head -n 1)
case $a in *:*) a="[$a]" ;; esac
[ -n "$a" ] && timeout 5 wget -q -O - "http://$a/" | grep -qx well`;
