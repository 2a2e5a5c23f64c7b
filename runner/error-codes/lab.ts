import { code, type ErrorCodes } from "./code.ts";

/** The lab. */
export const labCodes: ErrorCodes = {
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
