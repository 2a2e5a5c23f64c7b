import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUNDLE, hasBundle } from "../kubernetes/bundle.ts";
import { KubeProject } from "../kubernetes/project.ts";
import { useLab } from "./lab-fixture.ts";

if (!hasBundle) {
  process.stderr.write(
    `left out: a real cluster of one control plane and one worker, because ${BUNDLE} is missing (sh test/kubernetes/build.sh)\n`,
  );
}

describe.runIf(hasBundle)(
  "a cluster of one control plane and one worker (needs the bundle of test/kubernetes/build.sh)",
  () => {
    const lab = useLab({ name: "kube1", hosts: ["cp1", "w1"], privileged: true });
    let project: KubeProject;

    beforeAll(async () => {
      project = await KubeProject.create(lab());
      await project.configure({ masters: ["cp1"], workers: ["w1"] }, { kube_balancer: "none" });
    });
    afterAll(() => project.remove());

    test("comes from bare hosts by one command", async () => {
      const run = await project.play("site.ts");
      expect(run.exitCode, run.why).toBe(0);
      expect(
        await project.kubectl(
          "cp1",
          "get nodes --no-headers -o custom-columns=:.metadata.name,:.status.nodeInfo.kubeletVersion",
        ),
      ).toMatch(/^cp1\s+v1\.34\.4\nw1\s+v1\.34\.4\n$/);
    });

    test("a second run changes nothing, and nothing by which others could join is left", async () => {
      const run = await project.play("site.ts");
      expect(run.exitCode, run.why).toBe(0);
      expect(run.changed).toEqual([]);
      expect(await project.kubectl("cp1", "-n kube-system get secrets -o name")).toBe("");
    });

    test("is whole, and a pod finds a service by DNS and calls it", async () => {
      const run = await project.play("kubernetes-verify.ts");
      expect(run.exitCode, run.why).toBe(0);
      expect(await project.kubectl("cp1", "get namespace ts-play-verify --ignore-not-found -o name")).toBe("");
    });

    test("what is wrong is said: a kubelet that is stopped, a part that is gone", async () => {
      const scheduler = "curl -ksf --max-time 5 https://127.0.0.1:10259/readyz >/dev/null";
      await project.on(
        "cp1",
        `mv /etc/kubernetes/manifests/kube-scheduler.yaml /root/; while ${scheduler}; do sleep 1; done`,
      );
      const run = await project.play("kubernetes-verify.ts");
      expect(run.exitCode).toBe(3);
      expect(run.why).toContain("the kube-scheduler of this host does not say that it is well");
      await project.on(
        "cp1",
        `mv /root/kube-scheduler.yaml /etc/kubernetes/manifests/; until ${scheduler}; do sleep 1; done`,
      );
    });

    test("a worker leaves: its host is a plain one again, and the cluster has forgotten it", async () => {
      const run = await project.play("kubernetes-remove.ts", ["-e", JSON.stringify({ kube_remove: ["w1"] })]);
      expect(run.exitCode, run.why).toBe(0);
      expect(await project.kubectl("cp1", "get nodes -o name")).toBe("node/cp1\n");
      expect(await project.on("w1", "ls /etc/kubernetes /etc/cni/net.d; ip -br link")).not.toMatch(
        /kubelet\.conf|flannel|cni0/,
      );
    });

    test("the cluster ends only when it is named, and leaves a plain host", async () => {
      const refused = await project.play("kubernetes-reset.ts");
      expect(refused.exitCode).toBe(1);
      expect(refused.why).toContain("-e kube_confirm=kubernetes.internal");
      const run = await project.play("kubernetes-reset.ts", ["-e", "kube_confirm=kubernetes.internal"]);
      expect(run.exitCode, run.why).toBe(0);
      expect(run.changed).toEqual(["cp1 kubeadmReset/nodeReset cp1"]);
      expect(await project.on("cp1", "ls -R /etc/kubernetes /var/lib/etcd; ip -br link")).not.toMatch(
        /\.conf|\.key|member|flannel|cni0/,
      );
    });
  },
);
