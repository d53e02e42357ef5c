declare module 'virtual:client-assets' {
  import type { ClientAssets, PageAssets } from './assets.ts';
  export const clientAssets: ClientAssets;
  export const consoleAssets: PageAssets;
  export const signAssets: PageAssets;
}
