import { type Document, isCollection, parseDocument } from "./yaml-package.ts";

/** Where a value stands in a document: keys of mappings, numbers of items. */
export type YamlPath = readonly (string | number)[];

/** The value at a path of a YAML document; undefined where there is none. Throws when the text is no YAML. */
export function yamlValue(text: string, path: YamlPath): unknown {
  const document = read(text);
  if (path.length === 0) return document.toJS();
  const found = document.contents === null ? undefined : document.getIn(path);
  return isCollection(found) ? found.toJS(document) : found;
}

/** The document with other values at these paths; all else, comments too, stays. Throws when the text is no YAML. */
export function yamlWith(text: string, values: readonly (readonly [path: YamlPath, value: unknown])[]): string {
  const document = read(text);
  for (const [path, value] of values) document.setIn(path, value);
  return document.toString({ lineWidth: 0, indentSeq: false });
}

function read(text: string): Document.Parsed {
  const document = parseDocument(text, { logLevel: "error" });
  const [fault] = document.errors;
  if (fault !== undefined) throw new Error(`this is no YAML: ${fault.message}`);
  return document;
}
