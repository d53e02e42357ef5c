/** The browser's files as the build named them, as absolute paths of this origin. */
export interface ClientAssets {
  readonly scripts: readonly string[];
  /** Modules that the scripts will ask for at once. */
  readonly preloads: readonly string[];
  /** The module of each language's texts. */
  readonly texts: Readonly<Record<string, string>>;
  readonly styles: readonly string[];
}
