import { FakeHost } from "ts-play/testing";
import { expect, test } from "vitest";
import { web } from "../../roles/web/role.ts";
import { fileOf, firstLines } from "./plans.ts";

test("a plan of a bare host is complete, and a second run changes nothing", async () => {
  const host = new FakeHost();

  expect(firstLines(await host.check(web({})))).toEqual([
    "apt-get install nginx-light",
    "write /etc/nginx/nginx.conf",
    "systemctl start nginx.service",
  ]);
  await host.apply(web({}));
  expect((await host.apply(web({}))).steps).toEqual([]);
});

test("it answers the host's name on its port", () => {
  const { content, validate } = fileOf(web({ port: 8081 }), "/etc/nginx/nginx.conf", {}, "web1");

  expect(content).toContain("listen 8081;");
  expect(content).toContain('return 200 "web1\\n";');
  expect(String(validate)).toBe("nginx -t -q -c <file>");
});
