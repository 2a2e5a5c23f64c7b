/** What ts-play takes from the package `yaml`. Apart from `yaml.ts`, whose types are published, while this package's are not. */
export {
  Composer,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  parseDocument,
  type YAMLMap,
} from "yaml";
