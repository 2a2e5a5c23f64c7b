import { expect, test } from "vitest";
import { parseCluster, parseExactly } from "../../../roles/etcd/etcdctl-json.ts";
import { memberAt } from "../../../roles/etcd/member.ts";

// As etcdctl 3.4.23 prints it, for a cluster of three whose third member is down, with a learner that was never started.
const list = `{"header":{"cluster_id":10501161861989512932,"member_id":3108793678156152117,"raft_term":2},"members":[\
{"ID":3108793678156152117,"name":"e1","peerURLs":["https://10.87.74.11:2380"],"clientURLs":["https://10.87.74.11:2379"]},\
{"ID":6175702054848312065,"name":"e2","peerURLs":["https://10.87.74.12:2380"],"clientURLs":["https://10.87.74.12:2379"]},\
{"ID":10609607255480025848,"name":"e3","peerURLs":["https://10.87.74.13:2380"],"clientURLs":["https://10.87.74.13:2379"]},\
{"ID":18446744073709551615,"peerURLs":["https://10.87.74.14:2380"],"isLearner":true}]}`;
const health = `[{"endpoint":"https://10.87.74.12:2379","health":true,"took":"12.085766ms"},\
{"endpoint":"https://10.87.74.11:2379","health":true,"took":"10.383156ms"},\
{"endpoint":"https://10.87.74.13:2379","health":false,"took":"4.001005833s","error":"context deadline exceeded"}]`;
const status = `[{"Endpoint":"https://10.87.74.11:2379","Status":{"header":{"cluster_id":10501161861989512932,"member_id":3108793678156152117,"revision":1,"raft_term":2},"version":"3.4.23","dbSize":20480,"leader":3108793678156152117,"raftIndex":10,"raftTerm":2,"raftAppliedIndex":9007199254740993,"dbSizeInUse":16384}},\
{"Endpoint":"https://10.87.74.12:2379","Status":{"header":{"cluster_id":10501161861989512932,"member_id":6175702054848312065,"revision":1,"raft_term":2},"version":"3.4.23","dbSize":20480,"leader":3108793678156152117,"raftIndex":10,"raftTerm":2,"raftAppliedIndex":10,"errors":["memberID:6175702054848312065 alarm:NOSPACE "],"dbSizeInUse":16384}}]`;

test("ids keep all their 64 bits, as etcdctl takes them", () => {
  const { members } = parseCluster(list, health, status);
  expect(members.map(({ id }) => id)).toEqual([
    "2b24a761127a3d35",
    "55b4804c71e23301",
    "933ce596354b42f8",
    "ffffffffffffffff",
  ]);
  expect(members[0]?.raftIndex).toBe(9007199254740993n);
});

test("who is healthy, leads, learns and was never started", () => {
  const { members, alarms } = parseCluster(list, health, status);
  expect(members.map(({ name, healthy, leader, learner }) => [name, healthy, leader, learner])).toEqual([
    ["e1", true, true, false],
    ["e2", true, false, false],
    ["e3", false, false, false],
    ["", false, false, true],
  ]);
  expect(members.map(({ version }) => version)).toEqual(["3.4.23", "3.4.23", undefined, undefined]);
  expect(alarms).toEqual(["NOSPACE"]);
});

test("a member is found by its peer URL, never by a part of it", () => {
  const { members } = parseCluster(list, health, status);
  expect(memberAt(members, "https://10.87.74.1:2380")).toBeUndefined();
  expect(memberAt(members, "https://10.87.74.12:2380")?.name).toBe("e2");
});

test("without health and status nobody is healthy and nobody leads", () => {
  expect(parseCluster(list, "", "").members.some(({ healthy, leader }) => healthy || leader)).toBe(false);
});

test("digits in names stay as they are, and so do other values", () => {
  expect(
    parseExactly('{"name":"a\\":18446744073709551615,b","n":18446744073709551615,"f":1.5,"e":1e3,"t":true,"z":-7}'),
  ).toEqual({
    name: 'a":18446744073709551615,b',
    n: "18446744073709551615",
    f: 1.5,
    e: 1000,
    t: true,
    z: "-7",
  });
});
