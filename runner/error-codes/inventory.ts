import { code, type ErrorCodes } from "./code.ts";

/** The inventory and the files beside it. */
export const inventoryCodes: ErrorCodes = {
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
    "A YAML tag is not supported, or a file is encrypted twice.",
    "Write plain values; `ts-play vault decrypt` takes one encryption away.",
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
  INV027: code(
    "The playbook refuses the inventory: values that are right one by one, and not together.",
    "Take the proposed fix; no host has been contacted.",
  ),
};
