/** What a code of an error means, and how it is mended: one sentence each. */
export interface ErrorCode {
  readonly means: string;
  readonly mend: string;
}

const code = (means: string, mend: string): ErrorCode => ({ means, mend });

/** Every code that ts-play reports; a test compares this table with the codes in the sources. */
export const errorCodes: Readonly<Record<string, ErrorCode>> = {
  CLI001: code(
    "A flag, command or word of the command line is not known.",
    "Take the proposed one, or look at `ts-play --help`.",
  ),
  CLI002: code("A flag that has one value is given twice.", "Give it once."),
  CLI003: code(
    "The command line lacks something: the inventory, the playbook, the value of a flag.",
    "Add it: `ts-play site.ts -i hosts.yaml`.",
  ),
  CLI004: code(
    "A host, pattern, role, tag or task of the command line matches nothing.",
    "Look at `ts-play inventory -i hosts.yaml --graph` or at `--list-tasks`, and correct the name.",
  ),
  CLI005: code(
    "A flag, or the variable that stands for it, has a value out of its range.",
    "Write what the message asks for.",
  ),
  CLI006: code("Two flags contradict each other.", "Leave one of them out."),
  CLI007: code("A value of `-e` cannot be read.", "Write `-e key=value`, `-e '{\"key\": 1}'` or `-e @file`."),
  CLI008: code(
    "A secret was given on the command line, where others see it, or the file that holds it cannot be read.",
    "Put it into a file with mode 0600 that you can read: `-e @file`, `--password-file`, `--become-password-file`.",
  ),
  CLI009: code(
    "A password must be typed, but there is no terminal, or nothing was typed.",
    "Give it in a file with mode 0600.",
  ),
  CLI010: code(
    "There is no run that `--resume` or `@retry` could go on with: none was recorded, or the playbook has changed.",
    "Run without them: what is done already is not done again.",
  ),
  CLI011: code("The Node that runs ts-play is too old.", "Install Node 20.19 or newer."),
  CLI012: code(
    "A report cannot be written where `--report` says; this is found before the run.",
    "Give a path in a folder that you can write to.",
  ),
  INV001: code("The inventory, or a file beside it, cannot be read.", "Correct the path or its permissions."),
  INV002: code("The inventory defines no host.", "Write hosts below `hosts:` of `all` or of a group."),
  INV003: code("A line is indented with a tab.", "Indent with spaces."),
  INV004: code("A key, a host or a variable is there twice with different values.", "Keep one of them."),
  INV005: code(
    "A group or host is named that is not defined, or that the playbook needs and the inventory lacks.",
    "Correct the name, or add the group.",
  ),
  INV006: code("Groups contain each other in a circle.", "Take one of them out of `children:`."),
  INV007: code(
    "A host or group name holds a character that means something to shells, patterns or file systems.",
    "Use letters, digits, `.`, `_` and `-`.",
  ),
  INV008: code(
    "An address is neither a host name nor an IPv4 or IPv6 address.",
    "Correct it; write the port into `ansible_port`.",
  ),
  INV009: code("A port is not a whole number from 1 to 65535.", "Write a number such as 22."),
  INV010: code(
    "A user name is empty or holds a character that no user name has.",
    "Use letters, digits, `.`, `_` and `-`.",
  ),
  INV011: code(
    "A range such as `web[01:10]` is reversed, or its ends have different widths.",
    "Write both ends alike, the smaller one first.",
  ),
  INV012: code(
    "Two names of the inventory reach the same address and port.",
    "Correct one of them, or set `alias: true` when both are meant.",
  ),
  INV016: code("A file is not UTF-8, or holds a NUL byte.", "Save it as UTF-8 text with LF line ends."),
  INV017: code("The inventory is larger, deeper or has more hosts than the limits.", "Split it."),
  INV018: code(
    "A YAML tag such as `!vault` or an encrypted file is not supported.",
    "Write plain values; pass secrets with `-e @file`.",
  ),
  INV019: code("A key has a name that JavaScript reserves (`__proto__`).", "Choose another name."),
  INV020: code("A key is not known there, or nearly that of a variable the playbook wants.", "Take the proposed name."),
  INV021: code("A host is its own jump host.", "Name another one, or none."),
  INV022: code(
    "A value is a Jinja template, and values are never evaluated.",
    "Write the value itself, or compute it in the playbook.",
  ),
  INV023: code(
    "The file is not valid YAML, or another kind of inventory.",
    "Correct the place that is named, or convert the file.",
  ),
  INV024: code(
    "A setting of how a host is reached is not supported or not understood.",
    "Use what the message proposes; see [the inventory](inventory.md#how-a-host-is-reached).",
  ),
  INV025: code(
    "A part of the inventory has the wrong shape, such as a list where groups belong.",
    "Write what the message asks for.",
  ),
  INV026: code("There are more problems in this file than are shown.", "Correct those that are shown, and look again."),
  VAR001: code("A number begins with 0: 644 to YAML 1.2, 420 to Ansible.", 'Write it as text: `"0644"`.'),
  VAR002: code("True or false is wanted, something else was written.", "Write `true` or `false`."),
  VAR003: code("A text is wanted, and YAML reads a number, which loses digits (`1.10`).", "Write it in quotes."),
  VAR004: code("A whole number has more digits than a number can hold.", "Write it in quotes."),
  VAR005: code(
    "A variable that is needed is missing, or an argument of a role or operation is wrong.",
    "Set it where the message says.",
  ),
  VAR010: code("A variable has a value that the playbook's contract does not allow.", "Correct the value."),
  VLT004: code("Others may read a file that holds a secret.", "`chmod 600` it."),
  VLT005: code("A file that should hold a secret is empty.", "Write the secret into it."),
  PLY001: code(
    "The playbook cannot be read, or exports no playbook.",
    "Give the path of a file with `export default definePlaybook({ ... })`.",
  ),
  PLY002: code("The playbook, or a file that it imports, does not compile.", "Correct the place that is named."),
  PLY004: code(
    "The playbook threw an error, or takes more than 10 s to load.",
    "Correct it; a playbook computes plays and does nothing else.",
  ),
  PLY005: code(
    "Two tasks of a host have the same name within a play.",
    "Give one of them, or one call of the role, a `name`.",
  ),
  PLY006: code(
    "A task reacts to one that does not stand before it.",
    "Return that task from the role as well, before the one that reacts.",
  ),
  PLY010: code(
    "A path is not absolute and clean, or an argument holds a NUL byte.",
    "Write a path that begins with `/`, without `..` and without `/` at its end.",
  ),
  PLY011: code(
    "A value cannot be an argument of a command: a secret, an object, nothing.",
    "Pass secrets by `stdin` or `env`; give text or a number.",
  ),
  PLY012: code(
    "An output is asked of a group that has no hosts.",
    "Put a host into the group, or do not use the output.",
  ),
  PLY013: code(
    "A batch size or a number of allowed failures is neither a number nor a percentage, or is 0.",
    'Write `2` or `"25%"`.',
  ),
  PLY014: code(
    "A command that only looks (a guard, a condition) holds an output of another host.",
    "Use the output in the command that changes something.",
  ),
  PLY015: code(
    "A value in `sh` stands inside quotes, a comment or another place where it would not stay one argument.",
    "Leave the quotes out: each value is quoted already.",
  ),
  PLY045: code(
    "A contract asks for a variable under a name that already means something, such as `name` or `port`.",
    "Use another name.",
  ),
  DRL001: code("The file exports no drill.", "Run playbooks without `drill`; drills: `export default defineDrill`."),
  DRL002: code("An argument or victim of a drill is not known or not allowed.", "Look at `ts-play drill --list-args`."),
  DRL003: code("A drill's client is told what cannot be, or cannot read its files.", "Correct what the message names."),
  DRL004: code("The report of a drill cannot be written.", "Correct the path or its permissions."),
  TPL001: code(
    "A template was not given a value that it needs, or one that cannot be printed.",
    "Give it the value, or test for it in the template.",
  ),
  TPL002: code("A template has a mistake in its syntax.", "Correct the line that is named."),
  TPL007: code(
    "A template or local file cannot be read, is no text, or is larger than 5 MB.",
    "Correct the path; use `localFile(...)` for large and binary files.",
  ),
  PLN001: code(
    "The file is not a plan, or cannot be read.",
    "Make one: `ts-play plan site.ts -i hosts.yaml -o plan.json`.",
  ),
  PLN002: code(
    "A plan was made with secret values of `-e`, which it does not hold.",
    "Give them again: `ts-play apply plan.json -e @secrets.yaml`.",
  ),
  JRN001: code("The journal of the last run is damaged.", "Run again without `--resume` and without `@retry`."),
  JRN002: code(
    "The run that is named is not recorded here, or its name begins several.",
    "Look at `ts-play report --list`.",
  ),
  JRN003: code("A line of the drift history is damaged.", "Remove the line, or the file: then the dates begin anew."),
  KEY001: code("A private key cannot be read.", "Correct its path or permissions."),
  KEY002: code("Others can read a private key.", "`chmod 600` it."),
  KEY003: code("The file is the public half of a key.", "Name the file without `.pub`."),
  KEY004: code("The key is in PuTTY's format.", "Convert it: `puttygen -O private-openssh-new`."),
  KEY005: code("The key has a passphrase, and nobody is there to type it.", "Add the key to an agent: `ssh-add`."),
  KEY006: code("The passphrase is wrong.", "Try again."),
  KEY007: code("DSA keys are too weak and not accepted.", "Make a new key: `ssh-keygen -t ed25519`."),
  KEY008: code("The RSA key is too short.", "Make a new key: `ssh-keygen -t ed25519`."),
  KEY009: code("The file is damaged, or no private key.", "Look at it with `ssh-keygen -y -f`."),
  KEY010: code(
    "Certificates, and keys on hardware tokens, are not read from files.",
    "Add the key to an agent: `ssh-add`.",
  ),
  HK001: code(
    "The host's key is not in known_hosts.",
    "Compare the fingerprint with the host's own, then add it with the command in the message.",
  ),
  HK002: code(
    "The host's key has changed: it was installed anew, or somebody sits in between.",
    "Find out which of the two, then remove the old line with `ssh-keygen -R`.",
  ),
  HK003: code("The host's key is marked `@revoked`.", "Do not trust the host; find out why the key was revoked."),
  HK004: code("A line of known_hosts cannot be read, and might be the one that matters.", "Mend or remove the line."),
  HK005: code(
    "The host is known by another type of key than it offers.",
    "Compare the fingerprint, then add this key as well.",
  ),
  HK006: code("Others may change a known_hosts file, so it is not used.", "Make it yours alone: `chmod 600`."),
  HK010: code(
    "The host is known only by a certificate authority, which is not supported.",
    "Add the host's own key to known_hosts.",
  ),
  HK011: code("The way over the jump hosts goes in a circle.", "Correct `ProxyJump`."),
  PKI001: code(
    "A file of the control machine cannot be read or written.",
    "Correct its path, its permissions or those of its folder.",
  ),
  PKI002: code(
    "The passphrase of a certificate authority is not known, or too short.",
    "Set the variable or make the file that the playbook names; take at least 12 characters.",
  ),
  PKI003: code(
    "The key of a certificate authority is missing, is not encrypted, or cannot be opened.",
    "Give the passphrase that it was made with, encrypt the key, or put the file back from a backup.",
  ),
  PKI004: code(
    "What should be the certificate of an authority is none, or that of another key.",
    "Put the two files back that belong together, or name another folder.",
  ),
  PKI005: code(
    "A certificate authority ends before a certificate that it should issue.",
    "Make a new authority in another folder, and have all hosts trust it first.",
  ),
  LAB001: code("The lab needs root on Linux.", "Run it with sudo on a Linux machine."),
  LAB002: code("The lab needs programs that are not installed.", "Install the Debian packages that the message names."),
  LAB003: code("A lab's name is not allowed.", "Take lower-case letters, digits and dashes."),
  LAB004: code(
    "The names of a lab's hosts are not allowed, too many or not different.",
    "Take different names of lower-case letters, digits and dashes.",
  ),
  LAB005: code("The lab has no host of this name.", "Take one of those that the message names."),
  LAB006: code("There is no such lab.", "Bring it up first: `ts-play lab up`."),
  LAB007: code("A host with a kernel of its own was given too little memory.", "Give it 128 MiB or more."),
  LAB008: code("A host of the lab is there already, run in another way.", "Take the lab down, or take another name."),
};
