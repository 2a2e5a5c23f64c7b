/** The benchmark: measures, writes bench/results.md, and takes its lab down. */
export declare function main(argv: readonly string[]): Promise<void>;
