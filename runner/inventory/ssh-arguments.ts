/** What `ansible_ssh_common_args` may say here: the jump host, or why it cannot be followed. */
export type SshArguments = { readonly proxyJump?: string } | { readonly unsupported: string; readonly fix: string };

/** Reads `-J host` and `-o ProxyJump=host` (ssh(1)); everything else is refused rather than ignored. */
export function readSshArguments(text: string): SshArguments {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, "$2")) ?? [];
  let proxyJump: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const [option, value] = splitOption(words, index);
    if (value === undefined) return refuse(words[index]!);
    if (value === words[index + 1]) index++;
    const jump = jumpOf(option, value);
    if (jump === undefined) return refuse(option === "-o" ? `-o ${value}` : option);
    proxyJump = jump;
  }
  return proxyJump === undefined ? {} : { proxyJump };
}

/** `-J x` and `-Jx` are the same to ssh. */
function splitOption(words: readonly string[], index: number): [string, string | undefined] {
  const word = words[index]!;
  const option = word.slice(0, 2);
  return [option, word.length > 2 ? word.slice(2) : words[index + 1]];
}

function jumpOf(option: string, value: string): string | undefined {
  if (option === "-J") return value;
  const match = /^ProxyJump\s*[= ]\s*(\S+)$/i.exec(value);
  return option === "-o" ? match?.[1] : undefined;
}

function refuse(argument: string): SshArguments {
  return { unsupported: argument, fix: advice(argument) };
}

function advice(argument: string): string {
  if (/StrictHostKeyChecking/i.test(argument))
    return "leave it out: host keys are always checked; add them to known_hosts";
  if (/UserKnownHostsFile/i.test(argument)) return "use known_hosts_file";
  if (/ProxyCommand/i.test(argument)) return "use -o ProxyJump=host";
  if (/^-i|IdentityFile/i.test(argument)) return "use ansible_ssh_private_key_file";
  return "use -J host or -o ProxyJump=host, and put the rest into ~/.ssh/config";
}
