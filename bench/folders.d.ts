/** The project's folder; scripts/bench.js goes there before anything else. */
export declare const project: string;
/** What the benchmark makes and may be deleted at any time. */
export declare const cache: string;
/** Playbooks, templates and scripts as this run made them. */
export declare const made: string;
export declare const logs: string;
/** Where bench/peers.sh installs, unless it is told another folder. */
export declare const defaultPeers: string;
