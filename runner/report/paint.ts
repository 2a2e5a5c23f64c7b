import { styleText } from "node:util";

/** What a piece of text is; colours only repeat what the words say. */
export type Tone = "good" | "changed" | "bad" | "unsure" | "quiet" | "heading" | "added" | "removed" | "place";

/** Colours text, or gives it back as it is. */
export type Paint = (tone: Tone, text: string) => string;

type Format = Parameters<typeof styleText>[0];

const FORMATS: Record<Tone, Format> = {
  good: "green",
  changed: "yellow",
  bad: ["red", "bold"],
  unsure: ["magenta", "bold"],
  quiet: "gray",
  heading: "bold",
  added: "green",
  removed: "red",
  place: "cyan",
};

/** The painter of a report; whether colour is wanted was decided before (see `wantsColor`). */
export const makePaint = (color: boolean): Paint =>
  color ? (tone, text) => styleText(FORMATS[tone], text, { validateStream: false }) : (_, text) => text;
