/** The workload as a pyinfra deploy file: each call is one operation. */
export declare const pyinfraDeploy: () => string;
