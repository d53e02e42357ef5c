declare module 'virtual:client-assets' {
  import type { ClientAssets } from './assets.ts';
  export const clientAssets: ClientAssets;
  export const consoleAssets: ClientAssets;
  export const signAssets: ClientAssets;
}
