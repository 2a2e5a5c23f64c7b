declare const _default: import("ts-play").Playbook;
export default _default;
