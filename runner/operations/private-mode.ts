/** What not everybody on the host may read is not shown to those who read reports. */
export const isPrivateMode = (mode: string): boolean => (Number.parseInt(mode, 8) & 0o004) === 0;
