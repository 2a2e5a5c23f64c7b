/** CPU time that this process has taken since then, ms: unlike that of a clock it does not count what else the machine does. */
export function cpuTimer(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
