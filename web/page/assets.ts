/** The browser's files of one page as the build named them, as absolute paths of this origin. */
export interface PageAssets {
  readonly scripts: readonly string[];
  /** Modules that the scripts will ask for at once. */
  readonly preloads: readonly string[];
  readonly styles: readonly string[];
}

export interface ClientAssets extends Omit<PageAssets, 'styles'> {
  /** The page's whole style, which stands in it: to ask for it would cost the first look a round trip. */
  readonly style: string;
  /** What a policy calls it: `sha256-…`. */
  readonly styleSource: string;
  /** The module of each language's texts. */
  readonly texts: Readonly<Record<string, string>>;
  /** Those of the small forms of the page. */
  readonly small: PageAssets;
}
