/** How a template language prints an expression, and the two things that each language says in its own way. */
export interface TemplateLanguage {
  readonly ending: string;
  readonly print: (expression: string) => string;
  readonly paddedId: string;
  readonly upperRole: string;
}
export declare const ejs: TemplateLanguage;
export declare const jinja: TemplateLanguage;
/** All templates of the workload in one language: file name to text. */
export declare const templateTexts: (language: TemplateLanguage) => ReadonlyMap<string, string>;
