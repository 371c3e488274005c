declare module '*.css' {
  const text: string;
  export default text;
}
declare module '@tarojs/components/dist/components/*' {
  export function defineCustomElement(): void;
}
